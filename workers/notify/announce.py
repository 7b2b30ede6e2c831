"""Tells the review channel about a draft, one message per ticket, and marks there how it was decided."""

from sqlalchemy.orm import Session

from bot.core.db import transaction
from bot.core.models import Person, Report, Ticket
from bot.core.reports import OPENED_LATER, messages_of, questions_of
from bot.core.settings import settings
from bot.core.slack.announcement import DraftView, announcement
from bot.core.tickets.changes import open_change
from bot.core.tickets.content import SECTIONS, DraftContent
from bot.core.tickets.life import reports_of, state_words
from bot.core.tickets.review import last_review, latest_draft
from bot.core.tickets.states import State
from workers.base import Job
from workers.notify import lookup, problems
from workers.notify.client import Refused, configured
from workers.notify.post import Place, exists, publish

# How a ticket stands where its last review says nothing about that.
_STANDS = {
    State.IN_REVIEW: "",
    State.DRAFTING: "Being written again.",
    State.WITHDRAWN: "Withdrawn: the thread does not ask for it any more.",
}
_DECIDED = {"approve": "✓ Approved by {name}.", "decline": "Declined by {name}: “{reason}”."}


def handle(job: Job) -> None:
    """Show the newest draft of ticket `job.payload["ticket_id"]` in INKLING_REVIEW_CHANNEL, if there is one."""
    name = settings().inkling_review_channel.strip()
    if not name or not configured():
        return
    with transaction() as session:
        view = _view(session, job.payload["ticket_id"])
        key = f"announce:{job.payload['ticket_id']}"
        # A ticket that was decided before anybody announced it is no news.
        if view is None or (view.decision and not exists(session, key)):
            return
        workspace_id = session.get_one(Ticket, view.ticket_id).workspace_id
    try:
        publish(key, workspace_id, Place(lookup.channel_id(name)), announcement(view))
    except Refused as refused:
        problems.cannot_post(refused.code, name, "It is INKLING_REVIEW_CHANNEL; drafts still wait on the desk.")
        return
    with transaction() as session:
        problems.solved(session, name)


def _view(session: Session, ticket_id: int) -> DraftView | None:
    """The draft in short; None without a draft, and for tickets that did not come from Slack."""
    ticket, draft = session.get(Ticket, ticket_id), latest_draft(session, ticket_id)
    reports = [session.get_one(Report, report_id) for report_id in reports_of(session, ticket_id)]
    from_slack = [report for report in reports if report.thread_ts or report.origin in OPENED_LATER]
    if ticket is None or draft is None or not from_slack:
        return None
    content = DraftContent.model_validate(draft.content)
    answers = [row for report in reports for row in questions_of(session, report.id) if row.state == "answered"]
    return DraftView(
        ticket_id=ticket.id,
        title=content.title,
        kind=content.kind,
        priority=content.priority,
        priority_reason=content.priority_reason,
        reporter=session.get_one(Person, from_slack[0].reporter_id).label,
        channel_id=from_slack[0].channel_id,
        channel_name=from_slack[0].channel_name,
        messages=sum(len(messages_of(session, report.id)) for report in reports),
        answers=len(answers),
        related=sum(item.source == "ticket" for item in content.cited()),
        unsourced=sum(not item.marks and item.by == "inkling" for item in content.statements()),
        open_questions=content.open_questions,
        desk_url=f"{settings().url}/tickets/{ticket.id}",
        number=draft.number,
        body=_body(content),
        private=any(report.private for report in reports),
        criteria=len(content.criteria),
        decision=_decision(session, ticket),
        changing=open_change(session, ticket.id) is not None,
        alike=_alike(content),
    )


def _body(content: DraftContent) -> list[str]:
    """The statements before the criteria, in reading order; what nobody has said is marked as on the desk."""
    statements = [one for name in SECTIONS for one in content.sections.get(name, [])]
    return [f"{one.text} (assumed)" if one.assumed else one.text for one in statements]


def _alike(content: DraftContent) -> str:
    """The earlier ticket that looks most like the same one, in a sentence; empty when there is none."""
    found = next((one for one in content.alike if one.relation != "related"), None)
    if found is None:
        return ""
    standing = f" ({found.standing})" if found.standing else ""
    return f"Looks like “{found.title}”{standing}. Nothing was joined or closed."


def _decision(session: Session, ticket: Ticket) -> str:
    """How the ticket was decided, or stands otherwise, in a sentence; empty while it waits for a decision."""
    state = State(ticket.state)
    if state in _STANDS:
        return _STANDS[state]
    review = last_review(session, ticket.id)
    if review is None or review.decision not in _DECIDED:
        return f"{state_words(state).capitalize()}."
    name = session.get_one(Person, review.person_id).label
    return _DECIDED[review.decision].format(name=name, reason=review.reason.rstrip(". "))
