"""Joining: a report's ticket becomes part of another one, and can be taken out again; nothing joins by itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.audit import Actor, record
from bot.core.clock import now
from bot.core.errors import Conflict, NotFound
from bot.core.models import Document, Report, Ticket, TicketReport
from bot.core.outbox import enqueue, topics
from bot.core.tickets.changes import JOINED, LEFT, outdate, tell
from bot.core.tickets.families import families
from bot.core.tickets.life import locked, move, remember, reports_of, restore, tickets_of
from bot.core.tickets.review import latest_draft
from bot.core.tickets.states import AFTER_DRAFT, State

_NOTHING_THERE = (State.WITHDRAWN, State.ANSWERED)


def join(session: Session, ticket_id: int, other_id: int, actor: Actor) -> Ticket:
    """Make a ticket that nobody has decided on part of another: its reports count there, and are told what it becomes.

    Returns the other one, which is the one that `other_id` itself has joined, if so. Raises NotFound or Conflict with
    a sentence; then nothing has changed.
    """
    ticket, other = _both(session, ticket_id, other_id)
    _fit(session, ticket, other)
    joining = reports_of(session, ticket.id)
    move(session, ticket, "join", actor, {"ticket": other.id, "title": other.title})
    outdate(session, ticket.id)
    for report_id in joining:
        row = {"ticket_id": other.id, "report_id": report_id, "joined_at": now(), "joined_by": actor.person_id}
        session.execute(insert(TicketReport).values(row).on_conflict_do_nothing())
        _record(session, actor, JOINED, ticket, (other, report_id))
        # Questions that are open in its thread end with it.
        enqueue(session, topics.CHAIN, report_id, {"report_id": report_id})
    _both_changed(session, ticket, other)
    for report_id in joining:
        read_again(session, other, report_id)
    return other


def leave(session: Session, ticket_id: int, actor: Actor) -> Ticket:
    """Undo a join: the ticket goes on where it was. Returns it. Raises NotFound or Conflict; then nothing changed."""
    joined = joined_to(session, ticket_id)
    if joined is None:
        raise Conflict(f"Ticket {ticket_id} is part of no other ticket (any more). Nothing was changed.")
    ticket, other = _pair(session, ticket_id, joined.id)
    if ticket.state != State.DUPLICATE:
        raise Conflict(f"Ticket {ticket_id} is part of no other ticket (any more). Nothing was changed.")
    leaving = reports_of(session, ticket.id)
    rows = delete(TicketReport).where(TicketReport.report_id.in_(leaving), TicketReport.joined_at.is_not(None))
    session.execute(rows.where(TicketReport.ticket_id != ticket.id))
    for report_id in leaving:
        _record(session, actor, LEFT, ticket, (other, report_id))
    drafted = latest_draft(session, ticket.id) is not None
    restore(session, ticket, State.IN_REVIEW if drafted else State.RECEIVED, actor)
    if not drafted:
        enqueue(session, topics.CHAIN, leaving[0], {"report_id": leaving[0]})
    _both_changed(session, ticket, other)
    read_again(session, other, reports_of(session, other.id)[0])
    return ticket


def joined_to(session: Session, ticket_id: int) -> Ticket | None:
    """The ticket that this one is part of."""
    reports = reports_of(session, ticket_id)[:1]
    query = (
        select(Ticket)
        .join(TicketReport, TicketReport.ticket_id == Ticket.id)
        .where(TicketReport.report_id.in_(reports), TicketReport.joined_at.is_not(None), Ticket.id != ticket_id)
        # What has joined in turn has brought its reports along.
        .order_by(Ticket.state == State.DUPLICATE, TicketReport.joined_at.desc())
    )
    return session.scalars(query.limit(1)).first()


def joined_at(session: Session, ticket_id: int) -> dict[int, datetime]:
    """The reports that were added to a ticket, and when."""
    query = select(TicketReport.report_id, TicketReport.joined_at).where(TicketReport.ticket_id == ticket_id)
    return {row.report_id: row.joined_at for row in session.execute(query) if row.joined_at}


def heard_in(session: Session, ticket_id: int) -> list[Report]:
    """The reports whose words a ticket may use: its own, and what joined it unless that was said in private."""
    rows = [session.get_one(Report, report_id) for report_id in reports_of(session, ticket_id)]
    added = joined_at(session, ticket_id)
    own = {row.channel_id for row in rows if row.id not in added}
    return [row for row in rows if row.id not in added or not row.private or row.channel_id in own]


def read_again(session: Session, ticket: Ticket, report_id: int) -> None:
    """Let the chain look at what a report of a ticket says now; `report_id` need not be the one it was made for."""
    if ticket.state in (State.RECEIVED, State.DRAFTING):
        own = reports_of(session, ticket.id)[0]
        enqueue(session, topics.CHAIN, own, {"report_id": own})
    if ticket.state in AFTER_DRAFT:
        enqueue(session, topics.CHANGE, report_id, {"report_id": report_id})


def _both(session: Session, ticket_id: int, other_id: int) -> tuple[Ticket, Ticket]:
    """Both tickets, locked; the other one is that which it has joined itself, as far as that goes."""
    other = session.get(Ticket, other_id)
    while other is not None and other.state == State.DUPLICATE and (further := joined_to(session, other.id)):
        other = further
    if other is None or other.workspace_id != session.get_one(Ticket, ticket_id).workspace_id:
        raise NotFound(f"There is no ticket {other_id}.")
    if other.id == ticket_id:
        raise Conflict(f"Ticket {other_id} is part of this one already. Nothing was changed.")
    return _pair(session, ticket_id, other.id)


def _pair(session: Session, ticket_id: int, other_id: int) -> tuple[Ticket, Ticket]:
    """Both tickets, locked after the reports of the first and in one order, so that nobody waits for one another."""
    for report_id in reports_of(session, ticket_id):
        session.get_one(Report, report_id, with_for_update=True)
    rows = {row: locked(session, row) for row in sorted((ticket_id, other_id))}
    return rows[ticket_id], rows[other_id]


def _fit(session: Session, ticket: Ticket, other: Ticket) -> None:
    """Raises Conflict where one cannot become part of the other."""
    if other.state in (*_NOTHING_THERE, State.DUPLICATE):
        raise Conflict(f"Nobody works on ticket {other.id} any more, so nothing was added to it.")
    if families(session, [ticket.id]):
        raise Conflict(f"Ticket {ticket.id} is one of several from one report, so it cannot join as a whole.")
    reports = [session.get_one(Report, report_id) for report_id in reports_of(session, ticket.id)]
    if not all(may_know(session, report, other.id) for report in reports):
        raise Conflict(f"Ticket {other.id} is kept to a channel that not all who reported this may read.")


def may_know(session: Session, report: Report, ticket_id: int) -> bool:
    """Whether those who read a report's thread may read what a ticket says."""
    made_for = session.get_one(Report, reports_of(session, ticket_id)[0])
    if made_for.private and made_for.channel_id != report.channel_id:
        return False
    audience = session.scalar(select(Document.audience).where(Document.ticket_id == ticket_id))
    return audience is None or report.channel_id in audience


def _both_changed(session: Session, ticket: Ticket, other: Ticket) -> None:
    for one in (ticket, other):
        remember(session, one.id)
        tell(session, one)


def _record(session: Session, actor: Actor, action: str, ticket: Ticket, place: tuple[Ticket, int]) -> None:
    """Tell of a report that came to, or went from, a place: another ticket."""
    other, report_id = place
    ids: dict[str, Any] = {"ticket_id": other.id, "report_id": report_id}
    after = {"ticket": ticket.id, "title": ticket.title}
    record(session, actor, action, workspace_id=other.workspace_id, **ids, after=after)


def own_ticket(session: Session, report_id: int) -> int:
    """The first ticket that was made for a report."""
    return tickets_of(session, report_id)[0]
