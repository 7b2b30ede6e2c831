"""Inkling's own tickets as something to know: their newest text and what was said, masked, in every state."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core import reports
from bot.core.db import transaction
from bot.core.models import Document, Passage, Report, Source, Ticket
from bot.core.redact import Masker
from bot.core.tickets.content import DraftContent
from bot.core.tickets.joining import heard_in
from bot.core.tickets.review import latest_draft
from bot.core.tickets.states import State
from workers.base import Job
from workers.retrieval import embedding
from workers.retrieval.markdown import cut, titled
from workers.retrieval.store import Counts, Item, forget, put

# The sources that are no place to read from: Inkling's own tickets, and tickets that were handed over once.
KIND, OWN, PAST = "tickets", "own", "past"
_NAMES = {OWN: "Tickets of Inkling", PAST: "Past tickets"}
# Of a long thread the beginning is remembered; what follows is mostly about the beginning.
_MOST_SAID = 6
# A withdrawn report asks for nothing, and one that joined another ticket is remembered there.
_FORGOTTEN = (State.WITHDRAWN, State.DUPLICATE)


def source_of(session: Session, location: str) -> int:
    """The id of one of the two sources of tickets."""
    found = select(Source.id).where(Source.kind == KIND, Source.location == location)
    if (known := session.scalar(found)) is not None:
        return known
    values = {"kind": KIND, "location": location, "name": _NAMES[location], "state": "ready"}
    session.execute(insert(Source).values(values).on_conflict_do_nothing())
    return session.scalars(found).one()


def handle(job: Job) -> None:
    """Remember the ticket `job.payload["ticket_id"]` as it is now."""
    with transaction() as session:
        if remember(session, int(job.payload["ticket_id"])):
            embedding.promise(session)


def remember(session: Session, ticket_id: int) -> bool:
    """Keep what a ticket says, or forget it where nothing is left to know; whether anything is new."""
    ticket, source_id, path = session.get(Ticket, ticket_id), source_of(session, OWN), f"ticket/{ticket_id}"
    item = None if ticket is None or ticket.state in _FORGOTTEN else _item(session, ticket, path)
    if item is None:
        forget(session, source_id, [path])
        return False
    counts = Counts()
    put(session, source_id, item, counts)
    return bool(counts.added or counts.changed)


def _item(session: Session, ticket: Ticket, path: str) -> Item | None:
    """What there is to know of a ticket; None while nothing was said."""
    masker = Masker()
    heard = heard_in(session, ticket.id)
    said = [masker.mask(message.text) for report in heard for message in reports.messages_of(session, report.id)]
    said = [text for text in said if text.strip()][:_MOST_SAID]
    draft = latest_draft(session, ticket.id)
    content = DraftContent.model_validate(draft.content) if draft else None
    if not said and content is None:
        return None
    title = content.title if content else said[0].strip().splitlines()[0][:120]
    texts = ["\n".join(one.text for one in content.statements()), *said] if content else said
    pieces = titled(title, [piece for text in texts for piece in cut(text)])
    return Item(
        "ticket",
        path,
        title,
        pieces,
        url=ticket.card_url,
        happened_at=ticket.created_at,
        ticket_id=ticket.id,
        workspace_id=ticket.workspace_id,
        audience=_audience(session, ticket.id, heard, content),
    )


def _audience(session: Session, ticket_id: int, heard: list[Report], content: DraftContent | None) -> list[str] | None:
    """Who may hear of a ticket: all, or only the channel that its words or its evidence are kept in."""
    cited = {one.source_id for one in (content.evidence if content else []) if one.source not in ("message", "answer")}
    made_for = heard[0]
    if not made_for.private and not _restricted(session, ticket_id, cited):
        return None
    return [made_for.channel_id]


def _restricted(session: Session, ticket_id: int, cited: set[int]) -> bool:
    """Whether a ticket cites what only some may see, or did so before that was forgotten."""
    kept = Document.audience.is_not(None) | Source.audience.is_not(None)
    query = (
        select(Passage.id, kept)
        .join(Document, Document.id == Passage.document_id)
        .join(Source, Source.id == Document.source_id)
        .where(Passage.id.in_(cited))
    )
    found = {passage_id: restricted for passage_id, restricted in session.execute(query)}  # noqa: C416 - rows are no tuples to mypy
    before = session.scalar(select(Document.audience).where(Document.ticket_id == ticket_id))
    return any(found.values()) or (before is not None and not cited <= found.keys())
