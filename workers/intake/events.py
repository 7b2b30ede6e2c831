"""What was said in Slack: a mention or direct message is a report or an inquiry, replies and edits join a report."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import access, inquiries, reports
from bot.core.clock import now
from bot.core.models import InboxItem, Post, Report, Workspace
from bot.core.outbox import enqueue, topics
from bot.core.slack.text import mentioned
from bot.core.tickets.life import reports_by
from workers.inquiries.asked import read
from workers.intake.text import as_written


def on_event(session: Session, workspace: Workspace, item: InboxItem) -> str:
    """Handle one event; returns what became of it in a few words."""
    event = item.payload["event"]
    if event.get("subtype") == "message_changed":
        # A deleted message that has replies is left by Slack as a tombstone.
        gone = event["message"].get("subtype") == "tombstone"
        return _changed(session, workspace, event, event["message"], None if gone else event["message"].get("text", ""))
    if event.get("subtype") == "message_deleted":
        said = event.get("previous_message", {}) | {"ts": event["deleted_ts"]}
        return _changed(session, workspace, event, said, None)
    return _said(session, workspace, event)


def _said(session: Session, workspace: Workspace, event: dict[str, Any]) -> str:
    channel, ts = event["channel"], event["ts"]
    thread_ts = event.get("thread_ts") or ts
    direct = event.get("channel_type") == "im"
    known = _report_in(session, workspace, channel, thread_ts)
    if known is None and event["type"] != "app_mention" and not direct:
        return "not about a report"
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
        return "message added"
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
    return "report" if new else "message added"


def _asked(session: Session, workspace: Workspace, event: dict[str, Any], thread_ts: str, text: str) -> str:
    person = access.person_of_slack(session, workspace.id, event["user"])
    place = {"workspace_id": workspace.id, "channel_id": event["channel"], "thread_ts": thread_ts, "ts": event["ts"]}
    return "inquiry" if inquiries.receive(session, person, text=text, **place) else "known inquiry"


def _changed(
    session: Session, workspace: Workspace, event: dict[str, Any], said: dict[str, Any], raw: str | None
) -> str:
    """An edit (`raw` is Slack's new text) or a deletion (None)."""
    report = _report_in(session, workspace, event["channel"], said.get("thread_ts") or said["ts"])
    if report is None:
        return "not about a report"
    text = None if raw is None else as_written(session, workspace, raw)
    changed = reports.change_message(session, report, ts=said["ts"], text=text)
    return "message changed" if changed else "nothing changed"


def _report_in(session: Session, workspace: Workspace, channel: str, thread_ts: str) -> Report | None:
    """The report of a thread, also where the thread hangs on a message of ours that had to go to a direct message."""
    if report := reports.report_in_thread(session, workspace.id, channel, thread_ts):
        return report
    key = session.scalar(
        select(Post.key).where(Post.workspace_id == workspace.id, Post.channel_id == channel, Post.ts == thread_ts)
    )
    kind, _, subject = (key or "").partition(":")
    if kind == "told":
        ticket_id, person_id, _ = subject.split(":")
        return next(iter(reports_by(session, int(ticket_id), int(person_id))), None)
    return session.get(Report, int(subject.partition(":")[0])) if kind in ("status", "questions") else None
