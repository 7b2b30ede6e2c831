"""A database for one evaluation, so that made-up reports never meet real ones; no rows of its own."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from bot.core.db import engine
from bot.core.errors import ConfigurationError
from bot.core.settings import settings
from migrations import config


@contextmanager
def own_database() -> Iterator[None]:
    """Let this process work on a fresh, migrated database beside the configured one; it is dropped at the end.

    Raises ConfigurationError when there is no server, or no right to make a database on it.
    """
    if not settings().database_url:
        raise ConfigurationError("DATABASE_URL is not set. An evaluation makes a database of its own on that server.")
    configured, name = settings().database, f"inkling_eval_{secrets.token_hex(4)}"
    server = create_engine(configured, isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(f'create database "{name}"'))
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise ConfigurationError(f"An evaluation could not make a database of its own: {reason}") from None
    settings().database_url = make_url(configured).set(database=name).render_as_string(hide_password=False)
    engine.cache_clear()
    try:
        command.upgrade(config(), "head")
        yield
    finally:
        engine().dispose()
        engine.cache_clear()
        settings().database_url = configured
        with server.connect() as connection:
            connection.execute(text(f'drop database if exists "{name}" with (force)'))
        server.dispose()
