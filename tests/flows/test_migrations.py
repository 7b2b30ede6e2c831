"""Migrations: they make what the models say, go back and forth, and two starts at once end well."""

import subprocess
import sys

from alembic import command
from sqlalchemy import text

from bot.core.db import engine
from migrations import config


def test_models_and_migrations_agree(database: str) -> None:
    """Alembic finds nothing to add or change after the newest revision."""
    command.check(config())


def test_down_and_up_again(database: str) -> None:
    """Every revision can be undone and done again."""
    command.downgrade(config(), "base")
    with engine().connect() as connection:
        left = connection.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars().all()
    assert left == ["alembic_version"]
    command.upgrade(config(), "head")


def test_two_starts_at_once(database: str) -> None:
    """The second waits for the first and finds nothing left to do."""
    command.downgrade(config(), "base")
    starts = [subprocess.Popen([sys.executable, "-m", "workers.cli", "migrate"]) for _ in range(2)]
    assert [start.wait(60) for start in starts] == [0, 0]
    command.check(config())
