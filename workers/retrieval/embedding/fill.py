"""Embedding what is not embedded yet, in the background; a new model takes over once it has seen everything."""

import math
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core import log
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import Embedding, EmbeddingModel, Passage
from bot.core.outbox import enqueue, topics
from workers.base import Job
from workers.llm import ModelOutputError, ModelUnavailable
from workers.retrieval.embedding.embedder import Embedder, asked, embedder, embedder_called
from workers.retrieval.embedding.indexes import drop_indexes, make_indexes

# Passages at once, and the seconds after which a worker turns to other work before it goes on.
BATCH, SECONDS = 64, 20.0
# A model that is away is asked again after this many seconds when it does not say.
_AWAY = 60.0
# Vectors of a model that nobody asks any more go in portions of this many.
_FORGET = 20_000
# Characters of a text that no model finds too long.
_SHORT = 200
# A server whose vectors change their size again within this time is broken, and starting over would never end.
_STEADY = timedelta(hours=1)
_log = log.get("retrieval")


def promise(session: Session) -> None:
    """There is something new to embed."""
    enqueue(session, topics.EMBED, "passages", {})


def handle(_job: Job) -> None:
    """Embed for a while, and promise the rest. Raises Later while the model is away."""
    try:
        done = embed_all(SECONDS)
    except ModelUnavailable as error:
        raise Later(error.message, error.retry_after or _AWAY, counts=False) from error
    if not done:
        with transaction() as session:
            promise(session)


def embed_all(seconds: float = math.inf) -> bool:
    """Embed what is missing for so many seconds; whether nothing is missing any more. Raises ModelUnavailable."""
    if (model := embedder()) is None:
        return True
    until = time.monotonic() + seconds
    if older := _asked_meanwhile(model):
        # What is new should be found meanwhile, too; if that cannot be, the new model goes on all the same.
        with suppress(ModelUnavailable):
            _embed_until(older, until)
    if not _embed_until(model, until):
        return False
    _take_over(model)
    return True


def _asked_meanwhile(model: Embedder) -> Embedder | None:
    """The model that is searched with as long as this one is not ready."""
    with transaction() as session:
        found = asked(session)
    return embedder_called(found[0]) if found and found[0] != model.name else None


def _embed_until(model: Embedder, until: float) -> bool:
    after = 0
    while (last := embed_some(model, after)) is not None:
        if time.monotonic() >= until:
            return False
        after = last
    return True


def embed_some(model: Embedder, after: int = 0) -> int | None:
    """Embed the next passages behind an id; the last one's id, or None when there are no more.

    Nothing is locked while the model thinks: what is embedded twice is kept once, what is gone by then not at all.
    Raises ModelUnavailable, also where the model answers with nothing of use.
    """
    done = exists().where(Embedding.passage_id == Passage.id, Embedding.model == model.name)
    columns = select(Passage.id, Passage.kind, Passage.heading, Passage.text).where(Passage.id > after, ~done)
    with transaction() as session:
        rows = session.execute(columns.order_by(Passage.id).limit(BATCH)).all()
    if not rows:
        return None
    vectors = list(_vectors(model, [text_of(row.heading, row.text) for row in rows]))
    made = {row.id: (row.kind, vector) for row, vector in zip(rows, vectors, strict=True) if vector}
    if not made:
        _try(model)
    sizes = {len(vector) for _, vector in made.values()}
    if len(sizes) > 1 or not _fits(model, *sizes):
        # Another model answers under the same name; of the vectors so far none is of use.
        _start_over(model)
        return 0
    _keep(model, made)
    return int(rows[-1].id)


def text_of(heading: str, text: str) -> str:
    """What is embedded of a passage; a ticket's title alone is said once."""
    return text if not heading or text.startswith(heading) else f"{heading}\n{text}"


def _vectors(model: Embedder, texts: list[str]) -> Iterator[list[float] | None]:
    """A vector per text; of half of them at a time where they are too many, of half of it where it is too long."""
    try:
        yield from model.embed(texts)
    except ModelOutputError as error:
        half = len(texts) // 2
        if half:
            yield from _vectors(model, texts[:half])
            yield from _vectors(model, texts[half:])
        elif len(texts[0]) > _SHORT:
            yield from _vectors(model, [texts[0][: len(texts[0]) // 2]])
        else:
            _log.warning("not embedded", reason=error.message)
            yield None


def _try(model: Embedder) -> None:
    """Whether it is the texts that are of no use, or the model."""
    try:
        model.embed(["A trial."])
    except ModelOutputError as error:
        raise ModelUnavailable(error.message) from error


def _fits(model: Embedder, size: int | None = None) -> bool:
    """Whether vectors of this size belong with those that are kept; the first ones say what size that is."""
    if size is None:
        return True
    first = insert(EmbeddingModel).values(name=model.name, dimensions=size, ready=False)
    with transaction() as session:
        session.execute(first.on_conflict_do_nothing())
        return session.get_one(EmbeddingModel, model.name).dimensions == size


def _keep(model: Embedder, made: dict[int, tuple[str, list[float]]]) -> None:
    locked = select(Passage.id).where(Passage.id.in_(made)).with_for_update(read=True, key_share=True)
    with transaction() as session:
        rows = [
            {"passage_id": passage_id, "model": model.name, "kind": made[passage_id][0], "vector": made[passage_id][1]}
            for passage_id in session.scalars(locked)
        ]
        if rows:
            session.execute(insert(Embedding).on_conflict_do_nothing(), rows)


def _start_over(model: Embedder) -> None:
    with transaction() as session:
        row = session.get(EmbeddingModel, model.name)
    if row is None or row.created_at > now() - _STEADY:
        sentence = f"The vectors of {model.name} change their size from answer to answer."
        raise ModelUnavailable(sentence, _STEADY.total_seconds())
    _log.warning("starting over: the vectors have another size than before", model=model.name)
    _forget(model.name)


def _take_over(model: Embedder) -> None:
    """Everything is embedded: make what makes searching quick, ask this model from now on, forget the others."""
    with transaction() as session:
        row = session.get(EmbeddingModel, model.name)
        others = session.scalars(select(EmbeddingModel.name).where(EmbeddingModel.name != model.name)).all()
    if row is None:
        return
    make_indexes(row.name, row.dimensions)
    if not row.ready:
        with transaction() as session:
            session.get_one(EmbeddingModel, model.name).ready = True
    for name in others:
        _forget(name)


def _forget(name: str) -> None:
    """Drop everything of a model; its row goes last, so that whoever comes after a crash goes on with this."""
    drop_indexes(name)
    some = select(Embedding.passage_id).where(Embedding.model == name).limit(_FORGET).scalar_subquery()
    gone = delete(Embedding).where(Embedding.model == name, Embedding.passage_id.in_(some))
    left = True
    while left:
        with transaction() as session:
            left = session.execute(gone.returning(Embedding.passage_id)).first() is not None
    with transaction() as session:
        session.execute(delete(EmbeddingModel).where(EmbeddingModel.name == name))
