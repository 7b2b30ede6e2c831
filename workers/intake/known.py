"""Which report a thread or a message belongs to already; nothing is received here."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import reports
from bot.core.models import Message, Post, Report, Workspace
from bot.core.tickets.life import reports_by


def report_of(session: Session, workspace: Workspace, channel: str, thread_ts: str) -> Report | None:
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


def report_with(session: Session, workspace: Workspace, channel: str, ts: str) -> Report | None:
    """The report that a message of this channel is part of, wherever in the thread it stands."""
    query = select(Report).join(Message, Message.report_id == Report.id)
    return session.scalars(
        query.where(Report.workspace_id == workspace.id, Report.channel_id == channel, Message.ts == ts).limit(1)
    ).first()


def report_from_elsewhere(session: Session, workspace: Workspace, channel_name: str, ts: str) -> Report | None:
    """The report that a shortcut made of a message where we are no member: its thread is a direct message."""
    query = select(Report).join(Message, Message.report_id == Report.id)
    query = query.where(Report.workspace_id == workspace.id, Report.channel_name == channel_name, Message.ts == ts)
    return session.scalars(query.where(Report.origin == "shortcut").limit(1)).first()
