"""Documents and their passages as rows: what is known exactly like this costs nothing, what stays keeps its id."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.models import Document, Passage
from workers.retrieval.markdown import Cut

_COLUMNS = ("path", "kind", "title", "url", "status", "happened_at", "ticket_id", "workspace_id", "audience")
_Row = Row[int, int, str, str, int, str, int | None]
_PASSAGE = (
    Passage.document_id,
    Passage.id,
    Passage.heading,
    Passage.text,
    Passage.position,
    Passage.symbol,
    Passage.line,
)
_INDEXES = ("ix_passages_search", "ix_passages_search_tickets")
# Part of every hash: documents are read anew when it changes. To be raised when cutting or reading gets better.
VERSION = 1


@dataclass
class Counts:
    """What taking something in did; as text it is a sentence."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged, {self.removed} removed"


@dataclass(frozen=True)
class Item:
    """One thing to know: `path` tells it from all others of its source, `kind` is document, code or ticket."""

    kind: str
    path: str
    title: str
    pieces: Sequence[Cut]
    url: str = ""
    status: str = ""
    happened_at: datetime | None = None
    ticket_id: int | None = None
    workspace_id: int | None = None
    audience: list[str] | None = field(default=None)

    def digest(self) -> str:
        """What changes when anything of it does."""
        told = [self.title, self.url, self.status, str(self.happened_at), str(self.audience)]
        return digest("\0".join([*told, *(repr(piece) for piece in self.pieces)]).encode())


def digest(content: bytes) -> str:
    """A hash of content as it is read by this version."""
    return hashlib.sha256(b"%d\0" % VERSION + content).hexdigest()


def known(session: Session, source_id: int) -> dict[str, str]:
    """Path -> hash of everything a source is known to hold."""
    rows = session.execute(select(Document.path, Document.content_hash).where(Document.source_id == source_id))
    return {row.path: row.content_hash for row in rows}


def put(session: Session, source_id: int, item: Item, counts: Counts) -> None:
    """Keep one thing with its passages, unless it is known exactly like this."""
    put_all(session, source_id, [(item, item.digest())], counts)


def put_all(session: Session, source_id: int, items: Sequence[tuple[Item, str]], counts: Counts) -> None:
    """Keep things of different paths with their passages, unless they are known exactly like this.

    Each comes with a hash of what it was read from: so telling that nothing changed need not read it.
    """
    columns = select(Document.id, Document.path, Document.content_hash)
    there = columns.where(Document.source_id == source_id, Document.path.in_([item.path for item, _ in items]))
    before = {row.path: row for row in session.execute(there.with_for_update())}
    fresh, changed = [], []
    for item, content_hash in items:
        values = {name: getattr(item, name) for name in _COLUMNS}
        values |= {"source_id": source_id, "content_hash": content_hash, "indexed_at": now()}
        if item.path not in before:
            fresh.append(values)
        elif before[item.path].content_hash != content_hash:
            changed.append(values | {"id": before[item.path].id})
    if fresh:
        session.execute(insert(Document), fresh)
    if changed:
        session.execute(update(Document), changed)
    counts.added, counts.changed = counts.added + len(fresh), counts.changed + len(changed)
    counts.unchanged += len(items) - len(fresh) - len(changed)
    if written := {values["path"] for values in [*fresh, *changed]}:
        ids = {row.path: row.id for row in session.execute(there)}
        _passages(session, {ids[item.path]: item for item, _ in items if item.path in written})


def _passages(session: Session, items: Mapping[int, Item]) -> None:
    """Make the passages of documents those of their items; what stays keeps its id, by which drafts cite it."""
    standing: dict[tuple[int, str, str], list[_Row]] = {}
    rows = select(*_PASSAGE).where(Passage.document_id.in_(list(items))).order_by(Passage.position)
    for row in session.execute(rows):
        standing.setdefault((row.document_id, row.heading, row.text), []).append(row)
    fresh, moved = [], []
    for document_id, item in items.items():
        for position, piece in enumerate(item.pieces):
            place = {"position": position, "symbol": piece.symbol, "line": piece.line}
            if same := standing.get((document_id, piece.heading, piece.text)):
                row = same.pop(0)
                if (row.position, row.symbol, row.line) != tuple(place.values()):
                    moved.append({"id": row.id, **place})
            else:
                texts = {"heading": piece.heading, "text": piece.text}
                fresh.append({"document_id": document_id, "kind": item.kind, **texts, **place})
    if gone := [row.id for left in standing.values() for row in left]:
        session.execute(delete(Passage).where(Passage.id.in_(gone)))
    if moved:
        session.execute(update(Passage), moved)
    if fresh:
        session.execute(insert(Passage), fresh)
        # Many at once are far cheaper than one by one, and no search has to read what is pending.
        for index in _INDEXES:
            session.execute(select(func.gin_clean_pending_list(index)))


def forget(session: Session, source_id: int, paths: Collection[str]) -> int:
    """Forget these things of a source; returns how many there were."""
    gone = delete(Document).where(Document.source_id == source_id, Document.path.in_(paths)).returning(Document.id)
    return len(session.scalars(gone).all()) if paths else 0
