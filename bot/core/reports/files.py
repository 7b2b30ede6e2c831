"""The files of messages: kept in mind when a message comes, followed when it changes; fetching them is others' work."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.models import File, Message
from bot.core.outbox import enqueue, topics

Json = dict[str, Any]

MOST_BYTES, MOST_OF_REPORT = 10 * 1024 * 1024, 40 * 1024 * 1024
# Slack lets people share 10 at once; what was forwarded brings its own.
MOST_OF_MESSAGE = 20
_GONE = {"tombstone": "It was deleted in Slack.", "hidden_by_limit": "Slack hides it: it is beyond the plan's limit."}
_TAKEN_OFF = "It was taken off its message in Slack."


def follow_files(session: Session, message: Message, files: Sequence[Json]) -> bool:
    """Make the files of a message those that Slack names now, in that order; whether that changed anything.

    New ones are promised to be fetched, of others that are not named any more the content is forgotten.
    """
    known = {file.slack_id: file for file in session.scalars(select(File).where(File.message_id == message.id))}
    named = {str(given["id"]): given for given in files[:MOST_OF_MESSAGE] if given.get("id")}
    changed = False
    for position, (slack_id, given) in enumerate(named.items()):
        file = known.get(slack_id)
        gone = _GONE.get(given.get("mode", ""), "")
        if file is None:
            session.add(_promised(message, slack_id, position, given))
            changed = True
            continue
        file.position = position
        if gone and file.state != "gone":
            forget(file, gone)
            changed = True
    for slack_id, file in known.items():
        if slack_id not in named and file.state != "gone":
            forget(file, _TAKEN_OFF)
            changed = True
    session.flush()
    if changed and any(file.state == "waiting" for file in files_of(session, [message.id])):
        enqueue(session, topics.FILES, message.report_id, {"report_id": message.report_id})
    return changed


def _promised(message: Message, slack_id: str, position: int, given: Json) -> File:
    file = File(message_id=message.id, slack_id=slack_id, position=position, name="", state="waiting", note="")
    describe(file, given)
    if gone := _GONE.get(given.get("mode", "")):
        forget(file, gone)
    return file


def describe(file: File, given: Json) -> None:
    """Take over what Slack says of a file; in Slack Connect that is first nothing but its id."""
    file.name = " ".join(str(given.get("name") or "").split())[:200] or "file"
    file.mimetype = str(given.get("mimetype") or "")[:100]
    size = given.get("size")
    file.size = size if isinstance(size, int) and 0 <= size < 2**63 else 0
    file.address = str(given.get("url_private_download") or given.get("url_private") or "")


def forget(file: File, note: str) -> None:
    """The file is gone from Slack, so it is gone from here."""
    file.state, file.note, file.content = "gone", note, None


def files_of(session: Session, message_ids: Iterable[int]) -> list[File]:
    """The files of these messages that are not gone, in their order, without their content."""
    query = select(File).where(File.message_id.in_(list(message_ids)), File.state != "gone")
    return list(session.scalars(query.order_by(File.message_id, File.position, File.id)))


def is_picture(file: File) -> bool:
    """Whether it is called a picture."""
    return file.mimetype.startswith("image/")


def told(text: str, files: Iterable[File]) -> str:
    """What a message says together with its files, as those who only read text are told of them."""
    named = [f"{'picture' if is_picture(file) else 'file'}: {file.name}" for file in files]
    return "\n".join([text, *(f"(with a {name})" for name in named)] if text else [f"A {name}" for name in named])
