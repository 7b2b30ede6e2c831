"""The response_url: five answers within thirty minutes to a command, a click or a shortcut."""

from .api import chat
from .call import Call
from .config import Json
from .outgoing import author, content
from .sandbox import Sandbox
from .world import SlackError

USES = 5
LIFE = 30 * 60


def answer(sandbox: Sandbox, key: str, args: Json) -> None:
    """Carry out one POST to a response_url; SlackError expired_url, used_url, or what posting raises.

    Source: https://docs.slack.dev/interactivity/handling-user-interaction/ (message responses)
    """
    world = sandbox.world
    entry = world.response_urls.get(key)
    if entry is None or world.now() - entry["made"] > LIFE:
        raise SlackError("expired_url")
    if entry["uses"] >= USES:
        raise SlackError("used_url")
    show(sandbox, entry, args)
    entry["uses"] += 1
    world.touch()


def show(sandbox: Sandbox, entry: Json, args: Json) -> None:
    """Put an answer where `entry` (channel, user, ts, ephemeral) says: replace, delete, or say something new."""
    world, call = sandbox.world, Call(sandbox, args)
    channel = world.channels[entry["channel"]]
    if call.flag("delete_original"):
        _change(sandbox, entry, None)
    elif call.flag("replace_original") and entry["ts"]:
        _change(sandbox, entry, content(call, update=True))
    elif call.text("response_type") == "in_channel":
        chat.post(sandbox, channel, content(call), call.text("thread_ts"))
    else:
        message = {**author(world), **content(call)}
        if call.text("thread_ts"):
            message["thread_ts"] = call.text("thread_ts")
        shown = world.add_ephemeral(channel["id"], entry["user"], message)
        if not entry["ts"]:
            entry["ts"], entry["ephemeral"] = shown["ts"], True


def _change(sandbox: Sandbox, entry: Json, made: Json | None) -> None:
    world = sandbox.world
    if entry["ephemeral"]:
        kept = [message for message in world.ephemerals if message["ts"] != entry["ts"]]
        old = next((message for message in world.ephemerals if message["ts"] == entry["ts"]), None)
        if old is not None:
            world.ephemerals = kept if made is None else [*kept, {**old, **made}]
            world.touch()
        return
    channel, message = world.channels[entry["channel"]], world.find(entry["channel"], entry["ts"])
    if message is None or message.get("bot_id") != world.bot["bot_id"]:
        raise SlackError("message_not_found")
    if made is None:
        chat.delete(sandbox, channel, message)
    else:
        chat.update(sandbox, channel, message, made)
