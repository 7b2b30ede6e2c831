"""What was said in Slack: a mention or direct message is a report or an inquiry, replies and edits join a report."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import access, inquiries, reports
from bot.core.clock import now
from bot.core.models import InboxItem, Message, Report, Workspace
from bot.core.outbox import enqueue, topics
from bot.core.slack.besides import besides, called_with_files
from bot.core.slack.text import mentioned
from workers.inquiries.asked import read
from workers.intake import digests, early
from workers.intake.known import report_of
from workers.intake.text import as_written

# Outcomes that others may have waited for.
_REPORT, _ADDED = "report", "message added"


def on_event(session: Session, workspace: Workspace, item: InboxItem) -> str:
    """Handle one event, and what came before it and is about it; returns what became of it in a few words."""
    event = item.payload["event"]
    said = event.get("message") or event.get("previous_message") or event
    ts = event.get("deleted_ts") or said["ts"]
    thread_ts = said.get("thread_ts") or ts
    early.one_by_one(session, workspace, event["channel"], thread_ts)
    outcome = _handle(session, workspace, item)
    if outcome in (_REPORT, _ADDED):
        replay(session, workspace, event["channel"], {ts, thread_ts} if outcome == _REPORT else {ts}, since=ts)
    return outcome


def replay(session: Session, workspace: Workspace, channel: str, stamps: Iterable[str], *, since: str = "") -> None:
    """Handle the events that waited for these messages or threads; what was said before `since` is not news."""
    for item in early.take(session, workspace, channel, stamps):
        if item.payload["event"].get("ts", "") > since:
            item.outcome = on_event(session, workspace, item)


def _handle(session: Session, workspace: Workspace, item: InboxItem) -> str:
    event = item.payload["event"]
    if event.get("subtype") == "message_changed":
        # A deleted message that has replies is left by Slack as a tombstone.
        gone = event["message"].get("subtype") == "tombstone"
        return _deleted(session, workspace, item, event["message"]) if gone else _edited(session, workspace, item)
    if event.get("subtype") == "message_deleted":
        said = event.get("previous_message", {}) | {"ts": event["deleted_ts"]}
        return _deleted(session, workspace, item, said)
    return _said(session, workspace, item)


def _said(session: Session, workspace: Workspace, item: InboxItem) -> str:
    event = item.payload["event"]
    channel, ts = event["channel"], event["ts"]
    thread_ts = event.get("thread_ts") or ts
    direct = event.get("channel_type") == "im"
    known = report_of(session, workspace, channel, thread_ts)
    called = event["type"] == "app_mention" or called_with_files(event, workspace.bot_user_id)
    if known is None and not called and not direct:
        return early.keep(workspace, item, channel, thread_ts)
    words, beside = as_written(session, workspace, event.get("text", "")), besides(event)
    text = as_written(session, workspace, event.get("text", ""), beside["attachments"])
    to_us = event["type"] == "app_mention" or workspace.bot_user_id in mentioned(event.get("text", ""))
    if (to_us or direct) and (wanted := digests.wish(words)) is not None:
        person = access.person_of_slack(session, workspace.id, event["user"])
        return digests.follow(session, person, _place(workspace, event, thread_ts), wanted=wanted)
    # In the thread of a report only who mentions us asks us; Slack tells of a mention twice, as two kinds of event.
    if (to_us or known is None) and read(words, now()):
        return _asked(session, workspace, event, thread_ts, words)
    if known is not None:
        if not text and not beside["files"]:
            return "nothing said"
        author = access.person_of_slack(session, workspace.id, event["user"])
        asked = known.wait_until is not None
        if reports.add_message(session, known, author, ts=ts, text=text, files=beside["files"]) is None:
            return "known message"
        if asked:
            # The reply may have been an answer, and the status counts what is still open.
            enqueue(session, topics.STATUS, known.id, {"report_id": known.id})
        return _ADDED
    if not text and not beside["files"] and (direct or thread_ts == ts):
        place = {"channel": channel, "thread_ts": thread_ts, "user": event["user"]}
        enqueue(session, topics.HINT, f"{channel}:{thread_ts}", {"workspace_id": workspace.id, **place})
        return "hint"
    _, new = reports.receive(
        session,
        access.person_of_slack(session, workspace.id, event["user"]),
        workspace_id=workspace.id,
        channel_id=channel,
        thread_ts=thread_ts,
        ts=ts,
        text=text,
        origin="message" if direct else "mention",
        files=beside["files"],
    )
    return _REPORT if new else _ADDED


def _asked(session: Session, workspace: Workspace, event: dict[str, Any], thread_ts: str, text: str) -> str:
    person = access.person_of_slack(session, workspace.id, event["user"])
    known = not inquiries.receive(session, person, text=text, **_place(workspace, event, thread_ts))
    return "known inquiry" if known else "inquiry"


def _place(workspace: Workspace, event: dict[str, Any], thread_ts: str) -> dict[str, Any]:
    return {"workspace_id": workspace.id, "channel_id": event["channel"], "thread_ts": thread_ts, "ts": event["ts"]}


def _edited(session: Session, workspace: Workspace, item: InboxItem) -> str:
    """Somebody changed their words or files, or Slack showed what a link leads to."""
    event = item.payload["event"]
    said = event["message"]
    report = _report_with(session, workspace, event["channel"], said)
    if report is None:
        return early.keep(workspace, item, event["channel"], said["ts"])
    beside = besides(said)
    changed = reports.change_message(
        session,
        report,
        ts=said["ts"],
        text=as_written(session, workspace, said.get("text", ""), beside["attachments"]),
        files=beside["files"],
        edited=event.get("reworded", True),
        at=_moment(event),
    )
    return "message changed" if changed else "nothing changed"


def _deleted(session: Session, workspace: Workspace, item: InboxItem, said: dict[str, Any]) -> str:
    event = item.payload["event"]
    report = _report_with(session, workspace, event["channel"], said)
    if report is None:
        return early.keep(workspace, item, event["channel"], said["ts"])
    changed = reports.change_message(session, report, ts=said["ts"], text=None, at=_moment(event))
    return "message changed" if changed else "nothing changed"


def _report_with(session: Session, workspace: Workspace, channel: str, said: dict[str, Any]) -> Report | None:
    """The report that has this message already; what is about a message that is yet to come waits for it."""
    report = report_of(session, workspace, channel, said.get("thread_ts") or said["ts"])
    if report is None:
        return None
    known = select(Message.id).where(Message.report_id == report.id, Message.ts == said["ts"])
    return report if session.scalar(known) is not None else None


def _moment(event: dict[str, Any]) -> datetime:
    """When Slack says that it happened."""
    ts = event.get("ts", "")
    return datetime.fromtimestamp(float(ts), UTC) if re.fullmatch(r"\d{1,11}\.\d{1,6}", ts) else now()
