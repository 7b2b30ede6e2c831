"""Reading tickets for the desk and the API: pages by keyset, a ticket's history, what its runs did; changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from bot.core.errors import NotFound
from bot.core.models import AuditEvent, Change, Draft, Message, ModelCall, Report, Run, Step, Ticket, TicketReport
from bot.core.tickets.states import State

WAITING = (State.IN_REVIEW, State.NEEDS_ATTENTION)


def of_workspace(workspace_id: int | None) -> ColumnElement[bool]:
    """Which tickets somebody may see: those of their workspace, or all for people who belong to none."""
    return true() if workspace_id is None else Ticket.workspace_id == workspace_id


def seen(session: Session, ticket_id: int, workspace_id: int | None) -> Ticket:
    """The ticket, if somebody of this workspace may see it. Raises NotFound."""
    ticket = session.scalars(select(Ticket).where(Ticket.id == ticket_id, of_workspace(workspace_id))).first()
    if ticket is None:
        raise NotFound(f"There is no ticket {ticket_id}.")
    return ticket


def newest(
    session: Session, states: Sequence[str], workspace_id: int | None, *, before: int | None, limit: int
) -> list[Ticket]:
    """At most `limit` tickets in any of `states` (none given: all), newest first, with ids below `before`."""
    query = select(Ticket).where(of_workspace(workspace_id)).order_by(Ticket.id.desc()).limit(limit)
    if states:
        query = query.where(Ticket.state.in_(states))
    if before is not None:
        query = query.where(Ticket.id < before)
    return list(session.scalars(query))


def waiting(session: Session, workspace_id: int | None, *, after: tuple[str, int] | None, limit: int) -> list[Ticket]:
    """At most `limit` tickets that a person must look at: most urgent first, then oldest, past `after` (its key)."""
    key = tuple_(Ticket.priority, Ticket.id)
    asked = or_(Ticket.state.in_(WAITING), _changing())
    query = select(Ticket).where(of_workspace(workspace_id), asked).order_by(*key.clauses).limit(limit)
    if after is not None:
        query = query.where(key > after)
    return list(session.scalars(query))


def _changing() -> ColumnElement[bool]:
    """Which tickets have a change that nobody has decided on."""
    return Ticket.id.in_(select(Change.ticket_id).where(Change.state == "open"))


def changing(session: Session, workspace_id: int | None) -> int:
    """How many tickets wait for a decision on a change alone: their draft was decided before."""
    query = select(func.count()).select_from(Ticket).where(of_workspace(workspace_id), _changing())
    return session.scalar(query.where(Ticket.state.not_in(WAITING))) or 0


def next_to_review(session: Session, workspace_id: int | None, *, but: int) -> int | None:
    """The ticket whose draft should be looked at next, other than `but`."""
    query = select(Ticket.id).where(of_workspace(workspace_id), Ticket.state == State.IN_REVIEW, Ticket.id != but)
    return session.scalars(query.order_by(Ticket.priority, Ticket.id).limit(1)).first()


def counts(session: Session, workspace_id: int | None) -> dict[str, int]:
    """How many tickets are in each state; states without any are missing."""
    query = select(Ticket.state, func.count()).where(of_workspace(workspace_id)).group_by(Ticket.state)
    return {state: count for state, count in session.execute(query)}  # noqa: C416 - rows are no tuples to mypy


def latest_drafts(session: Session, ticket_ids: Iterable[int]) -> dict[int, Draft]:
    """The newest version of each ticket's text, by ticket."""
    query = (
        select(Draft)
        .where(Draft.ticket_id.in_(list(ticket_ids)))
        .ext(distinct_on(Draft.ticket_id))
        .order_by(Draft.ticket_id, Draft.number.desc())
    )
    return {draft.ticket_id: draft for draft in session.scalars(query)}


def reports_by_ticket(session: Session, ticket_ids: Iterable[int]) -> dict[int, list[Report]]:
    """The reports that are part of each ticket: the one it was made for, then those that joined it."""
    query = (
        select(TicketReport.ticket_id, Report)
        .join(Report, Report.id == TicketReport.report_id)
        .where(TicketReport.ticket_id.in_(list(ticket_ids)))
        .order_by(TicketReport.joined_at.is_not(None), Report.id)
    )
    found: dict[int, list[Report]] = {}
    for ticket_id, report in session.execute(query):
        found.setdefault(ticket_id, []).append(report)
    return found


def first_messages(session: Session, report_ids: Iterable[int]) -> dict[int, Message]:
    """The first message of each report's thread that still stands, by report."""
    query = (
        select(Message)
        .where(Message.report_id.in_(list(report_ids)), Message.deleted_at.is_(None))
        .ext(distinct_on(Message.report_id))
        .order_by(Message.report_id, Message.ts)
    )
    return {message.report_id: message for message in session.scalars(query)}


def runs_by_ticket(session: Session, ticket_ids: Sequence[int]) -> dict[int, list[Run]]:
    """The runs that were about each ticket or wrote one of its drafts, oldest first."""
    wrote = select(Draft.run_id.label("run_id"), Draft.ticket_id).where(Draft.ticket_id.in_(ticket_ids))
    about = select(Run.id.label("run_id"), Run.ticket_id).where(Run.ticket_id.in_(ticket_ids))
    pairs = wrote.union(about).subquery()
    query = select(pairs.c.ticket_id, Run).join(Run, Run.id == pairs.c.run_id).order_by(Run.id)
    found: dict[int, list[Run]] = {}
    for ticket_id, run in session.execute(query):
        found.setdefault(ticket_id, []).append(run)
    return found


def history(session: Session, ticket_id: int) -> list[AuditEvent]:
    """Everything that happened to a ticket and to its reports, in order of time."""
    reports = select(TicketReport.report_id).where(TicketReport.ticket_id == ticket_id)
    ours = or_(AuditEvent.ticket_id == ticket_id, AuditEvent.ticket_id.is_(None) & AuditEvent.report_id.in_(reports))
    return list(session.scalars(select(AuditEvent).where(ours).order_by(AuditEvent.at, AuditEvent.id)))


@dataclass(frozen=True)
class Work:
    """A step and what its model calls took. `cost_usd` is None when the price of any call is unknown."""

    step: Step
    models: list[str]
    tokens_in: int
    tokens_out: int
    cost_usd: Decimal | None


def work_of(session: Session, run_ids: Sequence[int]) -> dict[int, list[Work]]:
    """The steps of each run in the order they began, with the sums of their model calls."""
    calls = (
        select(
            ModelCall.step_id,
            func.array_agg(ModelCall.model.distinct()).label("models"),
            func.sum(ModelCall.tokens_in).label("tokens_in"),
            func.sum(ModelCall.tokens_out).label("tokens_out"),
            func.sum(ModelCall.cost_usd).label("cost"),
            func.bool_or(ModelCall.cost_usd.is_(None)).label("unpriced"),
        )
        .group_by(ModelCall.step_id)
        .where(ModelCall.step_id.in_(select(Step.id).where(Step.run_id.in_(run_ids))))
        .subquery()
    )
    query = (
        select(Step, calls.c.models, calls.c.tokens_in, calls.c.tokens_out, calls.c.cost, calls.c.unpriced)
        .join(calls, calls.c.step_id == Step.id, isouter=True)
        .where(Step.run_id.in_(run_ids))
        .order_by(Step.created_at, Step.id)
    )
    found: dict[int, list[Work]] = {}
    for step, models, tokens_in, tokens_out, cost, unpriced in session.execute(query):
        price = None if unpriced else cost or Decimal(0)
        found.setdefault(step.run_id, []).append(
            Work(step, models or [], int(tokens_in or 0), int(tokens_out or 0), price)
        )
    return found
