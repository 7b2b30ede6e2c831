"""What people do with messages: write, edit, delete, react, join, open the app; each tells the app what Slack would."""

import uuid
from collections.abc import Sequence

from . import text as words
from .api import chat
from .api.reactions import react as react_to
from .config import Json
from .files import upload
from .sandbox import Sandbox
from .views import shape as view_shape


class Impossible(Exception):
    """A thing Slack's own client would not let a person do, in a sentence."""


def person(sandbox: Sandbox, who: str) -> str:
    """The id of a person given by id or name."""
    user_id = sandbox.world.user_id(who)
    if user_id is None:
        raise Impossible(f"nobody here is called {who}")
    return user_id


def place(sandbox: Sandbox, where: str, user_id: str | None = None) -> Json:
    """A channel by id or name; with `user_id`, one that this person is in."""
    channel_id = sandbox.world.channel_id(where)
    if channel_id is None:
        raise Impossible(f"there is no channel {where}")
    channel = sandbox.world.channels[channel_id]
    if user_id and user_id not in channel["members"]:
        raise Impossible(f"{sandbox.world.users[user_id]['name']} is not in #{channel.get('name', channel_id)}")
    return channel


def message_in(sandbox: Sandbox, channel: Json, ts: str) -> Json:
    """The message with this ts."""
    message = sandbox.world.find(channel["id"], ts)
    if message is None:
        raise Impossible(f"there is no message {ts} in {channel.get('name', channel['id'])}")
    return message


def _own(sandbox: Sandbox, user_id: str, channel: Json, ts: str) -> Json:
    message = message_in(sandbox, channel, ts)
    if message.get("user") != user_id:
        raise Impossible("only who wrote a message may change it")
    return message


def say(
    sandbox: Sandbox,
    *,
    user: str,
    channel: str,
    text: str = "",
    thread_ts: str = "",
    files: Sequence[Json] = (),
    attachments: Sequence[Json] = (),
) -> Json:
    """Write a message, with files (see files.upload) or what was forwarded; the answer is the stored message."""
    world = sandbox.world
    user_id = person(sandbox, user)
    where = place(sandbox, channel, user_id)
    if not (text.strip() or files or attachments):
        raise Impossible("an empty message cannot be sent")
    message: Json = {"user": user_id, "text": words.typed(text, world.user_id, world.channel_id)}
    message |= {"client_msg_id": str(uuid.uuid4()), "_pings": words.pings(message["text"], [])}
    if files:
        # https://docs.slack.dev/reference/events/message/file_share
        shared = [upload(world, user_id, file) for file in files]
        message |= {"subtype": "file_share", "files": shared, "upload": True, "display_as_bot": False}
    if attachments:
        message["attachments"] = list(attachments)
    if thread_ts:
        parent = message_in(sandbox, where, thread_ts)
        message["thread_ts"] = parent.get("thread_ts", thread_ts)
    stored = world.add(where["id"], message)
    sandbox.events.posted(where["id"], stored)
    return stored


def dm(sandbox: Sandbox, *, user: str, text: str = "", thread_ts: str = "", files: Sequence[Json] = ()) -> Json:
    """Write to the app directly; opens the conversation when needed."""
    channel = sandbox.world.im_with(person(sandbox, user))
    return say(sandbox, user=user, channel=channel["id"], text=text, thread_ts=thread_ts, files=files)


def edit(sandbox: Sandbox, *, user: str, channel: str, ts: str, text: str) -> Json:
    """Change one's own message."""
    user_id = person(sandbox, user)
    where = place(sandbox, channel, user_id)
    message = _own(sandbox, user_id, where, ts)
    stored = words.typed(text, sandbox.world.user_id, sandbox.world.channel_id)
    chat.update(sandbox, where, message, {"text": stored, "_pings": words.pings(stored, [])})
    return message


def delete(sandbox: Sandbox, *, user: str, channel: str, ts: str) -> None:
    """Delete one's own message."""
    user_id = person(sandbox, user)
    where = place(sandbox, channel, user_id)
    chat.delete(sandbox, where, _own(sandbox, user_id, where, ts))


def react(sandbox: Sandbox, *, user: str, channel: str, ts: str, name: str, remove: bool = False) -> None:
    """Add or take back a reaction."""
    user_id = person(sandbox, user)
    where = place(sandbox, channel, user_id)
    react_to(sandbox, where["id"], message_in(sandbox, where, ts), user_id, name.strip(":"), remove=remove)


def join(sandbox: Sandbox, *, user: str, channel: str, inviter: str = "") -> None:
    """Become a member, or invite the app by giving its name."""
    user_id = person(sandbox, user)
    where = place(sandbox, channel)
    if user_id not in where["members"]:
        where["members"].append(user_id)
        sandbox.world.touch()
        sandbox.events.joined(where["id"], user_id, person(sandbox, inviter) if inviter else None)


def leave(sandbox: Sandbox, *, user: str, channel: str) -> None:
    """Stop being a member."""
    user_id = person(sandbox, user)
    place(sandbox, channel, user_id)["members"].remove(user_id)
    sandbox.world.touch()


def home(sandbox: Sandbox, *, user: str, tab: str = "home") -> Json | None:
    """Open the app at its Home or Messages tab; the answer is the Home as it was published before."""
    user_id = person(sandbox, user)
    view = sandbox.world.homes.get(user_id)
    sandbox.events.home_opened(user_id, tab, view_shape(view) if view and tab == "home" else None)
    return view_shape(view) if view else None
