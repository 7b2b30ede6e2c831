"""Passages to embed, a server that embeds as a test wants it, and what came of it; for tests of embedding."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, insert, select

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import Document, Embedding, EmbeddingModel, OutboxItem, Passage, Source
from bot.core.outbox import topics
from deploy.sandbox.model.vectors import vector
from tests.unit.test_llm_servers import server_of
from workers.base import Job
from workers.retrieval.embedding import fill


def passages(*texts: str, kind: str = "document", heading: str = "") -> list[int]:
    """A passage for each text, in a document of their own; their ids."""
    with transaction() as session:
        number = session.scalar(select(func.count()).select_from(Source))
        source = Source(kind="docs", location=str(number), state="ready")
        session.add(source)
        session.flush()
        document = Document(
            source_id=source.id, kind=kind, path="p", title="t", content_hash="h", indexed_at=now(), status="", url=""
        )
        session.add(document)
        session.flush()
        about = {"document_id": document.id, "kind": kind, "heading": heading, "symbol": ""}
        rows = [about | {"text": text, "position": position} for position, text in enumerate(texts)]
        return list(session.scalars(insert(Passage).returning(Passage.id), rows))


def some(count: int, kind: str = "document") -> list[int]:
    return passages(*(f"Room {number} is booked twice." for number in range(count)), kind=kind)


def work() -> None:
    """What a worker does when the bell rings."""
    fill.handle(Job({}, 1))


def promised() -> int:
    """How often embedding is promised and not done."""
    with transaction() as session:
        waiting = select(func.count()).where(OutboxItem.topic == topics.EMBED, OutboxItem.state == "pending")
        return session.scalar(waiting) or 0


def kept(model: str) -> set[int]:
    """Ids of the passages with a vector of a model."""
    with transaction() as session:
        return set(session.scalars(select(Embedding.passage_id).where(Embedding.model == model)))


def models() -> dict[str, tuple[int, bool]]:
    """Name -> dimensions and whether it is ready."""
    with transaction() as session:
        return {row.name: (row.dimensions, row.ready) for row in session.scalars(select(EmbeddingModel))}


Answer = Callable[[dict[str, Any]], Any]


def vectors(body: dict[str, Any], size: int = 16) -> tuple[int, Any]:
    """What a server answers that does as it should."""
    data = [{"index": number, "embedding": vector(text, size)} for number, text in enumerate(body["input"])]
    return 200, {"object": "list", "model": body["model"], "data": data}


@contextmanager
def embedding_server(answer: Answer, settings_of: Callable[..., None], model: str = "m") -> Iterator[list[Any]]:
    """A server that answers with `answer(body)` and is configured as the embedder; the bodies that it was sent."""
    with server_of(lambda _path, body: answer(body)) as (url, bodies):
        settings_of(OPENAI_BASE_URL=url, INKLING_MODEL_EMBED=model)
        yield bodies
