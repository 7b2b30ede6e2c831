"""Deciding on a change that the thread asks for: accept the chosen fields, or refuse all of it."""

from fastapi import APIRouter, Request, Response

from bot.core.errors import Invalid
from bot.core.tickets import accepting, queries
from bot.dashboard.guard import Form
from bot.dashboard.routes.ticket import TicketId
from bot.dashboard.visit import deciding, go

router = APIRouter()
FIELD = "field-"


def _seen(form: dict[str, str]) -> int:
    """The change the person looked at."""
    value = form.get("change", "")
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise Invalid("The form does not say which change you saw. Load the page again; nothing was changed.")
    return int(value)


@router.post("/tickets/{ticket_id}/change/accept")
def accept(request: Request, ticket_id: TicketId, form: Form) -> Response:
    """Accept the fields that are ticked."""
    with deciding(request, form) as here:
        queries.seen(here.session, ticket_id, here.person.workspace_id)
        fields = [name.removeprefix(FIELD) for name in form if name.startswith(FIELD)]
        accepting.accept(here.session, ticket_id, here.actor, fields, change_id=_seen(form))
        return go(f"/tickets/{ticket_id}", changed="true")


@router.post("/tickets/{ticket_id}/change/refuse")
def refuse(request: Request, ticket_id: TicketId, form: Form) -> Response:
    """Leave the ticket as it is."""
    with deciding(request, form) as here:
        queries.seen(here.session, ticket_id, here.person.workspace_id)
        accepting.refuse(here.session, ticket_id, here.actor, form.get("reason", ""), change_id=_seen(form))
        return go(f"/tickets/{ticket_id}", changed="true")
