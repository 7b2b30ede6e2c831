"""Weekly digests: which channels want one, when it is due, and what it tells; how it reads is no matter here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.audit import Actor, record
from bot.core.clock import now
from bot.core.models import AuditEvent, Digest, Person, Report, Ticket, TicketReport
from bot.core.outbox import enqueue, topics
from bot.core.tickets.joining import may_know
from bot.core.tickets.states import State

WEEK = timedelta(days=7)
_HOUR = 8  # of Monday, UTC
_ENDS = {State.SHIPPED: "ticket.ship", State.DECLINED: "ticket.decline"}


def start(session: Session, person: Person, workspace_id: int, channel_id: str) -> None:
    """Let a channel have a digest each Monday; nothing changes where it has one."""
    row = insert(Digest).values(
        workspace_id=workspace_id, channel_id=channel_id, wanted_by=person.id, next_at=_next_monday(now())
    )
    if session.execute(row.on_conflict_do_nothing().returning(Digest.id)).scalar() is not None:
        _record(session, person, "digest.started", workspace_id, channel_id)


def stop(session: Session, person: Person, workspace_id: int, channel_id: str) -> None:
    """End a channel's digest; nothing changes where it has none."""
    gone = delete(Digest).where(Digest.workspace_id == workspace_id, Digest.channel_id == channel_id)
    if session.execute(gone.returning(Digest.id)).scalar() is not None:
        _record(session, person, "digest.stopped", workspace_id, channel_id)


def _record(session: Session, person: Person, action: str, workspace_id: int, channel_id: str) -> None:
    record(session, Actor.of(person), action, workspace_id=workspace_id, after={"channel": channel_id})


def next_of(session: Session, workspace_id: int, channel_id: str) -> datetime | None:
    """When a channel's next digest is due; None where it wants none."""
    query = select(Digest.next_at).where(Digest.workspace_id == workspace_id, Digest.channel_id == channel_id)
    return session.scalar(query)


def due(session: Session) -> None:
    """Promise each digest whose time has come, once; after a long absence only the newest week is told."""
    query = select(Digest).where(Digest.next_at <= now()).limit(100).with_for_update(skip_locked=True)
    for digest in session.scalars(query):
        until = _next_monday(now()) - WEEK
        digest.next_at = until + WEEK
        enqueue(session, topics.DIGEST, digest.id, {"digest_id": digest.id, "until": until.isoformat()})


def _next_monday(moment: datetime) -> datetime:
    """The first Monday morning after a moment."""
    monday = moment.replace(hour=_HOUR, minute=0, second=0, microsecond=0) - timedelta(days=moment.weekday())
    return monday if monday > moment else monday + WEEK


@dataclass(frozen=True)
class Week:
    """What a channel said and what became of it: `came` reports, `waiting` drafts, and tickets that came to an end."""

    came: int
    waiting: int
    shipped: list[Ticket]
    declined: list[Ticket]


def week(session: Session, digest: Digest, until: datetime) -> Week:
    """The seven days before `until`; tickets of other channels only as far as this one's readers may know of them."""
    here = (Report.workspace_id == digest.workspace_id, Report.channel_id == digest.channel_id)
    within = (Report.created_at >= until - WEEK, Report.created_at < until)
    came = session.scalar(select(func.count()).select_from(Report).where(*here, *within)) or 0
    own = (
        select(Ticket.id)
        .join(TicketReport, TicketReport.ticket_id == Ticket.id)
        .join(Report, Report.id == TicketReport.report_id)
        .where(*here, Ticket.state == State.IN_REVIEW)
    )
    waiting = session.scalar(select(func.count()).select_from(own.distinct().subquery())) or 0
    shipped, declined = (_ended(session, digest, end, until) for end in (State.SHIPPED, State.DECLINED))
    return Week(came, waiting, shipped, declined)


def _ended(session: Session, digest: Digest, end: State, until: datetime) -> list[Ticket]:
    """Tickets that came to this end within the week and are still there, in the order in which they did."""
    query = (
        select(Ticket, Report)
        .join(TicketReport, TicketReport.ticket_id == Ticket.id)
        .join(Report, Report.id == TicketReport.report_id)
        .join(AuditEvent, AuditEvent.ticket_id == Ticket.id)
        .where(
            Report.workspace_id == digest.workspace_id,
            Report.channel_id == digest.channel_id,
            Ticket.state == end,
            AuditEvent.action == _ENDS[end],
            AuditEvent.at >= until - WEEK,
            AuditEvent.at < until,
        )
        .order_by(AuditEvent.id)
    )
    found = {ticket.id: ticket for ticket, report in session.execute(query) if may_know(session, report, ticket.id)}
    return list(found.values())
