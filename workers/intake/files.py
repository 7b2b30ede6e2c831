"""Keeping the files of a report: one after the other is fetched, looked at and stored, or refused with a sentence."""

import hashlib
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.core import log
from bot.core.audit import INKLING, record
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.media import PAGE, PICTURES, TEXT, dimensions, is_page, media_type
from bot.core.models import File, Message, Report
from bot.core.outbox import enqueue, topics
from bot.core.reports import wake
from bot.core.reports.files import MOST_BYTES, MOST_OF_REPORT, describe
from bot.core.slack.besides import besides
from bot.core.tickets.files import carry_late
from workers.base import Job
from workers.notify import problems
from workers.notify.client import Refused as SlackRefused
from workers.notify.client import configured, read
from workers.notify.fetch import Fetched, Refused, fetch

MEGABYTE = 1024 * 1024
# After this many seconds of trying a file counts as lost.
PATIENCE = 7 * 24 * 3600
_PERMISSION = "The Slack app may not read files (permission files:read), so it is in Slack alone."
_TOO_MUCH = f"The files of this report are larger than {MOST_OF_REPORT // MEGABYTE} MB together."
_log = log.get("intake.files")


def handle(job: Job) -> None:
    """Fetch what waits of the report `job.payload["report_id"]`. Raises Later when something must be tried again."""
    if not configured():
        return
    later: Later | None = None
    for file_id in _waiting(int(job.payload["report_id"])):
        try:
            _keep(file_id)
        except Later as error:
            later = error if later is None or error.seconds > later.seconds else later
    if later is not None:
        raise later


def _waiting(report_id: int) -> list[int]:
    query = select(File.id).join(Message, Message.id == File.message_id).where(Message.report_id == report_id)
    with transaction() as session:
        return list(session.scalars(query.where(File.state == "waiting").order_by(Message.ts, File.position)))


def _keep(file_id: int) -> None:
    """Fetch one file; what went wrong for good is a sentence beside it."""
    try:
        file = _described(file_id)
        room = _room(file)
        if file.size > MOST_BYTES:
            raise Refused(f"It is larger than {MOST_BYTES // MEGABYTE} MB.")
        if file.size > room:
            raise Refused(_TOO_MUCH)
        fetched = fetch(file.address, MOST_BYTES)
        if len(fetched.content) > room:
            raise Refused(_TOO_MUCH)
        _store(file_id, fetched.content, _checked(file, fetched))
    except Refused as refused:
        _refuse(file_id, str(refused), gone=refused.gone)
    except Later as later:
        _put_off(file_id, later)


def _described(file_id: int) -> File:
    """The file's row; what Slack told only the id of is asked for first (files.info), and the chain hears its name."""
    with transaction() as session:
        file = session.get_one(File, file_id)
    if file.address:
        return file
    try:
        given = read("files_info", file=file.slack_id)["file"]
    except SlackRefused as refused:
        if refused.code == "missing_scope":
            raise _may_not() from None
        gone = refused.code in ("file_not_found", "file_deleted")
        raise Refused(f"Slack does not give it ({refused.code}).", gone=gone) from None
    with transaction() as session:
        file = session.get_one(File, file_id, with_for_update=True)
        describe(file, besides({"files": [given]})["files"][0])
        wake(session, _report_of(session, file))
    return file


def _room(file: File) -> int:
    """How many bytes the report may still get."""
    with transaction() as session:
        report_id = session.get_one(Message, file.message_id).report_id
        kept = select(func.sum(File.size)).join(Message, Message.id == File.message_id)
        used = session.scalar(kept.where(Message.report_id == report_id, File.state == "kept"))
    return MOST_OF_REPORT - int(used or 0)


def _checked(file: File, fetched: Fetched) -> str:
    """What the file really is. Raises Refused when it is not what it is called."""
    if is_page(fetched.content) and not fetched.attached:
        # A token that may not have the file is shown the sign-in page, as if all were well.
        raise _may_not()
    found = media_type(fetched.content)
    if file.mimetype in PICTURES and found not in PICTURES:
        raise Refused("It is called a picture and is none, so it is neither shown nor carried on.")
    return TEXT if found == PAGE else found


def _may_not() -> Refused:
    problems.no_files()
    return Refused(_PERMISSION)


def _store(file_id: int, content: bytes, found: str) -> None:
    with transaction() as session:
        file = session.get_one(File, file_id, with_for_update=True)
        if file.state != "waiting":
            # Its message was deleted, or lost it, while it was fetched.
            return
        file.state, file.content, file.media_type, file.size = "kept", content, found, len(content)
        file.sha256 = hashlib.sha256(content).hexdigest()
        file.width, file.height = dimensions(content) or (None, None)
        report = _report_of(session, file)
        _tell(session, report, "report.file_kept", {"name": file.name, "bytes": file.size, "sha256": file.sha256})
        carry_late(session, file, report)
        if problems.files_come(session):
            _again(session)


def _again(session: Session) -> None:
    """What could not be had for want of a permission is fetched now."""
    refused = update(File).where(File.state == "refused", File.note == _PERMISSION).values(state="waiting", note="")
    messages = session.scalars(refused.returning(File.message_id)).all()
    for report_id in set(session.scalars(select(Message.report_id).where(Message.id.in_(messages)))):
        enqueue(session, topics.FILES, report_id, {"report_id": report_id})


def _refuse(file_id: int, sentence: str, *, gone: bool = False) -> None:
    with transaction() as session:
        file = session.get_one(File, file_id, with_for_update=True)
        if file.state != "waiting":
            return
        file.state, file.note = "gone" if gone else "refused", sentence
        _tell(session, _report_of(session, file), "report.file_refused", {"name": file.name, "why": sentence})
    _log.info("file refused", file=file_id, why=sentence)


def _put_off(file_id: int, later: Later) -> None:
    """Raises Later; a file that was tried for days is let go."""
    with transaction() as session:
        age = (now() - session.get_one(File, file_id).created_at).total_seconds()
    if age > PATIENCE:
        _refuse(file_id, "Slack did not give it for a week.")
        return
    raise Later(later.message, max(later.seconds, min(age / 4, 300)), counts=False) from later


def _report_of(session: Session, file: File) -> Report:
    return session.get_one(Report, session.get_one(Message, file.message_id).report_id)


def _tell(session: Session, report: Report, action: str, after: dict[str, Any]) -> None:
    record(session, INKLING, action, workspace_id=report.workspace_id, report_id=report.id, after=after)
