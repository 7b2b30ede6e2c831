"""What people and Slack do with things that others said or uploaded: forward, unfurl, delete a file."""

import copy
from collections.abc import Sequence

from .api import chat
from .api.reactions import permalink
from .config import Json
from .files import tombstone
from .people import Impossible, message_in, person, place, say
from .sandbox import Sandbox


def forward(
    sandbox: Sandbox, *, user: str, channel: str, ts: str, to: str, text: str = "", thread_ts: str = ""
) -> Json:
    """Forward a message to the channel `to`, with a `text` of one's own; the answer is the stored message."""
    where = place(sandbox, channel, person(sandbox, user))
    shown = _quoted(sandbox, where, message_in(sandbox, where, ts)) | {"is_share": True}
    return say(sandbox, user=user, channel=to, text=text, thread_ts=thread_ts, attachments=[shown])


def _quoted(sandbox: Sandbox, channel: Json, message: Json) -> Json:
    """A message inside another one, as Slack attaches it."""
    author, link = sandbox.world.users[message["user"]], permalink(sandbox, channel["id"], message)
    shown: Json = {
        "ts": message["ts"],
        "author_id": author["id"],
        "author_name": author["real_name"],
        "author_subname": author["name"],
        "channel_id": channel["id"],
        "channel_team": sandbox.world.team["id"],
        "from_url": link,
        "original_url": link,
        "is_msg_unfurl": True,
        "id": 1,
        "fallback": f"{author['name']}: {message['text']}",
        "text": message["text"],
        "mrkdwn_in": ["text"],
    }
    return shown | ({"files": copy.deepcopy(message["files"])} if message.get("files") else {})


def unfurl(sandbox: Sandbox, *, channel: str, ts: str, attachments: Sequence[Json] = (), message_ts: str = "") -> Json:
    """Slack adds what a link leads to (pages as given, or the message `message_ts`) and tells of a changed message.

    https://docs.slack.dev/messaging/unfurling-links-in-messages
    """
    where = place(sandbox, channel)
    message = message_in(sandbox, where, ts)
    previous = sandbox.world.shape(where["id"], message)
    found = [_quoted(sandbox, where, message_in(sandbox, where, message_ts))] if message_ts else []
    message["attachments"] = [*message.get("attachments", []), *found, *attachments]
    sandbox.world.touch()
    sandbox.events.changed(where["id"], message, previous)
    return message


def delete_file(sandbox: Sandbox, *, user: str, channel: str, ts: str, file: str) -> None:
    """Delete a file of one's own message; a message that was nothing else goes with it."""
    user_id = person(sandbox, user)
    where = place(sandbox, channel, user_id)
    message = message_in(sandbox, where, ts)
    found = next((one for one in message.get("files", []) if one.get("name") == file), None)
    if found is None or message["user"] != user_id:
        raise Impossible(f"there is no file {file} of theirs")
    del sandbox.world.files[found["id"]]
    if not message["text"] and len(message["files"]) == 1:
        chat.delete(sandbox, where, message)
        return
    previous = sandbox.world.shape(where["id"], message)
    message["files"] = [tombstone(one["id"]) if one is found else one for one in message["files"]]
    sandbox.world.touch()
    sandbox.events.changed(where["id"], message, previous)
