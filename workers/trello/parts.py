"""One part of a card is made at most once: kept as in flight before it is sent, looked for when nobody knows."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.audit import INKLING, record
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import InklingError, Later
from bot.core.models import DeliveryPart, Ticket
from bot.core.tickets.life import locked
from workers.trello.errors import NoAnswer
from workers.trello.trouble import LeftAlone, is_there, on_its_way, works_again

# Trello may show what it just made a moment late: look twice, this many seconds apart, before sending again.
LOOKS = 2
LOOK_AGAIN = 3.0

Detail = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """What is on Trello now."""

    id: str
    url: str = ""


@dataclass(frozen=True)
class Sending:
    """What goes out or went out: `op_id` is unique to this part, `detail` is what `prepare` found last."""

    op_id: str
    detail: Detail


@dataclass(frozen=True)
class Part:
    """A part of a card; `action` is its audit event.

    `prepare` finds out what sending needs and is kept with the row, `send` makes the part with one request, `look`
    finds it if it is there.
    """

    name: str
    action: str
    send: Callable[[Sending], Made]
    look: Callable[[Sending], Made | None]
    prepare: Callable[[], Detail] = dict


def make(ticket_id: int, part: Part) -> Made:
    """Make sure that the part exists once on Trello.

    Raises LeftAlone when the ticket is not on its way any more; NoAnswer, Later or Stuck when to run it again.
    """
    with _row(ticket_id, part.name) as row:
        state, op_id, detail, external_id = row.state, row.op_id, row.detail, row.external_id
    if state == "done":
        return Made(external_id, detail.get("url", ""))
    if state == "in_flight":
        if found := part.look(Sending(op_id, detail)):
            return _done(ticket_id, part, found)
        _not_seen(ticket_id, part.name)
    prepared = part.prepare()
    with _row(ticket_id, part.name) as row:
        row.state, row.detail, row.updated_at = "in_flight", row.detail | prepared, now()
        detail = row.detail
    try:
        made = part.send(Sending(op_id, detail))
    except NoAnswer:
        raise
    except InklingError:
        # Refused, or held back by the limiter: surely nothing was made, so there is nothing to look for.
        with _row(ticket_id, part.name) as row:
            row.state, row.updated_at = "pending", now()
        raise
    return _done(ticket_id, part, made)


def in_flight(ticket_id: int, name: str) -> bool:
    """Whether the part was sent and its outcome is not known yet."""
    query = select(DeliveryPart.state).where(DeliveryPart.ticket_id == ticket_id, DeliveryPart.part == name)
    with transaction() as session:
        return session.scalar(query) == "in_flight"


def sent_again(ticket_id: int, name: str) -> Sending | None:
    """How the part went out when that was more than once, so that there might be two of it; else None."""
    with _row(ticket_id, name) as row:
        return Sending(row.op_id, row.detail) if row.detail.get("sent_again") else None


def forget_done(ticket_id: int, name: str) -> None:
    """Let a part that was made, and is not on Trello any more, be made again."""
    with _row(ticket_id, name) as row:
        if row.state == "done":
            row.state, row.external_id = "pending", ""


def shown(session: Session, ticket_id: int) -> int | None:
    """Which version of the text the card shows, or was begun with; None when it was not sent yet."""
    card = select(DeliveryPart).where(DeliveryPart.ticket_id == ticket_id, DeliveryPart.part == "card")
    row = session.scalars(card).first()
    return row.detail.get("draft") if row is not None and row.state != "pending" else None


def shows(session: Session, ticket_id: int, number: int) -> None:
    """Remember which version of the text the card shows."""
    _, row = _locked(session, ticket_id, "card")
    row.detail, row.updated_at = row.detail | {"draft": number}, now()


def _not_seen(ticket_id: int, name: str) -> None:
    """Count a look that found nothing: the first ones raise Later, after the last the part may be sent again."""
    with _row(ticket_id, name) as row:
        looks = row.detail.get("looks", 0) + 1
        if enough := looks >= LOOKS:
            row.state, looks = "pending", 0
        again = enough or row.detail.get("sent_again", False)
        row.detail, row.updated_at = row.detail | {"looks": looks, "sent_again": again}, now()
    if not enough:
        raise Later("Looking whether Trello made it after all.", LOOK_AGAIN, counts=False)


def _done(ticket_id: int, part: Part, made: Made) -> Made:
    about = {"part": part.name, "id": made.id} | ({"url": made.url} if made.url else {})
    with transaction() as session:
        ticket, row = _locked(session, ticket_id, part.name)
        row.state, row.external_id, row.updated_at = "done", made.id, now()
        row.detail = row.detail | {"url": made.url}
        record(session, INKLING, part.action, workspace_id=ticket.workspace_id, ticket_id=ticket_id, after=about)
        works_again(session, ticket)
    return made


@contextmanager
def _row(ticket_id: int, name: str) -> Iterator[DeliveryPart]:
    """The part's row in a transaction of its own, made when it is new. Raises LeftAlone."""
    with transaction() as session:
        ticket, row = _locked(session, ticket_id, name)
        if not (on_its_way(ticket) or is_there(ticket)):
            raise LeftAlone
        yield row


def _locked(session: Session, ticket_id: int, name: str) -> tuple[Ticket, DeliveryPart]:
    ticket = locked(session, ticket_id)
    query = select(DeliveryPart).where(DeliveryPart.ticket_id == ticket_id, DeliveryPart.part == name)
    row = session.scalars(query).first()
    if row is None:
        row = DeliveryPart(
            ticket_id=ticket_id, part=name, op_id=f"inkling-{ticket_id}-{secrets.token_hex(5)}", detail={}
        )
        row.state, row.external_id = "pending", ""
        session.add(row)
    return ticket, row
