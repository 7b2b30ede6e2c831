"""The one status message of a report: gathered from its tickets, shown in its thread, edited in place."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import homes
from bot.core.db import transaction
from bot.core.models import Document, Match, Problem, Report, Ticket
from bot.core.reports import open_questions
from bot.core.settings import settings
from bot.core.slack.status import MatchView, TicketView, status_message
from bot.core.tickets import matches
from bot.core.tickets.changes import open_change
from bot.core.tickets.families import dropped
from bot.core.tickets.joining import joined_at, joined_to, may_know
from bot.core.tickets.life import standing, tickets_of
from bot.core.tickets.states import OPEN, State
from workers.base import Job
from workers.notify import agent
from workers.notify.client import configured
from workers.notify.to_report import in_private, say


def handle(job: Job) -> None:
    """Show how report `job.payload["report_id"]` stands; a report without a thread yet gets it when it has one."""
    if not configured():
        return
    with transaction() as session:
        report = session.get(Report, job.payload["report_id"])
        if report is None:
            return
        homes.refresh(session, report)
        if not report.thread_ts:
            return
        tickets = views(session, report)
        problem = session.get(Problem, "model")
    if tickets:
        say(report, f"status:{report.id}", status_message(tickets, problem.sentence if problem else ""))
        if in_private(report):
            # A message that is edited does not end what Slack shows under the thread.
            writing = not problem and any(_is_written(view) for view in tickets)
            agent.busy(report.channel_id, report.thread_ts, agent.WRITING if writing else "")


def _is_written(view: TicketView) -> bool:
    """Whether the chain works on a ticket; while people are asked, it waits."""
    asked = view.state == State.CLARIFYING and view.open_questions
    return view.state in (State.RECEIVED, State.CLARIFYING, State.DRAFTING) and not asked


def views(session: Session, report: Report) -> list[TicketView]:
    """How the tickets of a report stand; what it has joined is told in place of its own."""
    found = [ticket for ticket in tickets_of(session, report.id) if report.id not in joined_at(session, ticket)]
    gone = dropped(session, found)
    return [_view(session, report, ticket_id) for ticket_id in found if ticket_id not in gone]


def _view(session: Session, report: Report, ticket_id: int) -> TicketView:
    ticket = session.get_one(Ticket, ticket_id)
    if ticket.state == State.DUPLICATE and (other := joined_to(session, ticket.id)) is not None:
        return _joined(session, report, other)
    match = matches.shown(session, report.id) if ticket.state in OPEN else None
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
        match=_match(session, report, match) if match else None,
    )


def _match(session: Session, report: Report, match: Match) -> MatchView | None:
    """An earlier ticket, as long as the people of this thread may know of it."""
    if not may_know(session, report, match.ticket_id):
        return None
    ticket = session.get_one(Ticket, match.ticket_id)
    return MatchView(match.id, ticket.title or _untitled(session, ticket), standing(ticket), ticket.created_at)


def _joined(session: Session, report: Report, other: Ticket) -> TicketView:
    """How the ticket stands that this report has become part of: what it comes to, the report has come to."""
    ended = other.state in (State.SHIPPED, State.DECLINED)
    match = matches.joined(session, report.id)
    known = may_know(session, report, other.id)
    return TicketView(
        id=other.id,
        state=State(other.state) if ended else State.DUPLICATE,
        title=(other.title or _untitled(session, other)) if known else "a ticket we already have",
        reason=other.decline_reason,
        standing=standing(other),
        card_url=other.card_url if known else "",
        joined=match.id if match else None,
    )


def _untitled(session: Session, ticket: Ticket) -> str:
    """What a ticket without a text is about: the first words of its report, as they are remembered."""
    remembered = session.scalar(select(Document.title).where(Document.ticket_id == ticket.id))
    return remembered or f"ticket {ticket.id}"
