"""How quick search is among 100,000 tickets and a million passages, and what the index of meanings misses.

The passages are generated: words as rare and as common as in a language (Zipf); meanings about topics, with as many
directions to differ in as real ones have near each other. What counts for an index is that local dimension (Amsaleg et
al., Estimating Local Intrinsic Dimensionality, KDD 2015): 22 here at any number; for docstrings of packages 22 of
1,000 and 15 of 16,000. `python -m tests.bench.scale` takes half an hour and 10 GB of disk; its figures go to
var/scale.json.
"""

import json
import os
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import numpy as np
import psycopg
from alembic import command
from sqlalchemy import text

from bot.core.db import engine, transaction
from deploy.sandbox.services import services
from migrations import config
from tests.support.needs import needs_embedder
from workers.retrieval import Asking, Scope, search, similar
from workers.retrieval.embedding import embedder
from workers.retrieval.embedding.indexes import KINDS, index_name, make_indexes
from workers.retrieval.search.meaning import Meaning

OUT = Path("var/scale.json")
DIMENSIONS = 384
# Documents of each kind, and passages of each document.
SHAPE = {"ticket": (100_000, 3), "document": (35_000, 10), "code": (35_000, 10)}
WORDS, VOCABULARY, TOPICS, QUERIES, CHUNK = 90, 60_000, 5_000, 200, 10_000
# The directions in which topics differ, how far texts of one topic lie apart, and how much of them is chance.
DIRECTIONS, APART, CHANCE = 32, 0.9, 0.3
chance = np.random.default_rng(7)
LOAD = {
    "documents": "copy documents (id, source_id, kind, path, title, url, status, content_hash, indexed_at, created_at,"
    " happened_at) from stdin",
    "passages": "copy passages (id, document_id, kind, position, heading, text, symbol) from stdin",
    "embeddings": "copy embeddings (passage_id, model, kind, vector) from stdin (format binary)",
}


@cache
def vocabulary() -> list[str]:
    """The embedder's own words, the commonest first, so that it reads what is made of them as it reads a text."""
    pieces = json.loads((Path(needs_embedder()) / "tokenizer.json").read_text())["model"]["vocab"]
    known = [piece for piece in pieces if len(piece) > 1 and piece.isascii() and piece.isalpha() and piece.islower()]
    rest = range(VOCABULARY - len(known))
    return known + [f"{known[rank]}{known[rank * 7919 % len(known)]}" for rank in rest[: len(known)]]


def words(count: int) -> list[str]:
    """Words by Zipf's law: few are everywhere, most are hardly anywhere."""
    known = vocabulary()
    shares = np.cumsum(1 / np.arange(1, len(known) + 1))
    return [known[place] for place in np.searchsorted(shares, chance.random(count) * shares[-1])]


CENTRES = chance.normal(size=(TOPICS, DIRECTIONS))
SPACE = chance.normal(size=(DIRECTIONS, DIMENSIONS))


def meanings(count: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Vectors of length 1 around the centres, the way embeddings of texts about the same thing lie."""
    near = CENTRES[chance.integers(TOPICS, size=count)] + APART * chance.normal(size=(count, DIRECTIONS))
    vectors = near @ SPACE + CHANCE * DIRECTIONS**0.5 * chance.normal(size=(count, DIMENSIONS))
    made: np.ndarray[tuple[int, int], np.dtype[np.float32]] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return made.astype(np.float32)


def load(connection: psycopg.Connection, model: str) -> None:
    """All documents, passages and vectors, in bulk."""
    document = passage = 0
    for kind, (documents, passages) in SHAPE.items():
        for start in range(0, documents, CHUNK):
            count = min(CHUNK, documents - start)
            ids = range(document + 1, document + count + 1)
            said = words(count * (8 + passages * WORDS))
            titles = [" ".join(said[8 * number : 8 * number + 8]) for number in range(count)]
            rest = said[8 * count :]
            with connection.cursor().copy(LOAD["documents"]) as copy:
                for number, title in zip(ids, titles, strict=True):
                    day = f"2026-{1 + number % 11:02}-{1 + number % 28:02}"
                    copy.write_row((number, 1, kind, f"{kind}/{number}", title, "", "", "", day, day, day))
            with connection.cursor().copy(LOAD["passages"]) as copy:
                for number in range(count * passages):
                    title, own = titles[number // passages], number % passages
                    first = kind == "ticket" and own == 0
                    told = title if first else " ".join(rest[number * WORDS : number * WORDS + WORDS])
                    heading = "" if first else title
                    row = (passage + 1 + number, ids[number // passages], kind, own, heading, told, "")
                    copy.write_row(row)
            _vectors(connection, model, kind, passage + 1, count * passages)
            document, passage = document + count, passage + count * passages
            connection.commit()
        print(f"{kind}: {passage:,} passages so far", flush=True)


def _vectors(connection: psycopg.Connection, model: str, kind: str, first: int, count: int) -> None:
    """Rows of Postgres' binary COPY; a halfvec is its dimensions, nothing, and its numbers (pgvector, halfvec_send)."""
    halves = meanings(count).astype(">f2")
    name, sort = model.encode(), kind.encode()
    middle = struct.pack(f">i{len(name)}si{len(sort)}s", len(name), name, len(sort), sort)
    head = struct.pack(">ihh", 4 + 2 * DIMENSIONS, DIMENSIONS, 0)
    with connection.cursor().copy(LOAD["embeddings"]) as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0))
        for number in range(count):
            copy.write(struct.pack(">hiq", 4, 8, first + number) + middle + head + halves[number].tobytes())
        copy.write(struct.pack(">h", -1))


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def asked() -> Iterator[Asking]:
    """What people might report: a title and sixty words."""
    for _ in range(QUERIES):
        yield Asking(" ".join(words(8)), " ".join(words(60)))


def quickness() -> dict[str, dict[str, float]]:
    """Milliseconds of each kind of search, the embedding of what is asked included."""

    def tickets(asking: Asking) -> None:
        similar(asking, Scope())

    def passages(asking: Asking) -> None:
        search(asking.text, Scope(), kinds=("document", "ticket"))

    return {"tickets": _spread(tickets), "passages": _spread(passages)}


def _spread(work: Callable[[Asking], None]) -> dict[str, float]:
    """Milliseconds of a search once it is warm."""
    for asking in list(asked())[:20]:
        work(asking)
    took = sorted(timed(partial(work, asking)) * 1000 for asking in asked())
    return {"p50_ms": round(took[QUERIES // 2], 1), "p95_ms": round(took[QUERIES * 95 // 100], 1)}


def recall(model: str) -> float:
    """Of the ten nearest passages, the share that the index finds (its likeness reaches the tenth best)."""
    exact = text("""
        select 1 - (vector::halfvec(384) <=> cast(:vector as halfvec)) as likeness from embeddings
        where model = :model and kind = :kind order by likeness desc limit 10
    """)
    found = wanted = 0
    for vector in meanings(QUERIES // 4):
        for kind in KINDS:
            with transaction() as session:
                near = Meaning(model, [vector.tolist()]).nearest(session, 0, kind, Scope())[:10]
            with transaction() as session:
                session.execute(text("set local enable_indexscan = off"))
                session.execute(text("set local statement_timeout = 0"))
                values = {"vector": str(vector.tolist()), "model": model, "kind": kind}
                best = session.scalars(exact, values).all()
            found += sum(one.likeness >= best[-1] - 1e-6 for one in near)
            wanted += len(best)
    return found / wanted


def measure(database: str) -> dict[str, object]:
    """Fill an empty database, make its indexes, search."""
    model = embedder()
    assert model is not None
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        connection.execute("drop index ix_passages_search; drop index ix_passages_search_tickets")
        connection.execute(
            "insert into sources (kind, location, name, link, commit, state, note, seen, total, outcome, problems,"
            " created_at) values ('docs', 'x', '', '', '', 'ready', '', 0, 0, '{}', '{}', now())"
        )
        connection.execute(
            "insert into embedding_models (name, dimensions, ready, created_at) values (%s, %s, true, now())",
            (model.name, DIMENSIONS),
        )
        figures: dict[str, object] = {"load_s": round(timed(lambda: load(connection, model.name)))}
        connection.execute("set statement_timeout = 0; set maintenance_work_mem = '1GB'")
        gin = "create index {} on passages using gin (search) with (fastupdate = off) {}"
        made = timed(lambda: connection.execute(gin.format("ix_passages_search", "")))
        made += timed(lambda: connection.execute(gin.format("ix_passages_search_tickets", "where kind = 'ticket'")))
        figures["words_index_s"] = round(made)
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze")
    figures["meanings_index_s"] = round(timed(lambda: make_indexes(model.name, DIMENSIONS)))
    names = {
        "passages": "passages",
        "embeddings": "embeddings",
        "words_index": "ix_passages_search",
        **{f"meanings_index_{kind}": index_name(model.name, kind) for kind in KINDS},
    }
    with engine().connect() as connection:
        size = text("select pg_total_relation_size(cast(:name as regclass)) / 1e6")
        figures["megabytes"] = {key: round(connection.scalar(size, {"name": name})) for key, name in names.items()}
    return figures | {"quick": quickness(), "recall@10": round(recall(model.name), 4)}


def main() -> None:
    """Measure on an embedded Postgres."""
    with tempfile.TemporaryDirectory() as folder, services(Path(folder)) as running:
        os.environ |= {"DATABASE_URL": running.database_url, "INKLING_EMBEDDER": needs_embedder()}
        command.upgrade(config(), "head")
        figures = measure(running.database_url)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
