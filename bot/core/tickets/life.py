"""The one place where a ticket's state changes: the rule is checked, the change made, the event recorded."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.audit import INKLING, Actor, record
from bot.core.clock import now
from bot.core.errors import Conflict, NotAllowed, NotFound
from bot.core.models import Report, Ticket, TicketReport
from bot.core.outbox import enqueue, topics
from bot.core.tickets.states import BY_COMMAND, State

# Several things happen to a ticket at once (seconds).
_QUIET = 1
# What people are told of alone, once nobody has taken it back for so long (seconds).
ENDED = (State.SHIPPED, State.DECLINED)
_GRACE = 60
# What a person reads when a command comes too late.
_WORDS = {
    State.RECEIVED: "only just received",
    State.CLARIFYING: "waiting for answers",
    State.DRAFTING: "being written",
    State.IN_REVIEW: "in review",
    State.APPROVED: "approved",
    State.DELIVERING: "on its way to the board",
    State.ON_BOARD: "on the board",
    State.DUPLICATE: "joined to another ticket",
    State.NEEDS_ATTENTION: "waiting for somebody to fix something",
}


def state_words(state: str) -> str:
    """A state as a person says it."""
    return _WORDS.get(State(state), state)


def standing(ticket: Ticket) -> str:
    """How a ticket stands, with the reason of a decline."""
    if ticket.state == State.DECLINED and ticket.decline_reason:
        return f"declined: {ticket.decline_reason}"
    return state_words(ticket.state)


def locked(session: Session, ticket_id: int) -> Ticket:
    """The ticket, held against other transactions until this one ends. Raises NotFound."""
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update().execution_options(populate_existing=True)
    ticket = session.scalars(query).first()
    if ticket is None:
        raise NotFound(f"There is no ticket {ticket_id}.")
    return ticket


def move(session: Session, ticket: Ticket, command: str, actor: Actor, after: dict[str, Any] | None = None) -> None:
    """Give a command to a locked ticket. Raises NotAllowed or Conflict with a sentence; then nothing has changed."""
    rule = BY_COMMAND[command]
    allowed = actor == INKLING if rule.who == "inkling" else actor.may(rule.who)
    if not allowed:
        raise NotAllowed(f"Only a {rule.who} may {command} a ticket. {actor.name} is a {actor.role}.")
    if ticket.state not in rule.sources:
        raise Conflict(
            f"Ticket {ticket.id} is {state_words(ticket.state)}, so it cannot be changed by “{command}” now."
        )
    before = {"state": ticket.state}
    if command == "hold":
        ticket.resume_state = ticket.state
    else:
        ticket.resume_state, ticket.attention = None, ""
    _change(session, ticket, rule.target, actor, action=f"ticket.{command}", before=before, after=after)


def resume(session: Session, ticket: Ticket, actor: Actor = INKLING) -> None:
    """Bring a held ticket back to where it was; nothing happens when it is not held."""
    if ticket.state != State.NEEDS_ATTENTION or ticket.resume_state is None:
        return
    before = {"state": ticket.state, "attention": ticket.attention}
    target = State(ticket.resume_state)
    ticket.resume_state, ticket.attention = None, ""
    _change(session, ticket, target, actor, action="ticket.resume", before=before)


def restore(session: Session, ticket: Ticket, state: State, actor: Actor) -> None:
    """Bring a ticket that had joined another back to where it was, `state`; it is locked and joined no more."""
    before = {"state": ticket.state}
    _change(session, ticket, state, actor, action="ticket.left", before=before)


def hold(session: Session, ticket: Ticket, sentence: str) -> None:
    """Let the ticket wait for a person, who reads `sentence`; a new sentence replaces the old one."""
    if ticket.state == State.NEEDS_ATTENTION:
        if ticket.attention != sentence:
            event: dict[str, Any] = {"before": {"attention": ticket.attention}, "after": {"attention": sentence}}
            record(session, INKLING, "ticket.hold", **_of(ticket), **event)
        ticket.attention = sentence
        return
    move(session, ticket, "hold", INKLING, {"attention": sentence})
    ticket.attention = sentence


def _of(ticket: Ticket) -> dict[str, Any]:
    return {"workspace_id": ticket.workspace_id, "ticket_id": ticket.id}


def _change(
    session: Session,
    ticket: Ticket,
    target: State,
    actor: Actor,
    *,
    action: str,
    before: dict[str, Any],
    after: dict[str, Any] | None = None,
) -> None:
    ticket.state, ticket.updated_at = target, now()
    record(session, actor, action, **_of(ticket), before=before, after={"state": str(target), **(after or {})})
    for report_id in reports_of(session, ticket.id):
        enqueue(session, topics.STATUS, report_id, {"report_id": report_id})
    if target in ENDED:
        reporters = select(Report.reporter_id).where(Report.id.in_(reports_of(session, ticket.id))).distinct()
        for person_id in session.scalars(reporters):
            told = {"ticket_id": ticket.id, "person_id": person_id}
            enqueue(session, topics.TOLD, f"{ticket.id}:{person_id}", told, delay=_GRACE)
    remember(session, ticket.id)


def remember(session: Session, ticket_id: int) -> None:
    """Promise that what is known of a ticket, for those who report the same, will be as it is now."""
    enqueue(session, topics.REMEMBER, ticket_id, {"ticket_id": ticket_id}, delay=_QUIET)


def reports_of(session: Session, ticket_id: int) -> list[int]:
    """Ids of the reports that are part of a ticket: first the one it was made for, then those that joined it."""
    query = select(TicketReport.report_id).where(TicketReport.ticket_id == ticket_id)
    query = query.order_by(TicketReport.joined_at.is_not(None), TicketReport.report_id)
    return list(session.scalars(query))


def reports_by(session: Session, ticket_id: int, person_id: int) -> list[Report]:
    """What one person reported of a ticket, in the same order."""
    reports = (session.get_one(Report, report_id) for report_id in reports_of(session, ticket_id))
    return [report for report in reports if report.reporter_id == person_id]


def tickets_of(session: Session, report_id: int) -> list[int]:
    """Ids of the tickets a report is part of: first those made for it, oldest first, then those that it joined."""
    query = select(TicketReport.ticket_id).where(TicketReport.report_id == report_id)
    query = query.order_by(TicketReport.joined_at.is_not(None), TicketReport.ticket_id)
    return list(session.scalars(query))


def open_ticket(session: Session, report: Report) -> Ticket:
    """A new ticket for a report, in `received`."""
    ticket = Ticket(workspace_id=report.workspace_id, kind=report.kind_hint or "feedback")
    session.add(ticket)
    session.flush()
    session.add(TicketReport(ticket_id=ticket.id, report_id=report.id))
    record(session, INKLING, "ticket.received", **_of(ticket), report_id=report.id, after={"state": ticket.state})
    remember(session, ticket.id)
    return ticket
