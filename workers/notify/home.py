"""Publishes somebody's App Home as things stand now: gathered from their rows, and not again while it says the same."""

import hashlib
import json
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import homes, log
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import Document, Home, Person, Problem, Question, Report, Ticket
from bot.core.redact import Masker
from bot.core.settings import settings
from bot.core.slack.home import MOST, HomeView, OpenQuestion, QueuedView, ReportView, Shown, home_view
from bot.core.tickets.queries import first_messages, of_workspace, reports_by_ticket
from bot.core.tickets.states import State
from workers.base import Job
from workers.notify.client import Refused, configured, read
from workers.notify.status import views

# A busy workspace changes many times a second; nobody reads faster than this.
PAUSE = timedelta(seconds=5)
_log = log.get("slack.home")


def handle(job: Job) -> None:
    """Show person `job.payload["person_id"]` their Home, if they have looked at it lately."""
    if not configured():
        return
    with transaction() as session:
        person, home = session.get_one(Person, job.payload["person_id"]), session.get(Home, job.payload["person_id"])
        if home is None or not person.slack_user_id or home.opened_at < now() - homes.KEPT:
            return
        left = home.published_at + PAUSE - now() if home.published_at else timedelta()
        if left > timedelta():
            raise Later("The Home was renewed a moment ago.", left.total_seconds(), counts=False)
        view = home_view(_home(session, person))
    content = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
    if home.content_hash == content:
        return
    try:
        # The same view twice shows the same.
        read("views_publish", user_id=person.slack_user_id, view=view)
    except Refused as refused:
        _log.info("no Home shown", code=refused.code)
        return
    with transaction() as session:
        home = session.get_one(Home, person.id, with_for_update=True)
        home.content_hash, home.published_at = content, now()


def _home(session: Session, person: Person) -> HomeView:
    problem = session.get(Problem, "model")
    return HomeView(
        questions=_questions(session, person),
        reports=_reports(session, person),
        queue=_queue(session, person) if homes.reviews(person) else None,
        desk_url=f"{settings().url}/",
        problem=problem.sentence if problem else "",
    )


def _questions(session: Session, person: Person) -> Shown[OpenQuestion]:
    """What is asked in the threads of somebody's own reports, the most urgent first."""
    mine = (Question.state == "open") & (Report.reporter_id == person.id) & Report.thread_ts.is_not(None)
    query = select(Question, Report.permalink).join(Report, Report.id == Question.report_id).where(mine)
    rows = session.execute(query.order_by(Report.wait_until, Question.report_id, Question.id).limit(MOST))
    total = select(func.count()).select_from(Question).join(Report, Report.id == Question.report_id).where(mine)
    return Shown([OpenQuestion(question.text, url) for question, url in rows], session.scalar(total) or 0)


def _reports(session: Session, person: Person) -> Shown[ReportView]:
    """Somebody's own reports, the newest first; nobody else's."""
    mine, masker = Report.reporter_id == person.id, Masker()
    reports = session.scalars(select(Report).where(mine).order_by(Report.id.desc()).limit(MOST)).all()
    said = first_messages(session, [report.id for report in reports])
    shown = [
        ReportView(
            name=masker.mask(said[report.id].text.strip().partition("\n")[0]) if report.id in said else "",
            at=report.created_at,
            thread_url=report.permalink,
            tickets=views(session, report),
        )
        for report in reports
    ]
    return Shown(shown, session.scalar(select(func.count()).select_from(Report).where(mine)) or 0)


def _queue(session: Session, person: Person) -> Shown[QueuedView]:
    """The drafts of somebody's workspace that wait for review, the oldest first."""
    waiting = of_workspace(person.workspace_id) & (Ticket.state == State.IN_REVIEW)
    tickets = session.scalars(select(Ticket).where(waiting).order_by(Ticket.updated_at, Ticket.id).limit(MOST)).all()
    made_for = {ticket_id: rows[0] for ticket_id, rows in reports_by_ticket(session, [t.id for t in tickets]).items()}
    kept = select(Document.ticket_id).where(Document.ticket_id.in_(made_for), Document.audience.is_not(None))
    restricted = set(session.scalars(kept))

    def queued(ticket: Ticket) -> QueuedView:
        report = made_for[ticket.id]
        hidden = (report.private or ticket.id in restricted) and report.reporter_id != person.id
        url = f"{settings().url}/tickets/{ticket.id}"
        told = ("", "", "") if hidden else (ticket.title, ticket.kind, ticket.priority)
        return QueuedView(*told, since=ticket.updated_at, desk_url=url)

    total = session.scalar(select(func.count()).select_from(Ticket).where(waiting)) or 0
    return Shown([queued(ticket) for ticket in tickets], total)
