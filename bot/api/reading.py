"""Reading reports, tickets, their history and runs; everybody with a token may, within their workspace."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.api.auth import Caller
from bot.api.shapes import (
    ID,
    ChangeOut,
    EventList,
    EventOut,
    ReportOut,
    ReportPage,
    RunOut,
    StepOut,
    TicketOut,
    TicketPage,
)
from bot.core.db import transaction
from bot.core.errors import Invalid, NotFound
from bot.core.models import Person, Report, Run, Ticket, TicketReport
from bot.core.tickets import queries
from bot.core.tickets.changes import asked_for, causes_of, open_changes
from bot.core.tickets.states import State

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=200, description="items per page")]
Cursor = Annotated[str | None, Query(description="`next` of the page before")]


def _before(cursor: str | None) -> int | None:
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Invalid("This cursor is not one of ours. Send `next` of the page before, or leave it out.")
    return int(cursor)


def tickets_out(session: Session, rows: list[Ticket]) -> list[TicketOut]:
    """Tickets as JSON shapes, with their reports, runs and newest drafts."""
    ids = [row.id for row in rows]
    reports, runs = queries.reports_by_ticket(session, ids), queries.runs_by_ticket(session, ids)
    drafts = queries.latest_drafts(session, ids)
    changes = {
        ticket_id: ChangeOut.of(row, causes_of(session, row), asked_for(session, row))
        for ticket_id, row in open_changes(session, ids).items()
    }
    return [
        TicketOut.of(row, reports.get(row.id, []), runs.get(row.id, []), drafts.get(row.id), changes.get(row.id))
        for row in rows
    ]


@router.get("/tickets")
def list_tickets(
    caller: Caller,
    state: Annotated[str, Query(description="one state, or several with commas")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> TicketPage:
    """Tickets, newest first."""
    states = [name.strip() for name in state.split(",") if name.strip()]
    if unknown := set(states) - set(State):
        raise Invalid(f"There is no state called {min(unknown)}. States: {', '.join(State)}.")
    with transaction() as session:
        rows = queries.newest(session, states, caller.workspace_id, before=_before(cursor), limit=limit + 1)
        more = str(rows[limit - 1].id) if len(rows) > limit else None
        return TicketPage(items=tickets_out(session, rows[:limit]), next=more)


@router.get("/tickets/{ticket_id}")
def get_ticket(caller: Caller, ticket_id: ID) -> TicketOut:
    """One ticket with its newest draft."""
    with transaction() as session:
        return tickets_out(session, [queries.seen(session, ticket_id, caller.workspace_id)])[0]


@router.get("/tickets/{ticket_id}/audit")
def get_audit(caller: Caller, ticket_id: ID) -> EventList:
    """Everything that happened to a ticket and its reports, oldest first."""
    with transaction() as session:
        queries.seen(session, ticket_id, caller.workspace_id)
        return EventList(items=[EventOut.model_validate(event) for event in queries.history(session, ticket_id)])


@router.get("/reports")
def list_reports(caller: Caller, limit: Limit = 50, cursor: Cursor = None) -> ReportPage:
    """Reports, newest first."""
    query = select(Report, Person).join(Person, Person.id == Report.reporter_id).order_by(Report.id.desc())
    if caller.workspace_id is not None:
        query = query.where(Report.workspace_id == caller.workspace_id)
    if (before := _before(cursor)) is not None:
        query = query.where(Report.id < before)
    with transaction() as session:
        rows = session.execute(query.limit(limit + 1)).all()
        ids = [report.id for report, _ in rows[:limit]]
        first, tickets = queries.first_messages(session, ids), _tickets(session, ids)
        more = str(ids[-1]) if len(rows) > limit else None
        return ReportPage(
            items=[
                ReportOut.of(report, reporter, first.get(report.id), tickets.get(report.id, []))
                for report, reporter in rows[:limit]
            ],
            next=more,
        )


def _tickets(session: Session, report_ids: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    query = select(TicketReport).where(TicketReport.report_id.in_(report_ids)).order_by(TicketReport.ticket_id)
    for link in session.scalars(query):
        found.setdefault(link.report_id, []).append(link.ticket_id)
    return found


@router.get("/runs/{run_id}")
def get_run(caller: Caller, run_id: ID) -> RunOut:
    """One pass of the chain with its steps, what they cost and how long they took."""
    with transaction() as session:
        query = select(Run).join(Ticket, Ticket.id == Run.ticket_id)
        run = session.scalars(query.where(Run.id == run_id, queries.of_workspace(caller.workspace_id))).first()
        if run is None:
            raise NotFound(f"There is no run {run_id}.")
        return RunOut(
            id=run.id,
            state=run.state,
            report=run.report_id,
            ticket=run.ticket_id,
            instruction=run.instruction,
            error=run.error,
            created_at=run.created_at,
            finished_at=run.finished_at,
            steps=[StepOut.of(work) for work in queries.work_of(session, [run.id]).get(run.id, [])],
        )
