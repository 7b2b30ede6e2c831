"""Deciding on a draft (approve, decline, revise) and on a change of it; rules and rights are bot.core.tickets'."""

from fastapi import APIRouter

from bot.api.auth import Caller
from bot.api.reading import tickets_out
from bot.api.shapes import ID, AcceptIn, ApproveIn, DeclineIn, RefuseIn, ReviseIn, TicketOut
from bot.core.db import transaction
from bot.core.errors import Invalid
from bot.core.tickets import accepting, queries, review

router = APIRouter()


@router.post("/tickets/{ticket_id}/approve")
def approve(caller: Caller, ticket_id: ID, body: ApproveIn | None = None) -> TicketOut:
    """Approve the newest draft; its card is on the way to the board. The body may be empty."""
    route = body or ApproveIn()
    with transaction() as session:
        queries.seen(session, ticket_id, caller.workspace_id)
        ticket = review.approve(session, ticket_id, caller.actor, board=route.board, card_list=route.list)
        return tickets_out(session, [ticket])[0]


@router.post("/tickets/{ticket_id}/decline")
def decline(caller: Caller, ticket_id: ID, body: DeclineIn) -> TicketOut:
    """Decline with a reason that the reporter will read."""
    with transaction() as session:
        queries.seen(session, ticket_id, caller.workspace_id)
        return tickets_out(session, [review.decline(session, ticket_id, caller.actor, body.reason)])[0]


@router.post("/tickets/{ticket_id}/revise")
def revise(caller: Caller, ticket_id: ID, body: ReviseIn) -> TicketOut:
    """Save changes to the draft as a new version, or send it back to be written again with an instruction."""
    if (body.changes is None) == (body.instruction is None):
        raise Invalid("Send either changes or an instruction, one of the two. Nothing was changed.")
    with transaction() as session:
        ticket = queries.seen(session, ticket_id, caller.workspace_id)
        if body.changes is not None:
            fields = {name: text if isinstance(text, str) else "\n".join(text) for name, text in body.changes.items()}
            review.edit(session, ticket_id, caller.actor, fields, number=body.number)
        else:
            review.revise(session, ticket_id, caller.actor, body.instruction or "")
        return tickets_out(session, [ticket])[0]


@router.post("/tickets/{ticket_id}/change/accept")
def accept(caller: Caller, ticket_id: ID, body: AcceptIn) -> TicketOut:
    """Take over fields of the open change as a new version; a card that exists follows."""
    with transaction() as session:
        ticket = queries.seen(session, ticket_id, caller.workspace_id)
        accepting.accept(session, ticket_id, caller.actor, body.fields, change_id=body.change)
        return tickets_out(session, [ticket])[0]


@router.post("/tickets/{ticket_id}/change/refuse")
def refuse(caller: Caller, ticket_id: ID, body: RefuseIn | None = None) -> TicketOut:
    """Leave the ticket as it is. The body may be empty."""
    why = body or RefuseIn()
    with transaction() as session:
        ticket = queries.seen(session, ticket_id, caller.workspace_id)
        accepting.refuse(session, ticket_id, caller.actor, why.reason, change_id=why.change)
        return tickets_out(session, [ticket])[0]
