"""A thumbs-up on a message that changes nothing: it was read, and nobody has to do anything."""

from sqlalchemy import select

from bot.core import log
from bot.core.db import transaction
from bot.core.models import Change, Message, Report
from workers.base import Job
from workers.notify.client import Refused, configured, read

REACTION = "thumbsup"
_log = log.get("slack.noted")


def handle(job: Job) -> None:
    """React to message `job.payload["message_id"]`; not if it asks for a change after all, nor if Slack refuses."""
    if not configured():
        return
    with transaction() as session:
        message = session.get(Message, job.payload["message_id"])
        report = session.get(Report, message.report_id) if message else None
        matters = select(Change.id).where(
            Change.state.in_(("open", "accepted", "refused")), Change.causes.has_key(str(job.payload["message_id"]))
        )
        if message is None or report is None or message.deleted_at is not None or session.scalar(matters.limit(1)):
            return
    try:
        read("reactions_add", channel=report.channel_id, timestamp=message.ts, name=REACTION)
    except Refused as refused:
        if refused.code != "already_reacted":
            _log.info("not noted", code=refused.code)
