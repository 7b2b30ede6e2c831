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


def test_memory_on_filled_tables(database: str) -> None:
    """Past tickets stay where documents had no source; going back, what has no place there goes and the rest stays."""
    command.downgrade(config(), "0004")
    document = (
        "insert into documents (kind, path, title, url, content_hash, indexed_at, created_at)"
        " values (:kind, :path, :path, '', 'x', now(), now()) returning id"
    )
    passage = "insert into passages (document_id, position, heading, text) values (:id, 0, 'Oven', 'checkDate')"
    with engine().begin() as connection:
        for kind, path in (("document", "a.md"), ("ticket", "T-1")):
            made = connection.scalar(text(document), {"kind": kind, "path": path})
            connection.execute(text(passage), {"id": made})
    command.upgrade(config(), "head")
    kept = (
        "select s.kind, s.location, d.path, p.kind, p.text, p.search @@ 'date'::tsquery from passages p"
        " join documents d on d.id = p.document_id join sources s on s.id = d.source_id"
    )
    with engine().begin() as connection:
        assert [tuple(row) for row in connection.execute(text(kept))] == [
            ("tickets", "past", "T-1", "ticket", "checkDate", True)
        ]
        more = (
            "with board as (insert into sources (kind, location, name, link, commit, state, note, seen, total, outcome,"
            " problems, created_at) values (:source, 'x', '', '', '', '', '', 0, 0, '{}', '{}', now()) returning id)"
            " insert into documents (source_id, kind, path, title, url, status, content_hash, indexed_at, created_at)"
            " select id, :kind, :path, '', '', '', 'x', now(), now() from board"
        )
        for source, kind, path in (("board", "ticket", "T-1"), ("code", "code", "a.py"), ("docs", "document", "a.md")):
            connection.execute(text(more), {"source": source, "kind": kind, "path": path})
    command.downgrade(config(), "0004")
    with engine().connect() as connection:
        left = connection.execute(text("select kind, path from documents order by kind")).all()
    assert [tuple(row) for row in left] == [("document", "a.md"), ("ticket", "T-1")]
    command.upgrade(config(), "head")


def test_two_starts_at_once(database: str) -> None:
    """The second waits for the first and finds nothing left to do."""
    command.downgrade(config(), "base")
    starts = [subprocess.Popen([sys.executable, "-m", "workers.cli", "migrate"]) for _ in range(2)]
    assert [start.wait(60) for start in starts] == [0, 0]
    command.check(config())
