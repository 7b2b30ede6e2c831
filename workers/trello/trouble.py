"""What happens to a ticket when Trello refuses or is silent: it waits with a sentence and goes on when that is over."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import Problem, Ticket
from bot.core.tickets.life import hold, locked, resume
from bot.core.tickets.states import State
from workers.trello.errors import NoAnswer, Stuck

PROBLEM = "trello"
# Seconds between tries: least and most, while a person has to act and while Trello is silent.
WAIT_FOR_PERSON = (30.0, 300.0)
WAIT_FOR_TRELLO = (2.0, 60.0)
# After this many seconds of silence people are told that cards wait.
SILENCE = 120.0


class LeftAlone(Exception):
    """The ticket is not on its way to the board any more: a person decided otherwise, or it is there."""


def on_its_way(ticket: Ticket) -> bool:
    """Whether the ticket is being delivered, or waits in the middle of that for a person to fix something."""
    held = ticket.state == State.NEEDS_ATTENTION and ticket.resume_state in (State.APPROVED, State.DELIVERING)
    return held or ticket.state in (State.APPROVED, State.DELIVERING)


def is_there(ticket: Ticket) -> bool:
    """Whether its card is on the board, so that later changes follow there."""
    return ticket.state in (State.ON_BOARD, State.SHIPPED)


def behind(ticket_id: int, error: Stuck | NoAnswer) -> Later:
    """Say when to try again to bring a ticket's card up to date; what a person must fix is a problem of this card."""
    if isinstance(error, NoAnswer):
        return Later(error.message, WAIT_FOR_TRELLO[0] * 5, counts=False)
    sentence = f"{error.what} The card of ticket {ticket_id} is behind until then. {error.todo}"
    with transaction() as session:
        _name(session, sentence, _card(ticket_id))
    return Later(sentence, WAIT_FOR_PERSON[0] * 2, counts=False)


def up_to_date(session: Session, ticket_id: int) -> None:
    """The ticket's card is not behind (any more)."""
    session.execute(delete(Problem).where(Problem.key == _card(ticket_id)))


def _card(ticket_id: int) -> str:
    return f"{PROBLEM}.card:{ticket_id}"


def stuck(ticket_id: int, error: Stuck) -> Later:
    """Put the ticket on hold with the error's sentence, name the problem, and say when to try again."""
    with transaction() as session:
        ticket = locked(session, ticket_id)
        if not on_its_way(ticket):
            raise LeftAlone
        hold(session, ticket, error.message)
        _name(session, error.message)
        seconds = _pause(ticket, WAIT_FOR_PERSON)
    return Later(error.message, seconds, counts=False)


def silent(ticket_id: int, error: NoAnswer) -> Later:
    """Say when to ask again; the ticket stays on its way, and a long silence is named as a problem."""
    with transaction() as session:
        ticket = locked(session, ticket_id)
        since = ticket.updated_at
        if (now() - since).total_seconds() > SILENCE and session.get(Problem, PROBLEM) is None:
            _name(
                session,
                f"Trello has given no usable answer since {since:%H:%M} UTC. Cards wait and go on by themselves.",
            )
        seconds = _pause(ticket, WAIT_FOR_TRELLO)
    return Later(error.message, seconds, counts=False)


def works_again(session: Session, ticket: Ticket) -> None:
    """Trello just did something for this ticket: it goes on, and the problem is gone unless others wait for it."""
    resume(session, ticket)
    session.flush()
    forget_problem(session)


def forget_problem(session: Session) -> None:
    """Remove the problem when no ticket waits with its sentence."""
    waiting = select(Ticket.id).where(Ticket.state == State.NEEDS_ATTENTION, Ticket.attention == Problem.sentence)
    session.execute(delete(Problem).where(Problem.key == PROBLEM, ~waiting.exists()))


def _name(session: Session, sentence: str, key: str = PROBLEM) -> None:
    row = insert(Problem).values(key=key, sentence=sentence, since=now())
    changed = Problem.sentence != row.excluded.sentence
    update = {"sentence": row.excluded.sentence, "since": row.excluded.since}
    session.execute(row.on_conflict_do_update(index_elements=["key"], set_=update, where=changed))


def _pause(ticket: Ticket, bounds: tuple[float, float]) -> float:
    """A quarter of the time it has taken so far (the state has not changed since), within bounds."""
    least, most = bounds
    return min(max((now() - ticket.updated_at).total_seconds() / 4, least), most)
