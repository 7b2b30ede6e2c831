"""Somebody pointed at a message, by shortcut or reaction: it and its thread become a report, once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import access, reports
from bot.core.db import transaction
from bot.core.models import InboxItem, Report, Workspace
from bot.core.outbox import enqueue, topics
from bot.core.slack.besides import besides
from workers.base import Job
from workers.intake.known import report_from_elsewhere, report_of, report_with
from workers.intake.text import as_written, channel_name
from workers.intake.thread import NOTES, by_a_person
from workers.notify.client import Refused, configured, read

Json = dict[str, Any]
LOOKING = "looking at the message"
# Slack's words for a channel that we are not in.
_ABSENT = ("not_in_channel", "channel_not_found")


@dataclass(frozen=True)
class _Found:
    """What Slack says of the message. `message` is None where it tells nothing; `absent`: we are not in the channel."""

    message: Json | None
    absent: bool = False


def on_pointed(session: Session, _: Workspace, item: InboxItem) -> str:
    """Promise to look at the message: a reaction tells neither its words nor its thread."""
    enqueue(session, topics.POINTED, item.id, {"inbox_id": item.id})
    return LOOKING


def on_unopened(session: Session, _: Workspace, item: InboxItem) -> str:
    """Tell who wanted to report that the form did not open."""
    _tell(session, item, "unopened")
    return "told"


def handle(job: Job) -> None:
    """Make a report of the message that inbox row `job.payload["inbox_id"]` points at. Raises Later."""
    with transaction() as session:
        item = session.get_one(InboxItem, job.payload["inbox_id"])
        workspace = access.workspace_of(session, item.payload["team_id"], item.payload.get("enterprise_id"))
        if item.outcome != LOOKING:
            return
        if known := _report_of(session, workspace, item, item.payload["message"]):
            item.outcome = _tell(session, item, "known", known)
            return
    found = _look(item.payload)
    with transaction() as session:
        # One after the other: where we are no member nothing else keeps two uses on one message from being two reports.
        alone = select(Workspace).where(Workspace.id == workspace.id).with_for_update(key_share=True)
        workspace = session.scalars(alone).one()
        item = session.get_one(InboxItem, item.id)
        item.outcome = _receive(session, workspace, item, found)


def _report_of(session: Session, workspace: Workspace, item: InboxItem, message: Json) -> Report | None:
    """The report that the message is part of already, as far as `message` tells its thread."""
    channel, ts = item.payload["channel_id"], message["ts"]
    known = report_of(session, workspace, channel, message.get("thread_ts") or ts)
    known = known or report_with(session, workspace, channel, ts)
    if known is None and item.kind == "shortcut":
        known = report_from_elsewhere(session, workspace, channel_name(item.payload), ts)
    return known


def _look(payload: Json) -> _Found:
    """The message as Slack has it now (conversations.replies, which finds replies by their own ts too)."""
    if not configured():
        return _Found(None)
    channel, ts = payload["channel_id"], payload["message"]["ts"]
    try:
        told = read("conversations_replies", channel=channel, ts=ts, limit=1).get("messages", [])
    except Refused as refused:
        return _Found(None, absent=refused.code in _ABSENT)
    return _Found(next((message for message in told if message.get("ts") == ts), None))


def _receive(session: Session, workspace: Workspace, item: InboxItem, found: _Found) -> str:
    """What becomes of it, in a few words."""
    payload = item.payload
    by_shortcut = item.kind == "shortcut"
    # A shortcut brings the message along; of a reaction only Slack can tell what it is about.
    message = payload["message"] | (found.message or {})
    if known := _report_of(session, workspace, item, message):
        return _tell(session, item, "known", known)
    if not by_shortcut and (found.message is None or not by_a_person(message, workspace.bot_user_id)):
        return "nothing of a person's"
    author = message.get("user") or message.get("bot_id")
    if author == workspace.bot_user_id:
        return _tell(session, item, "ours")
    beside = besides(message)
    text = as_written(session, workspace, message.get("text") or "", beside["attachments"])
    threaded = bool(message.get("thread_ts") or message.get("reply_count"))
    if not text and not beside["files"] and (found.absent or not threaded):
        return _tell(session, item, "nothing read")
    report, new = reports.receive(
        session,
        access.person_of_slack(session, workspace.id, payload["user_id"]),
        workspace_id=workspace.id,
        channel_id=payload["channel_id"],
        thread_ts=None if found.absent else message.get("thread_ts") or message["ts"],
        ts=message["ts"],
        text=text,
        origin=item.kind,
        channel_name=channel_name(payload),
        files=beside["files"],
        author=access.person_of_slack(session, workspace.id, author, message.get("username") or "") if author else None,
    )
    if not new:
        return _tell(session, item, "known", report)
    if found.absent:
        report.thread_note = NOTES["not_in_channel"] if threaded else ""
        _tell(session, item, "absent", report)
    return "report"


def _tell(session: Session, item: InboxItem, word: str, report: Report | None = None) -> str:
    """Promise a word to who used the shortcut; a reaction is a quiet gesture and gets none."""
    if item.kind != "reaction":
        about = {"report_id": report.id} if report else {}
        enqueue(session, topics.TELL, item.id, {"inbox_id": item.id, "word": word, **about})
    return word
