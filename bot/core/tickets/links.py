"""Dividing a report into tickets that know of each other, and following it when it changes; reading is in families."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.audit import INKLING, record
from bot.core.models import Change, Draft, Report, Review, Ticket, TicketLink
from bot.core.outbox import enqueue, topics
from bot.core.tickets.changes import outdate
from bot.core.tickets.life import locked, move, open_ticket
from bot.core.tickets.parts import Part, matched
from bot.core.tickets.states import OPEN, State

Relation = Literal["sibling", "child"]
AT_WORK = (State.RECEIVED, State.DRAFTING)


def place_of(session: Session, ticket_id: int) -> TicketLink | None:
    """The ticket's own place among those of its report; None for a ticket that stands alone or tells the plan."""
    return session.scalars(select(TicketLink).where(TicketLink.other_id == ticket_id)).first()


def divide(session: Session, report: Report, first: Ticket, parts: Sequence[Part], relation: Relation) -> None:
    """Let the tickets follow the parts: new ones get a ticket, gone ones lose theirs unless a person had a hand in it.

    Report and `first` are locked, so this happens once however often it is asked for. As a sibling `first` has a part
    of its own; with children it has none. No parts at all bring everything back to `first`.
    """
    rows = {row.other_id: row for row in _rows(session, first.id)}
    before = _living(rows)
    if first.id in rows and (relation == "child" or not parts):
        session.delete(rows.pop(first.id))
    known = {other: Part.model_validate(row.part) for other, row in rows.items() if _lives(session, row)}
    places = matched(known, parts)
    if relation == "sibling" and parts and first.id not in places.values():
        _seat(session, first, places, len(parts))
    for position, part in enumerate(parts):
        ticket = locked(session, places[position]) if position in places else _open(session, report)
        _keep(session, first, ticket, rows, part, place=(relation, position + 1))
        if ticket.id != first.id:
            _write(session, report, ticket)
    session.flush()
    for other, row in sorted(rows.items()):
        if other not in places.values() and not row.dropped:
            _drop(session, first, row)
    session.flush()
    after = _living({row.other_id: row for row in _rows(session, first.id)})
    if before != after and max(len(before), len(after)) > 1:
        record(
            session,
            INKLING,
            "ticket.split",
            workspace_id=first.workspace_id,
            ticket_id=first.id,
            before={"tickets": before},
            after={"tickets": after, "relation": relation},
        )
        enqueue(session, topics.STATUS, report.id, {"report_id": report.id})


def wake(session: Session, report: Report, first_id: int) -> None:
    """Let every other ticket of a divided report that is still at work go on."""
    for row in _rows(session, first_id):
        if row.other_id != first_id:
            _write(session, report, session.get_one(Ticket, row.other_id))


def _rows(session: Session, first_id: int) -> list[TicketLink]:
    query = (
        select(TicketLink).where(TicketLink.ticket_id == first_id).order_by(TicketLink.position, TicketLink.other_id)
    )
    return list(session.scalars(query))


def _living(rows: dict[int, TicketLink]) -> list[int]:
    return sorted(other for other, row in rows.items() if not row.dropped)


def _lives(session: Session, row: TicketLink) -> bool:
    """Whether a part that comes back can have its ticket again."""
    return not row.dropped or session.get_one(Ticket, row.other_id).state != State.WITHDRAWN


def _seat(session: Session, first: Ticket, places: dict[int, int], count: int) -> None:
    """The first ticket's part is gone: it takes over one that has no ticket yet, or one that nobody has touched."""
    free = [position for position in range(count) if position not in places]
    free += [position for position, other in places.items() if _untouched(session, session.get_one(Ticket, other))]
    if free:
        places[free[0]] = first.id


def _open(session: Session, report: Report) -> Ticket:
    ticket = open_ticket(session, report)
    move(session, ticket, "draft", INKLING)
    return ticket


def _keep(
    session: Session,
    first: Ticket,
    ticket: Ticket,
    rows: dict[int, TicketLink],
    part: Part,
    *,
    place: tuple[Relation, int],
) -> None:
    """The ticket's row as it should be now; a ticket without a text is called as its part is."""
    row = rows.get(ticket.id)
    if row is None:
        row = TicketLink(ticket_id=first.id, other_id=ticket.id)
        session.add(row)
    (row.relation, row.position), row.dropped, row.part = place, False, part.model_dump(mode="json")
    if session.scalar(select(Draft.id).where(Draft.ticket_id == ticket.id).limit(1)) is None:
        ticket.title, ticket.kind = part.title, part.kind or ticket.kind


def _write(session: Session, report: Report, ticket: Ticket) -> None:
    """Each ticket is written in work of its own, so that none waits for another."""
    if ticket.state in AT_WORK:
        subject = {"report_id": report.id, "ticket_id": ticket.id}
        enqueue(session, topics.CHAIN, f"{report.id}:{ticket.id}", subject)


def _untouched(session: Session, ticket: Ticket) -> bool:
    """Whether nobody has edited, approved or otherwise decided on the ticket, or on a change of it."""
    hands = (
        select(Review.id).where(Review.ticket_id == ticket.id),
        select(Draft.id).where(Draft.ticket_id == ticket.id, Draft.author_id.is_not(None)),
        select(Change.id).where(Change.ticket_id == ticket.id, Change.decided_by.is_not(None)),
    )
    return ticket.state in OPEN and not any(session.scalar(select(hand.exists())) for hand in hands)


def _drop(session: Session, first: Ticket, row: TicketLink) -> None:
    """The thread asks for it no more: an untouched ticket is withdrawn, any other waits for a person to say so."""
    row.dropped = True
    ticket = locked(session, row.other_id)
    if _untouched(session, ticket):
        move(session, ticket, "drop", INKLING, {"because": "The thread does not ask for it any more."})
        outdate(session, ticket.id)
        enqueue(session, topics.ANNOUNCE, ticket.id, {"ticket_id": ticket.id})
    else:
        about: dict[str, Any] = {"workspace_id": ticket.workspace_id, "ticket_id": ticket.id}
        record(session, INKLING, "ticket.unplanned", **about, after={"of": first.id})
