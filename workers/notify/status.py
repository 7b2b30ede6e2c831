"""The one status message of a report: gathered from its tickets, shown in its thread, edited in place."""

from sqlalchemy.orm import Session

from bot.core.db import transaction
from bot.core.models import Problem, Report, Ticket
from bot.core.reports import open_questions
from bot.core.settings import settings
from bot.core.slack.status import TicketView, status_message
from bot.core.tickets.changes import open_change
from bot.core.tickets.life import tickets_of
from bot.core.tickets.states import State
from workers.base import Job
from workers.notify.client import configured
from workers.notify.to_report import say


def handle(job: Job) -> None:
    """Show how report `job.payload["report_id"]` stands; a report without a thread yet gets it when it has one."""
    if not configured():
        return
    with transaction() as session:
        report = session.get(Report, job.payload["report_id"])
        if report is None or not report.thread_ts:
            return
        tickets = [_view(session, report, ticket_id) for ticket_id in tickets_of(session, report.id)]
        problem = session.get(Problem, "model")
    if tickets:
        say(report, f"status:{report.id}", status_message(tickets, problem.sentence if problem else ""))


def _view(session: Session, report: Report, ticket_id: int) -> TicketView:
    ticket = session.get_one(Ticket, ticket_id)
    return TicketView(
        id=ticket.id,
        state=State(ticket.state),
        title=ticket.title,
        open_questions=len(open_questions(session, report.id)),
        wait_until=report.wait_until,
        reason=ticket.decline_reason,
        attention=ticket.attention,
        desk_url=f"{settings().url}/tickets/{ticket.id}",
        card_url=ticket.card_url,
        changing=open_change(session, ticket.id) is not None,
    )
