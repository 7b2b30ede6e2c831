"""Sources in every state, for tests of the page that shows them; no tests here."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import Document, Embedding, EmbeddingModel, Passage, Source
from workers.retrieval.sources import add_source, refresh


def source(kind: str = "docs", location: str = "/srv/handbook", **values: Any) -> int:
    """The id of a source that nobody has read."""
    with transaction() as session:
        made = Source(kind=kind, location=location, **{"name": Path(location).name, **values})
        session.add(made)
        session.flush()
        return made.id


def row(source_id: int) -> Source | None:
    with transaction() as session:
        return session.get(Source, source_id)


def handbook(folder: Path) -> int:
    """The id of a source of two documents, really read."""
    (folder / "booking.md").write_text("# Booking\n\nA room is held for ten minutes.\n\n## Panels\n\nA panel may book.")
    (folder / "desks.md").write_text("# Desks\n\nA desk is booked for half a day.")
    source_id = add_source("docs", str(folder), name="Handbook")
    refresh(source_id)
    return source_id


def document(source_id: int, *texts: str) -> list[int]:
    """Ids of the passages of a document."""
    with transaction() as session:
        made = Document(source_id=source_id, kind="document", path="a.md", title="A", content_hash="", indexed_at=now())
        session.add(made)
        session.flush()
        cut = [Passage(document_id=made.id, kind="document", position=n, text=text) for n, text in enumerate(texts)]
        session.add_all(cut)
        session.flush()
        return [one.id for one in cut]


def embedded(name: str, passages: list[int], *, ready: bool, minutes_old: int = 0) -> None:
    """A model that knows these passages."""
    with transaction() as session:
        created = now() - timedelta(minutes=minutes_old)
        session.add(EmbeddingModel(name=name, dimensions=2, ready=ready, created_at=created))
        for number in passages:
            session.add(Embedding(passage_id=number, model=name, kind="document", vector=[0.6, 0.8]))


def every_state() -> dict[str, int]:
    """A source of each kind and in each state, by state."""
    told = {"added": 3, "changed": 0, "unchanged": 1204, "removed": 1, "problems": 203}
    problems = {f"specs/scan {number}.pdf": "It has no text in it, only pictures." for number in range(200)}
    read: dict[str, Any] = {"state": "ready", "refreshed_at": now() - timedelta(hours=3), "outcome": told}
    made = {
        "ready": source(name="Handbook", problems=problems, audience=["C1", "C024BE91L"], **read),
        "waiting": source(location="upload:wiki export.zip", name="wiki export.zip"),
        "running": source("code", "/srv/app", state="running", seen=120, total=5000, commit="1a2b3c4d5e6f"),
        "looking": source("code", "/srv/web", state="running"),
        "failed": source("board", "Product", state="failed", note="Trello says there is no board Product."),
        "own": source("tickets", "own", name="Tickets of Inkling", state="ready"),
    }
    document(made["ready"], "one", "two")
    return made
