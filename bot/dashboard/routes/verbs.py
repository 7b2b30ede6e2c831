"""What a reviewer does to a draft with a button: approve, decline, send back, try a held one again."""

from fastapi import APIRouter, Request, Response

from bot.core.errors import Conflict, Invalid, NotAllowed
from bot.core.outbox import enqueue, topics
from bot.core.tickets import queries, review
from bot.core.tickets.life import locked, reports_of, resume
from bot.dashboard.guard import Form
from bot.dashboard.routes.ticket import DELIVERY, TicketId, can_be_tried_again
from bot.dashboard.visit import Visit, deciding, go

router = APIRouter()


def _number(form: dict[str, str]) -> int:
    """The version the person looked at when they decided."""
    value = form.get("number", "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Invalid("The form does not say which version you saw. Load the page again; nothing was changed.")
    return int(value)


def _onward(here: Visit, ticket_id: int) -> Response:
    """To the next draft that waits, or to the queue when there is none."""
    following = queries.next_to_review(here.session, here.person.workspace_id, but=ticket_id)
    return go(f"/tickets/{following}" if following else "/", done=ticket_id)


@router.post("/tickets/{ticket_id}/approve")
def approve(request: Request, ticket_id: TicketId, form: Form) -> Response:
    """Approve the version the person saw."""
    with deciding(request, form) as here:
        queries.seen(here.session, ticket_id, here.person.workspace_id)
        board, card_list = form.get("board", "").strip(), form.get("list", "").strip()
        review.approve(here.session, ticket_id, here.actor, number=_number(form), board=board, card_list=card_list)
        return _onward(here, ticket_id)


@router.post("/tickets/{ticket_id}/decline")
def decline(request: Request, ticket_id: TicketId, form: Form) -> Response:
    """Decline with a reason; what was written is shown again when it cannot be done."""
    request.state.kept = form.get("reason", "")
    with deciding(request, form) as here:
        queries.seen(here.session, ticket_id, here.person.workspace_id)
        review.decline(here.session, ticket_id, here.actor, request.state.kept)
        return _onward(here, ticket_id)


@router.post("/tickets/{ticket_id}/revise")
def send_back(request: Request, ticket_id: TicketId, form: Form) -> Response:
    """Send the draft back to be written again; what was written is shown again when it cannot be done."""
    request.state.kept = form.get("instruction", "")
    with deciding(request, form) as here:
        queries.seen(here.session, ticket_id, here.person.workspace_id)
        review.revise(here.session, ticket_id, here.actor, request.state.kept)
        return _onward(here, ticket_id)


@router.post("/tickets/{ticket_id}/again")
def again(request: Request, ticket_id: TicketId, form: Form) -> Response:
    """Try a held ticket again now instead of waiting for the next turn, on another board or list if one is named."""
    with deciding(request, form) as here:
        if not here.may_decide:
            raise NotAllowed(f"Only a reviewer may do this. {here.actor.name} is a {here.actor.role}.")
        queries.seen(here.session, ticket_id, here.person.workspace_id)
        ticket = locked(here.session, ticket_id)
        if not can_be_tried_again(ticket):
            raise Conflict(f"Ticket {ticket_id} is not held any more. Nothing had to be changed.")
        if ticket.resume_state in DELIVERY:
            review.reroute(here.session, ticket, here.actor, form.get("board", ""), form.get("list", ""))
            # The ticket stays held until the board really took it: the worker resumes it then.
            enqueue(here.session, topics.DELIVER, ticket_id, {"ticket_id": ticket_id})
        else:
            resume(here.session, ticket, here.actor)
            for report_id in reports_of(here.session, ticket_id):
                enqueue(here.session, topics.CHAIN, report_id, {"report_id": report_id})
        return go(f"/tickets/{ticket_id}", tried="true")
