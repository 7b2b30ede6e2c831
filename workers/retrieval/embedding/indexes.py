"""The index for each model and kind of passage, made once there is enough to make looking at all of it slow."""

import hashlib

from sqlalchemy import Connection, text

from bot.core.db import engine

KINDS = ("ticket", "document", "code")
# From this many vectors of a kind on; fewer are looked at one by one, which is quick and exact.
WORTH_IT = 10_000
# Longer vectors cannot be indexed (pgvector, "HNSW": halfvec up to 4,000 dimensions).
MOST_DIMENSIONS = 4_000
# What a graph is built in (megabytes); one that does not fit is built several times slower.
_MEMORY, _MOST_MEMORY = 128, 2_048
# How many neighbours are weighed for each vector (pgvector's default is half); it finds more with the same effort.
_CARE = 128
_LOCK = 0x1D1E05


def index_name(model: str, kind: str) -> str:
    """What the index is called: models have names that no index may have."""
    return f"ix_embeddings_{kind}_{hashlib.sha256(model.encode()).hexdigest()[:10]}"


def make_indexes(model: str, dimensions: int) -> None:
    """Make those that are worth it and not there; searches and new vectors go on meanwhile."""
    if dimensions > MOST_DIMENSIONS:
        return
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("select pg_try_advisory_lock(:lock)"), {"lock": _LOCK}):
            # Another process is at it.
            return
        try:
            connection.execute(text("set statement_timeout = 0"))
            for kind in KINDS:
                _make(connection, model, dimensions, kind)
        finally:
            connection.execute(text("reset statement_timeout"))
            connection.execute(text("reset maintenance_work_mem"))
            connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": _LOCK})


def _make(connection: Connection, model: str, dimensions: int, kind: str) -> None:
    name = index_name(model, kind)
    valid = connection.scalar(
        text("select indisvalid from pg_index where indexrelid = to_regclass(:name)"), {"name": name}
    )
    if valid:
        return
    counted = text("select count(*) from embeddings where model = :model and kind = :kind")
    count = connection.scalar(counted, {"model": model, "kind": kind}) or 0
    if count < WORTH_IT:
        return
    if valid is False:
        # Left half-made when its process died.
        connection.execute(text(f"drop index concurrently if exists {name}"))
    needed = min(max(count * dimensions * 3 // 1_000_000, _MEMORY), _MOST_MEMORY)
    connection.execute(text(f"set maintenance_work_mem = '{needed}MB'"))
    # The colon of a name (`nomic-embed-text:v1.5`) begins no parameter.
    quoted = model.replace("'", "''").replace(":", "\\:")
    connection.execute(
        text(
            f"create index concurrently if not exists {name} on embeddings"
            f" using hnsw ((vector::halfvec({dimensions})) halfvec_cosine_ops) with (ef_construction = {_CARE})"
            f" where model = '{quoted}' and kind = '{kind}'"
        )
    )


def drop_indexes(model: str) -> None:
    """Those of a model that is not asked any more."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Waits for whoever searches with one.
        connection.execute(text("set statement_timeout = 0"))
        try:
            for kind in KINDS:
                connection.execute(text(f"drop index concurrently if exists {index_name(model, kind)}"))
        finally:
            connection.execute(text("reset statement_timeout"))
