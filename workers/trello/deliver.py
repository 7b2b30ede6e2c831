"""Bringing an approved ticket to the board; run again after any interruption, it goes on where it was."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import log
from bot.core.audit import INKLING
from bot.core.db import transaction
from bot.core.models import Draft, Report, TicketReport
from bot.core.outbox import enqueue, topics
from bot.core.settings import settings
from bot.core.tickets.content import DraftContent
from bot.core.tickets.families import families
from bot.core.tickets.life import locked, move, resume
from bot.core.tickets.related import related_line
from bot.core.tickets.review import latest_draft
from bot.core.tickets.states import State
from workers.base import Job
from workers.trello.attach import attached
from workers.trello.build import Work, build
from workers.trello.errors import NoAnswer, Stuck
from workers.trello.parts import Made, shown
from workers.trello.session import connect
from workers.trello.trouble import LeftAlone, forget_problem, on_its_way, silent, stuck, works_again

_log = log.get("trello")


def deliver(job: Job) -> None:
    """Handle DELIVER {"ticket_id"}: the ticket ends on the board with exactly one card, or waits with a sentence.

    Raises Later when to run again. A ticket that was declined meanwhile, or is on the board, is left alone.
    """
    ticket_id = int(job.payload["ticket_id"])
    try:
        try:
            work = _start(ticket_id)
            with connect() as trello:
                made = build(trello, work)
            _land(work, made)
        except Stuck as error:
            raise stuck(ticket_id, error) from error
        except NoAnswer as error:
            raise silent(ticket_id, error) from error
    except LeftAlone:
        with transaction() as session:
            forget_problem(session)
        _log.info("left alone", ticket=ticket_id)


def _start(ticket_id: int) -> Work:
    with transaction() as session:
        ticket = locked(session, ticket_id)
        if not on_its_way(ticket):
            raise LeftAlone
        if ticket.resume_state == State.APPROVED:
            resume(session, ticket)
        if ticket.state == State.APPROVED:
            move(session, ticket, "deliver", INKLING)
        draft = _version(session, ticket_id)
        return Work(
            ticket_id=ticket_id,
            number=draft.number,
            content=DraftContent.model_validate(draft.content),
            thread_url=thread_of(session, ticket_id),
            board=ticket.route_board or settings().trello_board,
            list=ticket.route_list or settings().trello_list,
            related=related_line(families(session, [ticket_id]).get(ticket_id), settings().url),
            files=attached(session, ticket_id),
        )


def _version(session: Session, ticket_id: int) -> Draft:
    """The newest text; or the one that the card was begun with, so that all of its parts are of one version."""
    draft = latest_draft(session, ticket_id)
    assert draft is not None, "a ticket is approved with its draft"
    begun = shown(session, ticket_id)
    query = select(Draft).where(Draft.ticket_id == ticket_id, Draft.number == begun)
    return session.scalars(query).first() or draft


def thread_of(session: Session, ticket_id: int) -> str:
    """The address of the thread that the ticket was made for, else of one that joined it; "" when none is known."""
    query = select(Report.permalink).join(TicketReport, TicketReport.report_id == Report.id)
    query = query.where(TicketReport.ticket_id == ticket_id, Report.permalink != "")
    query = query.where(~Report.private | TicketReport.joined_at.is_(None))
    query = query.order_by(TicketReport.joined_at.is_not(None), Report.id)
    return session.scalars(query.limit(1)).first() or ""


def _land(work: Work, card: Made) -> None:
    """The card is complete: the ticket is on the board, and reporter and reviewers hear of it."""
    ticket_id = work.ticket_id
    with transaction() as session:
        ticket = locked(session, ticket_id)
        if not on_its_way(ticket):
            raise LeftAlone
        works_again(session, ticket)
        ticket.card_id, ticket.card_url = card.id, card.url
        move(session, ticket, "land", INKLING, {"card": card.url})
        enqueue(session, topics.ANNOUNCE, ticket_id, {"ticket_id": ticket_id})
        newest = latest_draft(session, ticket_id)
        if newest is not None and newest.number != work.number:
            enqueue(session, topics.FOLLOW, ticket_id, {"ticket_id": ticket_id})
    _log.info("on the board", ticket=ticket_id)
