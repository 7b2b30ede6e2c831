"""conversations.*: lists, members, history, threads, opening a direct message and joining."""

import re

from deploy.sandbox.slack.call import Call, method
from deploy.sandbox.slack.config import Json
from deploy.sandbox.slack.world import SlackError, World

TS = re.compile(r"\d{1,10}(\.\d{1,6})?")
READ = "channels:history,groups:history,im:history"
LIST = "channels:read,groups:read,im:read"


def channel_shape(world: World, channel: Json) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object"""
    if channel.get("is_im"):
        return {
            "id": channel["id"],
            "is_im": True,
            "is_channel": False,
            "user": channel["user"],
            "is_open": True,
            "created": channel["created"],
            "is_archived": False,
            "is_org_shared": False,
            "priority": 0,
        }
    private = channel.get("is_private", False)
    return {
        "id": channel["id"],
        "name": channel["name"],
        "name_normalized": channel["name"],
        "is_channel": not private,
        "is_group": private,
        "is_im": False,
        "is_mpim": False,
        "is_private": private,
        "is_general": False,
        "is_archived": channel.get("is_archived", False),
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_member": world.bot["id"] in channel["members"],
        "created": channel["created"],
        "creator": channel["members"][0] if channel["members"] else "",
        "context_team_id": world.team["id"],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def _kind(channel: Json) -> str:
    if channel.get("is_im"):
        return "im"
    return "private_channel" if channel.get("is_private") else "public_channel"


@method("conversations.list", scope=LIST, tier=2, reads=True)
def conversations_list(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.list"""
    world = call.sandbox.world
    wanted = {kind.strip() for kind in call.text("types", "public_channel").split(",")}
    if wanted - {"public_channel", "private_channel", "mpim", "im"}:
        raise SlackError("invalid_types")
    found = [
        channel
        for channel in world.channels.values()
        if _kind(channel) in wanted
        and (_kind(channel) == "public_channel" or world.bot["id"] in channel["members"])
        and not (call.flag("exclude_archived") and channel.get("is_archived"))
    ]
    shown, following = call.page(found, most=999, usual=100)
    return {
        "channels": [channel_shape(world, channel) | {"num_members": len(channel["members"])} for channel in shown],
        "response_metadata": {"next_cursor": following},
    }


@method("conversations.info", scope=LIST, reads=True)
def conversations_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.info"""
    channel = call.channel(member=False)
    shape = channel_shape(call.sandbox.world, channel)
    return {"channel": shape | ({"num_members": len(channel["members"])} if call.flag("include_num_members") else {})}


@method("conversations.members", scope=LIST, tier=4, reads=True)
def conversations_members(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.members"""
    shown, following = call.page(call.channel(member=False)["members"], most=1000, usual=100)
    return {"members": shown, "response_metadata": {"next_cursor": following}}


def _between(call: Call, messages: list[Json]) -> list[Json]:
    """Messages after `oldest` and before `latest`; on the edge itself only with `inclusive`."""
    for name in ("oldest", "latest"):
        if call.text(name) and not TS.fullmatch(call.text(name)):
            raise SlackError(f"invalid_ts_{name}")
    oldest, latest = float(call.text("oldest", "0")), float(call.text("latest") or "inf")
    inclusive = call.flag("inclusive")
    return [
        message
        for message in messages
        if oldest < float(message["ts"]) < latest or (inclusive and float(message["ts"]) in (oldest, latest))
    ]


@method("conversations.history", scope=READ, reads=True)
def conversations_history(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.history"""
    world, channel = call.sandbox.world, call.channel()
    top = [
        message
        for message in reversed(world.messages.get(channel["id"], {}).values())
        if message.get("thread_ts", message["ts"]) == message["ts"] or message.get("subtype") == "thread_broadcast"
    ]
    shown, following = call.page(_between(call, top), most=999, usual=100)
    metadata = call.flag("include_all_metadata")
    return _listed([world.shape(channel["id"], message, metadata=metadata) for message in shown], following) | {
        "pin_count": 0
    }


@method("conversations.replies", scope=READ, reads=True)
def conversations_replies(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.replies"""
    world, channel = call.sandbox.world, call.channel()
    message = world.find(channel["id"], call.needed("ts", "thread_not_found"))
    if message is None:
        raise SlackError("thread_not_found")
    replies = _between(call, world.replies(channel["id"], message["ts"]))
    # Slack repeats the parent at the head of every page, outside the limit and the time range.
    shown, following = call.page(replies, most=1000, usual=1000)
    metadata = call.flag("include_all_metadata")
    return _listed([world.shape(channel["id"], item, metadata=metadata) for item in [message, *shown]], following)


def _listed(messages: list[Json], following: str) -> Json:
    body: Json = {"messages": messages, "has_more": bool(following)}
    return body | ({"response_metadata": {"next_cursor": following}} if following else {})


@method("conversations.open", scope="im:write", takes_json=True)
def conversations_open(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.open"""
    world = call.sandbox.world
    if call.text("channel"):
        channel = call.channel()
        if not channel.get("is_im"):
            raise SlackError("method_not_supported_for_channel_type")
    else:
        users = [user for user in call.needed("users", "users_list_not_supplied").split(",") if user]
        if len(users) != 1 or users[0] not in world.users or world.users[users[0]]["is_bot"]:
            raise SlackError("user_not_found" if len(users) == 1 else "not_enough_users")
        known = "D" + users[0][1:] in world.channels
        channel = world.im_with(users[0])
        if known:
            return {"no_op": True, "already_open": True, "channel": _opened(call, channel)}
    return {"channel": _opened(call, channel)}


def _opened(call: Call, channel: Json) -> Json:
    return channel_shape(call.sandbox.world, channel) if call.flag("return_im") else {"id": channel["id"]}


@method("conversations.join", scope="channels:join", takes_json=True)
def conversations_join(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/conversations.join"""
    sandbox, channel = call.sandbox, call.channel(member=False)
    world = sandbox.world
    if channel.get("is_im"):
        raise SlackError("method_not_supported_for_channel_type")
    if channel.get("is_archived"):
        raise SlackError("is_archived")
    if world.bot["id"] in channel["members"]:
        return {
            "channel": channel_shape(world, channel),
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    channel["members"].append(world.bot["id"])
    sandbox.events.joined(channel["id"], world.bot["id"], None)
    world.touch()
    return {"channel": channel_shape(world, channel)}
