"""A ticket: what was said on one side, what we wrote on the other, and the verbs for whoever may decide."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from bot.core.audit import record
from bot.core.errors import NotAllowed
from bot.core.learning.places import followed
from bot.core.models import Draft, Person, Ticket
from bot.core.settings import settings
from bot.core.tickets import matches, queries
from bot.core.tickets.content import SECTIONS, DraftContent
from bot.core.tickets.families import families
from bot.core.tickets.joining import joined_at, joined_to
from bot.core.tickets.states import OPEN, State
from bot.dashboard.change import change_view, just_decided
from bot.dashboard.guard import Form
from bot.dashboard.notices import notice
from bot.dashboard.personal import both_sides
from bot.dashboard.thread import thread_of
from bot.dashboard.visit import Visit, deciding, visit
from bot.dashboard.words import WRITERS

router = APIRouter()
TicketId = Annotated[int, Path(ge=1, le=2**63 - 1)]
DELIVERY = (State.APPROVED, State.DELIVERING)


@dataclass(frozen=True)
class Price:
    """What the run behind a draft took: dollars (None: unknown) and milliseconds of work."""

    cost: Decimal | None
    latency_ms: int


def _price(session: Session, ticket: Ticket) -> Price | None:
    runs = queries.runs_by_ticket(session, [ticket.id]).get(ticket.id, [])
    steps = [work for found in queries.work_of(session, [run.id for run in runs]).values() for work in found]
    if not steps:
        return None
    costs = [work.cost_usd for work in steps]
    known = [cost for cost in costs if cost is not None]
    return Price(sum(known, Decimal(0)) if len(known) == len(costs) else None, sum(w.step.latency_ms for w in steps))


def _writer(session: Session, draft: Draft) -> str:
    if draft.rung == "person" and draft.author_id:
        return f"Edited by {session.get_one(Person, draft.author_id).label}"
    if draft.author_id:
        return f"A change from the thread, accepted by {session.get_one(Person, draft.author_id).label}"
    return WRITERS.get(draft.rung, f"Written by Inkling ({draft.rung})")


@dataclass(frozen=True)
class Joining:
    """What may be joined to what: `to` is the ticket that this one is part of, `since` when reports were added here.

    `different` are tickets of which people said that they are not the same.
    """

    may: bool
    to: Ticket | None
    since: dict[int, datetime]
    different: set[int]


def _joining(here: Visit, ticket: Ticket, report_ids: list[int]) -> Joining:
    to = joined_to(here.session, ticket.id) if ticket.state == State.DUPLICATE else None
    may = here.may_decide and ticket.state in OPEN
    return Joining(may, to, joined_at(here.session, ticket.id), matches.different(here.session, report_ids))


def can_be_tried_again(ticket: Ticket) -> bool:
    """Whether a held ticket knows where to go on."""
    return ticket.state == State.NEEDS_ATTENTION and ticket.resume_state is not None


@router.get("/tickets/{ticket_id}")
def show(request: Request, ticket_id: TicketId, done: str = "", tried: str = "", changed: str = "") -> Response:
    """The ticket page; `done` is a ticket just decided, `tried` a held one tried again, `changed` a change decided."""
    with visit(request) as here:
        return _page(here, ticket_id, done=done, tried=tried, changed=changed)


@router.post("/tickets/{ticket_id}/personal")
def show_personal(request: Request, ticket_id: TicketId, form: Form) -> Response:
    """The ticket page with personal data put back, once; that it was shown, and to whom, is part of the story."""
    with deciding(request, form) as here:
        if not here.may_decide:
            raise NotAllowed(f"Only a reviewer may see personal data. {here.actor.name} is a {here.actor.role}.")
        return _page(here, ticket_id, show=True)


def _page(
    here: Visit, ticket_id: int, *, done: str = "", tried: str = "", changed: str = "", show: bool = False
) -> Response:
    ticket = queries.seen(here.session, ticket_id, here.person.workspace_id)
    draft = queries.latest_drafts(here.session, [ticket_id]).get(ticket_id)
    content = DraftContent.model_validate(draft.content) if draft else None
    reports = queries.reports_by_ticket(here.session, [ticket_id]).get(ticket_id, [])
    side = both_sides(thread_of(here.session, reports, content), content, ticket.title, show=show)
    if show:
        after = {"shown": side.held}
        workspace_id = ticket.workspace_id
        action = "ticket.personal_shown"
        record(here.session, here.actor, action, workspace_id=workspace_id, ticket_id=ticket_id, after=after)
    return here.page(
        "ticket.html",
        ticket=ticket,
        draft=draft,
        content=side.content,
        sections=SECTIONS,
        thread=side.thread,
        side=side,
        waits_until=max((report.wait_until for report in reports if report.wait_until), default=None),
        writer=_writer(here.session, draft) if draft else "",
        price=_price(here.session, ticket),
        followed=followed(here.session, content),
        family=families(here.session, [ticket_id]).get(ticket_id),
        joining=_joining(here, ticket, [report.id for report in reports]),
        route=(settings().trello_board, settings().trello_list) if settings().has_trello else None,
        deciding=here.may_decide and ticket.state == State.IN_REVIEW and draft is not None,
        again=can_be_tried_again(ticket),
        delivery=DELIVERY,
        tried=bool(tried),
        change=change_view(here.session, ticket_id, content),
        decided=just_decided(here, ticket_id) if changed else "",
        notice=notice(here, done),
    )
