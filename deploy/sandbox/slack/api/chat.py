"""chat.*: post, update, delete, an ephemeral message, a permalink."""

import copy

from deploy.sandbox.slack.call import Call, method
from deploy.sandbox.slack.config import Json
from deploy.sandbox.slack.outgoing import author, content
from deploy.sandbox.slack.sandbox import Sandbox
from deploy.sandbox.slack.world import SlackError

from .reactions import permalink


def post(sandbox: Sandbox, channel: Json, made: Json, thread_ts: str = "", *, broadcast: bool = False) -> Json:
    """Store an app's message and tell the app about it, as Slack does of every message it can see."""
    message = {**author(sandbox.world), **made}
    if thread_ts:
        message["thread_ts"] = _thread(sandbox, channel, thread_ts)
        if broadcast:
            message["subtype"] = "thread_broadcast"
        sandbox.world.statuses.pop(f"{channel['id']} {thread_ts}", None)
    stored = sandbox.world.add(channel["id"], message)
    sandbox.events.posted(channel["id"], stored)
    return stored


def update(sandbox: Sandbox, channel: Json, message: Json, made: Json) -> None:
    """Change a message in place and tell the app what it was before."""
    previous = sandbox.world.shape(channel["id"], message)
    message.update(copy.deepcopy(made))
    message["edited"] = {"user": message["user"], "ts": sandbox.world.next_ts()}
    sandbox.world.touch()
    sandbox.events.changed(channel["id"], message, previous)


def delete(sandbox: Sandbox, channel: Json, message: Json) -> None:
    """Remove a message and tell the app."""
    sandbox.world.remove(channel["id"], message["ts"])
    sandbox.events.deleted(channel["id"], message)


def _thread(sandbox: Sandbox, channel: Json, thread_ts: str) -> str:
    parent = sandbox.world.find(channel["id"], thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.get("thread_ts", thread_ts) != thread_ts:
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def _destination(call: Call) -> Json:
    """Where to post: a channel id, a #name, or a person's id for their direct message."""
    world, where = call.sandbox.world, call.needed("channel", "channel_not_found")
    if where in world.users and where != world.bot["id"]:
        channel = world.im_with(where)
    else:
        named = (world.channel_id(where) or where) if where.startswith("#") else where
        channel = Call(call.sandbox, {"channel": named}).channel()
    if channel.get("is_archived"):
        raise SlackError("is_archived")
    return channel


def _own(call: Call, error: str) -> tuple[Json, Json]:
    channel = call.channel()
    message = call.sandbox.world.find(channel["id"], call.needed("ts", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    if message.get("bot_id") != call.sandbox.world.bot["bot_id"]:
        raise SlackError(error)
    return channel, message


@method("chat.postMessage", scope="chat:write", tier=5, takes_json=True)
def post_message(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.postMessage"""
    channel = _destination(call)
    stored = post(call.sandbox, channel, content(call), call.text("thread_ts"), broadcast=call.flag("reply_broadcast"))
    shown = call.sandbox.world.shape(channel["id"], stored, metadata=True)
    return {"channel": channel["id"], "ts": stored["ts"], "message": shown}


@method("chat.update", scope="chat:write", takes_json=True)
def chat_update(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.update"""
    channel, message = _own(call, "cant_update_message")
    if channel.get("is_archived"):
        raise SlackError("is_inactive")
    update(call.sandbox, channel, message, content(call, update=True))
    shown = call.sandbox.world.shape(channel["id"], message, metadata=True)
    return {"channel": channel["id"], "ts": message["ts"], "text": message["text"], "message": shown}


@method("chat.delete", scope="chat:write", takes_json=True)
def chat_delete(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.delete"""
    channel, message = _own(call, "cant_delete_message")
    delete(call.sandbox, channel, message)
    return {"channel": channel["id"], "ts": message["ts"]}


@method("chat.postEphemeral", scope="chat:write", tier=4, takes_json=True)
def post_ephemeral(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.postEphemeral"""
    world, channel = call.sandbox.world, call.channel()
    user_id = call.needed("user", "user_not_in_channel")
    if user_id not in channel["members"]:
        raise SlackError("user_not_in_channel")
    if channel.get("is_archived"):
        raise SlackError("is_archived")
    message = {**author(world), **content(call)}
    if call.text("thread_ts"):
        message["thread_ts"] = _thread(call.sandbox, channel, call.text("thread_ts"))
    return {"message_ts": world.add_ephemeral(channel["id"], user_id, message)["ts"]}


@method("chat.getPermalink", tier=5, reads=True)
def get_permalink(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/chat.getPermalink"""
    channel = call.channel()
    message = call.sandbox.world.find(channel["id"], call.needed("message_ts", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    return {"channel": channel["id"], "permalink": permalink(call.sandbox, channel["id"], message)}
