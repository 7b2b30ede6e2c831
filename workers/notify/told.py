"""Tells each person who reported a ticket that it has shipped or was declined: once, alone, and never at night."""

from sqlalchemy.orm import Session

from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import Person, Report, Ticket
from bot.core.redact import Masker
from bot.core.reports import messages_of
from bot.core.slack.outcome import OutcomeView, outcome_message
from bot.core.tickets.joining import may_know
from bot.core.tickets.life import ENDED, reports_by
from workers.base import Job
from workers.notify.client import configured
from workers.notify.post import exists
from workers.notify.quiet import until_morning
from workers.notify.to_report import in_private, tell


def handle(job: Job) -> None:
    """Tell person `person_id` what became of ticket `ticket_id`, if it still stands so. Raises Later at night."""
    if not configured():
        return
    with transaction() as session:
        ticket, person = session.get(Ticket, job.payload["ticket_id"]), session.get(Person, job.payload["person_id"])
        if ticket is None or person is None or not person.slack_user_id or ticket.state not in ENDED:
            return
        report = _report(session, ticket, person)
        if report is None:
            return
        view, key = _view(session, ticket, report), f"told:{ticket.id}:{person.id}:{ticket.state}"
        begun = exists(session, key)
    if not begun and (sleep := until_morning(person.slack_user_id)):
        raise Later("The news waits for the morning.", sleep.total_seconds(), counts=False)
    tell(report, key, outcome_message(view))


def _report(session: Session, ticket: Ticket, person: Person) -> Report | None:
    """Their report, first one that they made to us alone; None where they parted from the ticket or took back all."""
    reports = [report for report in reports_by(session, ticket.id, person.id) if report.thread_ts]
    standing = [report for report in reports if messages_of(session, report.id)]
    return min(standing, key=lambda report: not in_private(report), default=None)


def _view(session: Session, ticket: Ticket, report: Report) -> OutcomeView:
    known = may_know(session, report, ticket.id)
    first = messages_of(session, report.id)[0].text.strip().partition("\n")[0]
    return OutcomeView(
        ticket_id=ticket.id,
        title=(ticket.title if known else "") or Masker().mask(first),
        reason=ticket.decline_reason if ticket.state == "declined" else "",
        at=report.created_at,
        thread_url=report.permalink,
        card_url=ticket.card_url if known else "",
        here=in_private(report),
    )
