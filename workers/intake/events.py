"""What was said in Slack: a mention or direct message is a report or an inquiry, replies and edits join a report."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import access, inquiries, reports
from bot.core.clock import now
from bot.core.models import InboxItem, Message, Post, Report, Workspace
from bot.core.outbox import enqueue, topics
from bot.core.slack.text import mentioned
from workers.inquiries.asked import read
from workers.intake import early
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
        text = None if gone else event["message"].get("text", "")
        return _changed(session, workspace, item, event["message"], text)
    if event.get("subtype") == "message_deleted":
        said = event.get("previous_message", {}) | {"ts": event["deleted_ts"]}
        return _changed(session, workspace, item, said, None)
    return _said(session, workspace, item)


def _said(session: Session, workspace: Workspace, item: InboxItem) -> str:
    event = item.payload["event"]
    channel, ts = event["channel"], event["ts"]
    thread_ts = event.get("thread_ts") or ts
    direct = event.get("channel_type") == "im"
    known = _report_in(session, workspace, channel, thread_ts)
    if known is None and event["type"] != "app_mention" and not direct:
        return early.keep(workspace, item, channel, thread_ts)
    text = as_written(session, workspace, event.get("text", ""))
    # In the thread of a report only who mentions us asks us; Slack tells of a mention twice, as two kinds of event.
    to_us = event["type"] == "app_mention" or workspace.bot_user_id in mentioned(event.get("text", ""))
    if (to_us or known is None) and read(text, now()):
        return _asked(session, workspace, event, thread_ts, text)
    if known is not None:
        if not text:
            return "nothing said"
        author = access.person_of_slack(session, workspace.id, event["user"])
        asked = known.wait_until is not None
        if reports.add_message(session, known, author, ts=ts, text=text) is None:
            return "known message"
        if asked:
            # The reply may have been an answer, and the status counts what is still open.
            enqueue(session, topics.STATUS, known.id, {"report_id": known.id})
        return _ADDED
    if not text and (direct or thread_ts == ts):
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
    )
    return _REPORT if new else _ADDED


def _asked(session: Session, workspace: Workspace, event: dict[str, Any], thread_ts: str, text: str) -> str:
    person = access.person_of_slack(session, workspace.id, event["user"])
    place = {"workspace_id": workspace.id, "channel_id": event["channel"], "thread_ts": thread_ts, "ts": event["ts"]}
    return "inquiry" if inquiries.receive(session, person, text=text, **place) else "known inquiry"


def _changed(session: Session, workspace: Workspace, item: InboxItem, said: dict[str, Any], raw: str | None) -> str:
    """An edit (`raw` is Slack's new text) or a deletion (None)."""
    event = item.payload["event"]
    report = _report_in(session, workspace, event["channel"], said.get("thread_ts") or said["ts"])
    known = select(Message.id).where(Message.report_id == (report.id if report else None), Message.ts == said["ts"])
    if report is None or session.scalar(known) is None:
        return early.keep(workspace, item, event["channel"], said["ts"])
    text = None if raw is None else as_written(session, workspace, raw)
    changed = reports.change_message(session, report, ts=said["ts"], text=text, at=_moment(event))
    return "message changed" if changed else "nothing changed"


def _moment(event: dict[str, Any]) -> datetime:
    """When Slack says that it happened."""
    ts = event.get("ts", "")
    return datetime.fromtimestamp(float(ts), UTC) if re.fullmatch(r"\d{1,11}\.\d{1,6}", ts) else now()


def _report_in(session: Session, workspace: Workspace, channel: str, thread_ts: str) -> Report | None:
    """The report of a thread, also where the thread hangs on a message of ours that had to go to a direct message."""
    if report := reports.report_in_thread(session, workspace.id, channel, thread_ts):
        return report
    key = session.scalar(
        select(Post.key).where(Post.workspace_id == workspace.id, Post.channel_id == channel, Post.ts == thread_ts)
    )
    kind, _, subject = (key or "").partition(":")
    return session.get(Report, int(subject.partition(":")[0])) if kind in ("status", "questions") else None
