"""A file of a thread, for whoever may see the ticket: pictures open in the browser, everything else is saved."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import select

from bot.core.errors import NotFound
from bot.core.media import PICTURES
from bot.core.models import File, Message
from bot.core.tickets import queries
from bot.core.tickets.life import reports_of
from bot.dashboard.routes.ticket import TicketId
from bot.dashboard.visit import visit

router = APIRouter()
# Nothing in a file may run, load or be framed, whatever it turns out to be.
_STRICT = "default-src 'none'; sandbox; frame-ancestors 'none'"


@router.get("/tickets/{ticket_id}/files/{file_id}")
def show(request: Request, ticket_id: TicketId, file_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> Response:
    """The content of a kept file, for whoever may see the ticket; its type is what we found, not what we were told."""
    with visit(request) as here:
        queries.seen(here.session, ticket_id, here.person.workspace_id)
        query = select(File, File.content).join(Message, Message.id == File.message_id)
        query = query.where(File.id == file_id, File.state == "kept", Message.deleted_at.is_(None))
        found = here.session.execute(query.where(Message.report_id.in_(reports_of(here.session, ticket_id)))).first()
        if found is None:
            raise NotFound("This file is not here (any more). It may have been deleted in Slack.")
        file, content = found
        return Response(content, media_type=None, headers=_headers(file))


def _headers(file: File) -> dict[str, str]:
    shown = "inline" if file.media_type in PICTURES else "attachment"
    text = "; charset=utf-8" if file.media_type.startswith("text/") else ""
    return {
        "Content-Type": file.media_type + text,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": _STRICT,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
