"""Which tickets came from one report, as each of them sees the others; reading alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.core.models import Ticket, TicketLink
from bot.core.tickets.states import State


@dataclass(frozen=True)
class Linked:
    """Another ticket of the same report as seen from one of them: its sibling, its child or its parent."""

    ticket: Ticket
    relation: Literal["sibling", "child", "parent"]
    position: int
    dropped: bool


@dataclass(frozen=True)
class Family:
    """Where a ticket stands: place `position` of `count` (position 0: it tells the plan), and the others in order."""

    position: int
    count: int
    dropped: bool
    others: list[Linked]

    @property
    def parent(self) -> Ticket | None:
        """The ticket that tells the plan, if this is a part of one."""
        return next((one.ticket for one in self.others if one.relation == "parent"), None)

    def of(self, relation: str) -> list[Linked]:
        """The others in one relation; withdrawn ones are no news and left out."""
        gone = State.WITHDRAWN
        return [
            one for one in self.others if one.relation == relation and not (one.dropped and one.ticket.state == gone)
        ]


def families(session: Session, ticket_ids: Iterable[int]) -> dict[int, Family]:
    """The family of each ticket that has one."""
    wanted = set(ticket_ids)
    leaders = select(TicketLink.ticket_id).where(or_(TicketLink.ticket_id.in_(wanted), TicketLink.other_id.in_(wanted)))
    query = (
        select(TicketLink)
        .where(TicketLink.ticket_id.in_(leaders))
        .order_by(TicketLink.dropped, TicketLink.position, TicketLink.other_id)
    )
    groups: dict[int, list[TicketLink]] = {}
    for row in session.scalars(query):
        groups.setdefault(row.ticket_id, []).append(row)
    ids = {row.other_id for rows in groups.values() for row in rows} | set(groups)
    tickets = {ticket.id: ticket for ticket in session.scalars(select(Ticket).where(Ticket.id.in_(ids)))}
    found: dict[int, Family] = {}
    for leader, rows in groups.items():
        for ticket_id in wanted & {leader, *(row.other_id for row in rows)}:
            found[ticket_id] = _family(ticket_id, leader, rows, tickets)
    return found


def dropped(session: Session, ticket_ids: Iterable[int]) -> set[int]:
    """Which of these were withdrawn because the thread does not ask for them any more: no news to anybody."""
    query = (
        select(TicketLink.other_id)
        .join(Ticket, Ticket.id == TicketLink.other_id)
        .where(TicketLink.other_id.in_(list(ticket_ids)), TicketLink.dropped, Ticket.state == State.WITHDRAWN)
    )
    return set(session.scalars(query))


def _family(ticket_id: int, leader: int, rows: list[TicketLink], tickets: dict[int, Ticket]) -> Family:
    own = next((row for row in rows if row.other_id == ticket_id), None)
    others = [
        Linked(
            tickets[row.other_id], "sibling" if own or row.relation == "sibling" else "child", row.position, row.dropped
        )
        for row in rows
        if row.other_id != ticket_id
    ]
    if own and own.relation == "child":
        others.insert(0, Linked(tickets[leader], "parent", 0, dropped=False))
    count = sum(not row.dropped for row in rows)
    return Family(own.position if own else 0, count, own.dropped if own else False, others)
