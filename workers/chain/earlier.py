"""Tickets that exist already and may be about the same as a report: what they say and how they stand, for a judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.db import transaction
from bot.core.models import Document, Passage, Ticket
from bot.core.redact import Masker
from bot.core.tickets.life import standing
from workers.retrieval import Asking, Scope, similar

# How many are compared, and how like they must be: below that nothing that was the same has been seen.
MOST, WORTH_COMPARING = 5, 0.3
# Of each other wording so many more.
_MORE = 2


@dataclass(frozen=True)
class Earlier:
    """An earlier ticket. `ticket_id` is empty for one that Inkling did not make; `text` is masked."""

    document: int
    ticket_id: int | None
    state: str
    standing: str
    title: str
    text: str
    url: str
    since: datetime | None
    score: float


def earlier(wordings: Sequence[str], at: datetime, scope: Scope, masker: Masker) -> list[Earlier]:
    """The tickets most like what was said, likest first, then those that only its other wordings find.

    To be called outside of any transaction.
    """
    worth: dict[int, float] = {}
    for number, said in enumerate(wordings):
        found = similar(Asking.about(said, at), scope, limit=MOST)
        fresh = [one for one in found if one.score >= WORTH_COMPARING and one.document not in worth]
        worth |= {one.document: one.score for one in (fresh[:_MORE] if number else fresh)}
    with transaction() as session:
        return _read(session, worth, masker)


def _read(session: Session, worth: Mapping[int, float], masker: Masker) -> list[Earlier]:
    documents = {row.id: row for row in session.scalars(select(Document).where(Document.id.in_(worth)))}
    own = [row.ticket_id for row in documents.values() if row.ticket_id]
    tickets = {row.id: row for row in session.scalars(select(Ticket).where(Ticket.id.in_(own)))}
    texts = _texts(session, list(documents))
    there = (key for key in worth if key in documents)
    return [_earlier(documents[key], tickets, texts.get(key, ""), worth[key], masker) for key in there]


def _texts(session: Session, documents: list[int]) -> dict[int, str]:
    """What each says behind its title, which comes first."""
    query = select(Passage.document_id, Passage.text).where(Passage.document_id.in_(documents))
    found: dict[int, list[str]] = {}
    for document, text in session.execute(query.order_by(Passage.document_id, Passage.position)):
        found.setdefault(document, []).append(text)
    return {document: "\n".join(texts[1:]) for document, texts in found.items()}


def _earlier(document: Document, tickets: Mapping[int, Ticket], text: str, score: float, masker: Masker) -> Earlier:
    ticket = tickets.get(document.ticket_id or 0)
    return Earlier(
        document=document.id,
        ticket_id=document.ticket_id,
        state=ticket.state if ticket else "",
        standing=standing(ticket) if ticket else document.status,
        title=masker.mask(document.title),
        text=masker.mask(text),
        url=document.url,
        since=document.happened_at,
        score=score,
    )
