"""Editing a draft: a form with its fields, saved as a new version; whatever happens, the person's text stays in it."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from bot.core.errors import Conflict, InklingError, Invalid, NotAllowed
from bot.core.models import Draft, Ticket
from bot.core.tickets import queries, review
from bot.core.tickets.content import KINDS, SECTIONS, DraftContent
from bot.core.tickets.states import State
from bot.core.tickets.text import faults, to_fields
from bot.dashboard.guard import Form, same
from bot.dashboard.routes.ticket import TicketId
from bot.dashboard.visit import Visit, go, visit

router = APIRouter()
HINTS = {"title": "One sentence that says what is wrong or wanted.", "steps": "One step per line."}


def _draft(session: Session, ticket: Ticket) -> tuple[Draft, DraftContent]:
    draft = review.latest_draft(session, ticket.id)
    if draft is None:
        raise Conflict(f"Ticket {ticket.id} is not written up yet, so there is nothing to edit.")
    return draft, DraftContent.model_validate(draft.content)


def _may_edit(here: Visit) -> None:
    if not here.may_decide:
        raise NotAllowed(f"Only a reviewer may edit a draft. {here.actor.name} is a {here.actor.role}.")


def _form_page(
    here: Visit, ticket: Ticket, given: dict[str, str] | None = None, error: InklingError | None = None
) -> Response:
    """The form with the newest text, or with what the person wrote beside what the newest version says now."""
    draft, content = _draft(here.session, ticket)
    newest = to_fields(content)
    fields = newest | {name: value for name, value in (given or {}).items() if name in newest}
    return here.page(
        "edit.html",
        200 if error is None else error.status,
        ticket=ticket,
        number=draft.number,
        fields=fields,
        newest=newest,
        errors=faults(content, fields) if isinstance(error, Invalid) else {},
        problem=error,
        stale=isinstance(error, Conflict),
        kinds=KINDS,
        sections=SECTIONS,
        hints=HINTS,
        marks=[item.mark for item in content.evidence],
        closed=ticket.state != State.IN_REVIEW,
    )


@router.get("/tickets/{ticket_id}/edit")
def edit(request: Request, ticket_id: TicketId) -> Response:
    """The form."""
    with visit(request) as here:
        _may_edit(here)
        ticket = queries.seen(here.session, ticket_id, here.person.workspace_id)
        if ticket.state != State.IN_REVIEW:
            return go(f"/tickets/{ticket_id}")
        return _form_page(here, ticket)


@router.post("/tickets/{ticket_id}/edit")
def save(request: Request, ticket_id: TicketId, form: Form) -> Response:
    """Save the changes as a new version, or show the form again with what was written and why it was not saved."""
    with visit(request) as here:
        _may_edit(here)
        ticket = queries.seen(here.session, ticket_id, here.person.workspace_id)
        if not same(form.get("csrf", ""), here.csrf):
            return _form_page(here, ticket, form, NotAllowed("You signed in anew since, so nothing was saved yet."))
        _, content = _draft(here.session, ticket)
        changes = {name: form[name] for name in to_fields(content) if name in form}
        number = form.get("number", "")
        try:
            seen = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
            review.edit(here.session, ticket_id, here.actor, changes, number=seen)
        except (Conflict, Invalid) as error:
            # Both are raised before anything is written, so the transaction may still serve the page.
            return _form_page(here, ticket, changes, error)
        return go(f"/tickets/{ticket_id}", done=ticket_id)
