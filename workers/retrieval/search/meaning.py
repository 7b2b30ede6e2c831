"""Finding by meaning: the passages whose vectors are nearest, by the index where there is one."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from bot.core import log
from bot.core.db import transaction
from bot.core.errors import InklingError
from workers.retrieval.embedding import asked, embedder_called
from workers.retrieval.search.scope import VISIBLE, Scope

# Neighbours that are wanted, and among how many they are looked for, more where most may not be seen.
_NEAREST, _AMONG = 30, (100, 500, 5_000)
# How many the index keeps in view: with fewer it misses some (pgvector, "HNSW query options").
_VIEW = 150
T = TypeVar("T")
_log = log.get("retrieval")

_BY_INDEX = sql("""
    select set_config('hnsw.ef_search', :view, true), set_config('hnsw.iterative_scan', 'relaxed_order', true),
        set_config('jit', 'off', true)
""")
_NEAR = """
    with near as materialized (
        select passage_id, vector::halfvec({dimensions}) <=> cast(:vector as halfvec) as distance
        from embeddings where model = '{model}' and kind = '{kind}' and vector_dims(vector) = {dimensions}
        order by vector::halfvec({dimensions}) <=> cast(:vector as halfvec) limit :among
    )
    select near.passage_id, p.document_id, near.distance, (select count(*) from near) as found
    from near join passages p on p.id = near.passage_id
    join documents d on d.id = p.document_id join sources s on s.id = d.source_id
    where {visible}
    order by near.distance limit :wanted
"""
_LIKE = sql("""
    select p.document_id, min(case when p.position = 0 then e.vector <=> cast(:title as halfvec) end) as title,
        min(e.vector <=> cast(:whole as halfvec)) as whole
    from passages p join embeddings e on e.passage_id = p.id and e.model = :model
    where p.document_id = any(:documents) group by p.document_id
""")


@dataclass(frozen=True)
class Near:
    """A passage, its document, and how like the text it is: 1 is the same, 0 has nothing in common."""

    passage: int
    document: int
    likeness: float


class Meaning:
    """What some texts mean to one model."""

    def __init__(self, model: str, vectors: Sequence[Sequence[float]]) -> None:
        self._model, self._dimensions = model, len(vectors[0])
        self._vectors = [f"[{','.join(f'{number:.6g}' for number in vector)}]" for vector in vectors]

    def nearest(self, session: Session, number: int, kind: str, scope: Scope) -> list[Near]:
        """The passages of a kind nearest to the text with this number, nearest first."""
        session.execute(_BY_INDEX, {"view": str(_VIEW)})
        # The index serves only a query that names model, kind and dimensions as it does; none comes from outside.
        model = self._model.replace("'", "''").replace(":", "\\:")
        near = sql(_NEAR.format(dimensions=self._dimensions, model=model, kind=kind, visible=VISIBLE))
        rows: list[Near] = []
        for among in _AMONG:
            values = {"vector": self._vectors[number], "among": among, "wanted": _NEAREST}
            found = session.execute(near, scope.values | values).all()
            rows = [Near(row.passage_id, row.document_id, 1 - row.distance) for row in found]
            if len(rows) >= _NEAREST or (found and found[0].found < among):
                break
        return rows

    def tickets(self, session: Session, documents: Sequence[int]) -> dict[int, tuple[float, float]]:
        """How like each of these tickets is: its title to the first text, its likeliest passage to the second."""
        values = {"title": self._vectors[0], "whole": self._vectors[1], "model": self._model}
        rows = session.execute(_LIKE, values | {"documents": list(documents)})
        return {row.document_id: (1 - (1 if row.title is None else row.title), 1 - row.whole) for row in rows}


@contextmanager
def beside(work: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Do some work while words are looked up; its result is waited for when it is called for.

    To be called, and called for, outside of any transaction: the work has its own.
    """
    with ThreadPoolExecutor(max_workers=1) as other:
        yield other.submit(work).result


def meaning_of(texts: Sequence[str]) -> Meaning | None:
    """What texts mean to the model that is asked at present; None where there is none, or it gives no answer.

    To be called outside of any transaction: a server may think for long.
    """
    with transaction() as session:
        chosen = asked(session)
    if chosen is None or (model := embedder_called(chosen[0])) is None:
        return None
    try:
        vectors = model.embed(texts)
    except InklingError as error:
        # Words alone find most of it; nothing waits for this.
        _log.warning("searching by words alone", reason=error.message)
        return None
    return Meaning(model.name, vectors) if len(vectors[0]) == chosen[1] else None
