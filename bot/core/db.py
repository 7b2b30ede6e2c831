"""The database engine and the one edge where a transaction begins and ends; no queries here."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from bot.core.errors import ConfigurationError
from bot.core.settings import settings

_TIMEOUTS = "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"


@lru_cache
def engine() -> Engine:
    """The engine of this process; made after a fork, never before one."""
    if not settings().database_url:
        raise ConfigurationError(
            "DATABASE_URL is not set. Point it at a Postgres with pgvector, or run `make demo` for an embedded one."
        )
    # Connections are kept, not closed after a rush: opening one takes longer than most requests.
    # What people wrote must not stand in an error, which goes to the log and the story.
    return create_engine(
        settings().database,
        pool_pre_ping=True,
        pool_size=20,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"options": _TIMEOUTS},
    )


@contextmanager
def transaction() -> Iterator[Session]:
    """One request's or task's transaction: kept when the block ends, undone when it raises."""
    with Session(engine(), expire_on_commit=False) as session, session.begin():
        yield session
