"""The quiet line after a decision; it is read from the decision itself, so no link can make it lie."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from bot.core.clock import now
from bot.core.models import Review, Ticket
from bot.dashboard.visit import Visit

_WORDS = {"approve": "Approved", "decline": "Declined", "revise": "Sent back", "edit": "Saved"}
_FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class Notice:
    """What this person just did, and to which ticket."""

    word: str
    ticket: Ticket


def notice(here: Visit, done: str) -> Notice | None:
    """The last decision of this person on ticket `done`, if it was made just now."""
    if not (done.isascii() and done.isdigit() and len(done) < 19):
        return None
    query = (
        select(Review, Ticket)
        .join(Ticket, Ticket.id == Review.ticket_id)
        .where(Review.ticket_id == int(done), Review.person_id == here.person.id, Review.created_at > now() - _FRESH)
        .order_by(Review.id.desc())
    )
    found = here.session.execute(query).first()
    return Notice(_WORDS[found[0].decision], found[1]) if found else None
