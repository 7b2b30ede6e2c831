"""Matches: a report's people are shown an earlier ticket that looks the same, and say whether it is."""

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.audit import INKLING, Actor, record
from bot.core.clock import now
from bot.core.errors import InklingError
from bot.core.models import Match, Person, Report, Ticket
from bot.core.outbox import enqueue, topics
from bot.core.tickets.joining import join, leave, may_know, own_ticket
from bot.core.tickets.states import OPEN

# Nothing else is asked of people while they are shown this; after so many seconds the work goes on without an answer.
PATIENCE = 300.0


def show(session: Session, report: Report, ticket_id: int, why: str) -> bool:
    """Show a report's people the ticket that it looks the same as, one at a time and once; whether it is shown now."""
    waiting = select(Match.id).where(Match.report_id == report.id, Match.state.in_(("open", "joined")))
    if session.scalar(waiting) is not None or not may_know(session, report, ticket_id):
        return False
    row = insert(Match).values(report_id=report.id, ticket_id=ticket_id, why=why)
    if session.execute(row.on_conflict_do_nothing().returning(Match.id)).scalar() is None:
        return False
    after = {"ticket": ticket_id, "why": why}
    record(session, INKLING, "match.shown", workspace_id=report.workspace_id, report_id=report.id, after=after)
    _tell(session, report)
    return True


def shown(session: Session, report_id: int) -> Match | None:
    """The match that waits for an answer."""
    return session.scalars(select(Match).where(Match.report_id == report_id, Match.state == "open")).first()


def time_left(session: Session, report_id: int) -> float:
    """Seconds until something else may be asked of a report's people; 0 where nothing waits for their answer."""
    match = shown(session, report_id)
    return max(PATIENCE - (now() - match.created_at).total_seconds(), 0.0) if match else 0.0


def joined(session: Session, report_id: int) -> Match | None:
    """The match that somebody said yes to, while that holds."""
    return session.scalars(select(Match).where(Match.report_id == report_id, Match.state == "joined")).first()


def different(session: Session, report_ids: list[int]) -> set[int]:
    """The tickets of which people said that these reports are not about the same."""
    query = select(Match.ticket_id).where(Match.report_id.in_(report_ids), Match.state == "different")
    return set(session.scalars(query))


def decide(session: Session, match_id: int, person: Person, *, same: bool) -> str:
    """What somebody says about a match; what became of it: joined, different, expired, or nothing when decided before.

    A "no" to what was joined takes it out again.
    """
    match = session.scalars(select(Match).where(Match.id == match_id).with_for_update()).one()
    report = session.get_one(Report, match.report_id, with_for_update=True)
    if match.state == "joined" and not same:
        leave(session, own_ticket(session, report.id), Actor.of(person))
        return _close(session, match, person, "different")
    if match.state != "open":
        _tell(session, report)
        return "decided before"
    if not same:
        return _close(session, match, person, "different")
    ticket = session.get_one(Ticket, own_ticket(session, report.id))
    if ticket.state not in OPEN:
        return _close(session, match, person, "expired")
    try:
        join(session, ticket.id, match.ticket_id, Actor.of(person))
    except InklingError as error:
        return _close(session, match, person, "expired", error.message)
    return _close(session, match, person, "joined")


def follow(session: Session, report_ids: list[int], ticket_id: int, *, joined: bool) -> None:
    """A reviewer has joined or parted tickets: what their reports were shown is settled by that."""
    mine = update(Match).where(Match.report_id.in_(report_ids))
    if joined:
        session.execute(mine.where(Match.state == "open", Match.ticket_id != ticket_id).values(state="expired"))
        session.execute(mine.where(Match.state == "open", Match.ticket_id == ticket_id).values(state="joined"))
    else:
        session.execute(mine.where(Match.state == "joined").values(state="different"))


def _close(session: Session, match: Match, person: Person, state: str, note: str = "") -> str:
    report = session.get_one(Report, match.report_id)
    match.state, match.decided_by, match.decided_at = state, person.id, now()
    after = {"ticket": match.ticket_id, "state": state} | ({"note": note} if note else {})
    actor, workspace_id = Actor.of(person), report.workspace_id
    record(session, actor, "match.decided", workspace_id=workspace_id, report_id=report.id, after=after)
    _tell(session, report)
    # What else is to be asked has waited for this.
    enqueue(session, topics.CHAIN, report.id, {"report_id": report.id})
    return state


def _tell(session: Session, report: Report) -> None:
    enqueue(session, topics.STATUS, report.id, {"report_id": report.id})
