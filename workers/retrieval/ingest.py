"""Taking in Markdown documents and past tickets: unchanged content costs nothing, deleted files disappear."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Invalid
from bot.core.models import Document, Passage
from workers.retrieval.markdown import Cut, cut, title_of

SUFFIXES = {".md", ".markdown"}
LARGEST = 2_000_000  # bytes of one document; more is a dump, not a document


@dataclass
class Counts:
    """What an ingestion did; as text it is a sentence."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged, {self.removed} removed"


@dataclass(frozen=True)
class PastTicket:
    """A ticket that exists already; `key` tells it from all others (its address or number)."""

    key: str
    title: str
    text: str
    url: str = ""


def ingest_docs(path: Path) -> Counts:
    """Take in one Markdown file, or all below a folder; files gone from that folder are forgotten.

    Raises Invalid with a sentence when there is nothing to read or a file cannot be read; then nothing has changed.
    """
    root = path.resolve()
    files = _files(root)
    counts = Counts()
    with transaction() as session:
        for file in files:
            text = _read(file)
            title = title_of(text, file.stem.replace("-", " "))
            _store(session, counts, kind="document", path=str(file), title=title, url="", passages=cut(text))
        if root.is_dir():
            counts.removed = _forget(session, root, {str(file) for file in files})
    return counts


def ingest_tickets(items: Iterable[PastTicket]) -> Counts:
    """Take in past tickets; those not among `items` stay."""
    counts = Counts()
    with transaction() as session:
        for item in items:
            passages = cut(item.text) or [Cut("", item.title)]
            named = [Cut(item.title, passage.text) for passage in passages]
            _store(session, counts, kind="ticket", path=item.key, title=item.title, url=item.url, passages=named)
    return counts


def _files(root: Path) -> list[Path]:
    if root.is_file() and root.suffix.lower() in SUFFIXES:
        return [root]
    if not root.is_dir():
        raise Invalid(f"{root} is not a Markdown file or a folder of them. Nothing was taken in.")
    below = (file for file in root.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    files = sorted(file for file in below if not any(part.startswith(".") for part in file.relative_to(root).parts))
    if not files:
        raise Invalid(f"There is no Markdown file below {root}. Nothing was taken in.")
    return files


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST:
            raise Invalid(f"{file} is larger than {LARGEST // 1_000_000} MB. Nothing was taken in; split it.")
        # Postgres holds no NUL characters.
        return file.read_text(encoding="utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        raise Invalid(f"{file} is not UTF-8 text. Nothing was taken in; save it as UTF-8.") from None
    except OSError as error:
        raise Invalid(f"{file} cannot be read ({error.strerror}). Nothing was taken in.") from error


def _store(
    session: Session,
    counts: Counts,
    *,
    kind: str,
    path: str,
    title: str,
    url: str,
    passages: Sequence[Cut],
) -> None:
    """Keep one document with its passages, unless it is known exactly like this."""
    content = "\0".join([title, url, *(f"{passage.heading}\0{passage.text}" for passage in passages)])
    digest = hashlib.sha256(content.encode()).hexdigest()
    known = session.scalars(select(Document).where(Document.kind == kind, Document.path == path)).first()
    if known is not None and known.content_hash == digest:
        counts.unchanged += 1
        return
    if known is None:
        known = Document(kind=kind, path=path, title=title, url=url, content_hash=digest, indexed_at=now())
        session.add(known)
        counts.added += 1
    else:
        known.title, known.url, known.content_hash, known.indexed_at = title, url, digest, now()
        session.execute(delete(Passage).where(Passage.document_id == known.id))
        counts.changed += 1
    session.flush()
    session.add_all(
        Passage(document_id=known.id, position=position, heading=passage.heading, text=passage.text)
        for position, passage in enumerate(passages)
    )
    session.flush()


def _forget(session: Session, root: Path, present: set[str]) -> int:
    """Forget documents below `root` whose files are gone; returns how many."""
    below = select(Document).where(Document.kind == "document", Document.path.startswith(f"{root}/", autoescape=True))
    gone = [document.id for document in session.scalars(below) if document.path not in present]
    session.execute(delete(Document).where(Document.id.in_(gone)))
    return len(gone)
