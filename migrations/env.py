"""Runs migrations under a lock and with timeouts, so that two starts at once or a busy table end well."""

from alembic import context
from sqlalchemy import create_engine, text

from bot.core.models import Base
from bot.core.settings import settings

# Any number will do as long as nothing else of Inkling locks on it.
_LOCK = 0x1D1E00
_TIMEOUTS = "-c lock_timeout=10000 -c statement_timeout=600000 -c timezone=UTC"


def run() -> None:
    """Bring the database to the newest revision, one process at a time."""
    engine = create_engine(settings().database, connect_args={"options": _TIMEOUTS})
    with engine.connect() as connection:
        # A second start waits here for the first, longer than lock_timeout would allow.
        connection.execute(text("set lock_timeout = 0"))
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.execute(text("set lock_timeout = 10000"))
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, compare_server_default=False)
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _LOCK})
        connection.commit()
    engine.dispose()


run()
