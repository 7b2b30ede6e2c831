"""Joining a draft's report to an earlier ticket, and taking it out again, by a reviewer."""

from fastapi import APIRouter, Request, Response

from bot.core.errors import Invalid, NotAllowed
from bot.core.tickets import matches, queries
from bot.core.tickets.joining import join, leave
from bot.core.tickets.life import reports_of
from bot.dashboard.guard import Form
from bot.dashboard.routes.ticket import TicketId
from bot.dashboard.visit import Visit, deciding, go

router = APIRouter()


@router.post("/tickets/{ticket_id}/join")
def join_ticket(request: Request, ticket_id: TicketId, form: Form) -> Response:
    """Add the report to the ticket `other`, and go there."""
    with deciding(request, form) as here:
        _check(here, ticket_id)
        other_id = form.get("other", "")
        if not (other_id.isascii() and other_id.isdigit() and len(other_id) < 19):
            raise Invalid("The form does not say which ticket to join. Load the page again; nothing was changed.")
        other = join(here.session, ticket_id, int(other_id), here.actor)
        matches.follow(here.session, reports_of(here.session, ticket_id), other.id, joined=True)
        return go(f"/tickets/{other.id}")


@router.post("/tickets/{ticket_id}/leave")
def leave_ticket(request: Request, ticket_id: TicketId, form: Form) -> Response:
    """Take the ticket out of the one that it had joined; it goes on where it was."""
    with deciding(request, form) as here:
        _check(here, ticket_id)
        leave(here.session, ticket_id, here.actor)
        matches.follow(here.session, reports_of(here.session, ticket_id), 0, joined=False)
        return go(f"/tickets/{ticket_id}")


def _check(here: Visit, ticket_id: int) -> None:
    if not here.may_decide:
        raise NotAllowed(f"Only a reviewer may do this. {here.actor.name} is a {here.actor.role}.")
    queries.seen(here.session, ticket_id, here.person.workspace_id)
