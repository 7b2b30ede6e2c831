"""reactions.add, reactions.remove and reactions.get, and the reaction itself, which people use too."""

import re

from deploy.sandbox.slack.call import Call, method
from deploy.sandbox.slack.config import Json
from deploy.sandbox.slack.sandbox import Sandbox
from deploy.sandbox.slack.world import SlackError

NAME = re.compile(r"[a-z0-9_+'\-]{1,100}(::skin-tone-[2-6])?")


def react(sandbox: Sandbox, channel_id: str, message: Json, user_id: str, name: str, *, remove: bool = False) -> None:
    """Add or remove one person's reaction; SlackError already_reacted, no_reaction or invalid_name."""
    if not NAME.fullmatch(name):
        raise SlackError("invalid_name")
    reactions: list[Json] = message.setdefault("reactions", [])
    mine = next((reaction for reaction in reactions if reaction["name"] == name), None)
    there = mine is not None and user_id in mine["users"]
    if there != remove:
        raise SlackError("no_reaction" if remove else "already_reacted")
    if mine is None:
        reactions.append({"name": name, "users": [user_id], "count": 1})
    else:
        mine["users"] = [user for user in mine["users"] if user != user_id] + ([] if remove else [user_id])
        mine["count"] = len(mine["users"])
    message["reactions"] = [reaction for reaction in reactions if reaction["count"]]
    if not message["reactions"]:
        del message["reactions"]
    sandbox.world.touch()
    sandbox.events.reacted(channel_id, message, user_id, name, added=not remove)


def _item(call: Call) -> tuple[Json, Json]:
    if not call.text("channel") or not call.text("timestamp"):
        raise SlackError("no_item_specified")
    channel = call.channel()
    message = call.sandbox.world.find(channel["id"], call.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return channel, message


def _by_bot(call: Call, *, remove: bool) -> Json:
    channel, message = _item(call)
    bot_id = call.sandbox.world.bot["id"]
    react(call.sandbox, channel["id"], message, bot_id, call.needed("name", "invalid_name"), remove=remove)
    return {}


@method("reactions.add", scope="reactions:write", takes_json=True)
def reactions_add(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/reactions.add"""
    return _by_bot(call, remove=False)


@method("reactions.remove", scope="reactions:write", tier=2, takes_json=True)
def reactions_remove(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/reactions.remove"""
    return _by_bot(call, remove=True)


@method("reactions.get", scope="reactions:read", reads=True)
def reactions_get(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/reactions.get"""
    channel, message = _item(call)
    return {
        "type": "message",
        "channel": channel["id"],
        "message": call.sandbox.world.shape(channel["id"], message)
        | {"permalink": permalink(call.sandbox, channel["id"], message)},
    }


def permalink(sandbox: Sandbox, channel_id: str, message: Json) -> str:
    """https://docs.slack.dev/reference/methods/chat.getPermalink: replies carry their thread in the query."""
    link = f"{sandbox.config.base_url}/archives/{channel_id}/p{message['ts'].replace('.', '')}"
    thread_ts = message.get("thread_ts", message["ts"])
    return link if thread_ts == message["ts"] else f"{link}?thread_ts={thread_ts}&cid={channel_id}"
