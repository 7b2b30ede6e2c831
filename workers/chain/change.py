"""Looks at what happened in a thread after its draft: a change for a person to decide on, or just a thumbs-up."""

from dataclasses import dataclass
from typing import cast

from sqlalchemy.orm import Session

from bot.core import log
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import Report, Run
from bot.core.outbox import enqueue, topics
from bot.core.tickets.changes import Found, keep, newest_event, open_change, settled_event
from bot.core.tickets.joining import heard_in
from bot.core.tickets.life import locked, tickets_of
from bot.core.tickets.review import latest_draft
from bot.core.tickets.states import AFTER_DRAFT, State
from workers.base import Job
from workers.chain import ledger
from workers.chain.flow import CHANGE_FLOW
from workers.chain.news import News, Revision, news_since
from workers.chain.runner import AT_WORK, MAX_ROUNDS, Pass
from workers.chain.steps.change import worth_reading

PURPOSE = "change"
# A message that changes nothing of one ticket may still change another of the same report (seconds).
_OTHERS = 30.0
_log = log.get("workers.chain.change")


@dataclass(frozen=True)
class _Look:
    """One look: the run on whose account it is, the draft it starts from, and what happened up to event `seen`."""

    run: Run
    base: int
    seen: int
    known: int
    news: News


def handle(job: Job) -> None:
    """Hold what is new in report `payload["report_id"]` against each of its tickets that has a draft."""
    report_id = int(job.payload["report_id"])
    with transaction() as session:
        tickets = tickets_of(session, report_id)
    for ticket_id in tickets:
        for _ in range(MAX_ROUNDS):
            look = _begin(report_id, ticket_id)
            if look is None or _keep(look, *_revision(look)):
                break
        else:
            raise Later("The thread goes on while it is read.", 5, counts=False)


def _begin(report_id: int, ticket_id: int) -> _Look | None:
    """What to look at; None when the ticket has no text to change, or knows everything already."""
    with transaction() as session:
        session.get_one(Report, report_id, with_for_update=True)
        ticket, draft = locked(session, ticket_id), latest_draft(session, ticket_id)
        if report_id not in {report.id for report in heard_in(session, ticket_id)}:
            return None
        held_before = ticket.state == State.NEEDS_ATTENTION and ticket.resume_state in AT_WORK
        if draft is None or ticket.state not in AFTER_DRAFT or held_before:
            return None
        settled, seen = settled_event(session, ticket_id, report_id), newest_event(session, ticket_id, report_id)
        waiting = open_change(session, ticket_id)
        if waiting is not None and waiting.report_id != report_id:
            return None  # one decision at a time; this report's turn comes after it
        known = max(settled, waiting.seen if waiting else 0)
        if seen <= known:
            return None
        run = ledger.current(session, ticket_id, PURPOSE)
        if run is None or run.report_id != report_id:
            run = Run(report_id=report_id, ticket_id=ticket_id, purpose=PURPOSE)
            session.add(run)
            session.flush()
        return _Look(run, draft.number, seen, known, news_since(session, ticket_id, report_id, settled))


def _revision(look: _Look) -> tuple[Revision, str]:
    """The ticket's text after the news, and what wrote it."""
    work = Pass(look.run)
    work.made.put("news", look.news)
    last = work.made.wish.last
    assert last is not None, "a change is held against a draft"
    if not worth_reading(work.made.thread, look.news) and not look.news.gone:
        return Revision(content=last), "none"
    for step in CHANGE_FLOW:
        work.made.put(step.name, work.done(step))
    return cast("Revision", work.made.part("change")), work.rungs["change"]


def _keep(look: _Look, revision: Revision, rung: str) -> bool:
    """Keep what came of it and note the rest; False when thread or draft changed meanwhile, so that it is too old."""
    with transaction() as session:
        report = session.get_one(Report, look.run.report_id, with_for_update=True)
        ticket, draft = locked(session, look.run.ticket_id), latest_draft(session, look.run.ticket_id)
        run = session.get_one(Run, look.run.id)
        if ticket.state in AFTER_DRAFT:
            if newest_event(session, ticket.id, report.id) != look.seen or draft is None or draft.number != look.base:
                return False
            waiting = open_change(session, ticket.id)
            if waiting is not None and waiting.report_id != report.id:
                return True
            fates = {item.message_id: item.what for item in look.news.items}
            causes = {message_id: fates[message_id] for message_id in revision.causes}
            change = keep(session, ticket, run, Found(look.base, look.seen, rung, revision.content, causes))
            for item in look.news.items:
                unheard = item.event > look.known and item.what not in ("deleted", "left")
                if unheard and (change is None or item.message_id not in causes):
                    subject = {"message_id": item.message_id}
                    enqueue(session, topics.NOTED, item.message_id, subject, delay=_pause(session, report.id))
            _log.info("looked", ticket=ticket.id, change=change.id if change else None)
        run.state, run.finished_at = "done", now()
        return True


def _pause(session: Session, report_id: int) -> float:
    return _OTHERS if len(tickets_of(session, report_id)) > 1 else 0.0
