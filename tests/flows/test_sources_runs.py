"""Runs over a source: visible, one at a time, begun again after any end, promised once a day, started by a command."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot.core.clock import now
from bot.core.db import engine, transaction
from bot.core.errors import Conflict
from bot.core.models import Document, OutboxItem, Source
from tests.flows.chain_world import rows
from tests.flows.test_sources import source, written
from workers import schedule
from workers.base import Job
from workers.cli.ingest import command
from workers.retrieval.sources import add_source, handle, refresh, run


def promised(topic: str) -> list[OutboxItem]:
    with transaction() as session:
        return list(session.scalars(select(OutboxItem).where(OutboxItem.topic == topic)))


def test_progress_and_batches(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was taken in is written batch by batch, with how far it is; what it means is asked for from the first on."""
    monkeypatch.setattr(run, "BATCH", 3)
    written(tmp_path, **{f"a{number}": f"text {number}" for number in range(7)})
    source_id = add_source("docs", str(tmp_path))
    heard: list[tuple[int, int, int, int, int]] = []

    def say(seen: int, total: int) -> None:
        found = source()
        heard.append((seen, total, found.seen, found.total, len(rows(Document))))
        assert found.state == "running"
        assert promised("memory.embed")

    refresh(source_id, say)
    assert heard == [(3, 7, 3, 7, 3), (6, 7, 6, 7, 6), (7, 7, 7, 7, 7)]
    assert (source().seen, source().total, source().state) == (7, 7, "ready")


def test_one_at_a_time(database: str, tmp_path: Path) -> None:
    """While one process reads a source, another is told so and changes nothing; other sources go on."""
    source_id = add_source("docs", str(written(tmp_path / "one", a="a")))
    other = add_source("docs", str(written(tmp_path / "two", b="b")))

    def say(_seen: int, _total: int) -> None:
        with pytest.raises(Conflict, match="being read already"):
            refresh(source_id)
        handle(Job({"source_id": source_id}, 1))
        assert refresh(other).added == 1

    assert refresh(source_id, say).added == 1
    assert refresh(source_id).unchanged == 1


def test_an_interrupted_run(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before an error stays, a sentence says what happened, and the next run does the rest."""
    monkeypatch.setattr(run, "BATCH", 2)
    written(tmp_path, **{f"a{number}": f"text {number}" for number in range(5)})
    source_id = add_source("docs", str(tmp_path))

    def say(seen: int, _total: int) -> None:
        if seen == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh(source_id, say)
    assert source().state == "failed"
    assert source().note == (
        "Reading it was interrupted (KeyboardInterrupt). What was read by then stays; begin it again."
    )
    assert str(refresh(source_id)) == "1 added, 0 changed, 4 unchanged, 0 removed"
    assert (source().state, source().note) == ("ready", "")


_SLOW = """
import sys, time
from workers.retrieval.sources import refresh
refresh(int(sys.argv[1]), lambda seen, total: (print(seen, flush=True), time.sleep(60)))
"""


def test_a_killed_run(database: str, tmp_path: Path) -> None:
    """A process that is killed leaves no lock: its source is promised to be read again, and is."""
    written(tmp_path, a="a", b="b")
    source_id = add_source("docs", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", _SLOW, str(source_id)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "2\n"
        with pytest.raises(Conflict):
            refresh(source_id)
        process.send_signal(signal.SIGKILL)
    assert source().state == "running"
    with transaction() as session:
        schedule.refresh_old(session)
    assert promised("memory.ingest") == []
    with transaction() as session:
        session.get_one(Source, source_id).started_at = now() - schedule.STALLED_AFTER - timedelta(seconds=1)
        schedule.refresh_old(session)
    (item,) = promised("memory.ingest")
    begun = time.monotonic()
    while source().state == "running" and time.monotonic() - begun < 10:
        handle(Job(item.payload, 1))
    assert (source().state, source().outcome["unchanged"]) == ("ready", 2)


def test_old_sources_are_looked_at_again(database: str, tmp_path: Path) -> None:
    """Once a day every source is promised to be read, once at a time, whatever its state; tickets have no place."""
    source_id = add_source("docs", str(written(tmp_path, a="a")))
    with transaction() as session:
        session.add(Source(kind="tickets", location="own", created_at=now() - timedelta(days=9)))
        schedule.refresh_old(session)
    assert promised("memory.ingest") == []
    with transaction() as session:
        session.get_one(Source, source_id).started_at = now() - timedelta(hours=25)
        schedule.refresh_old(session)
        schedule.refresh_old(session)
    (item,) = promised("memory.ingest")
    assert item.payload == {"source_id": source_id}
    assert schedule.refresh_old in [work for _, work in schedule.TIMETABLE]
    handle(Job({"source_id": source_id + 1_000}, 1))


def test_no_transaction_waits_for_a_slow_file(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a file is read no transaction is open: Postgres would end one that waits for a minute."""
    written(tmp_path, a="a", b="b")
    source_id = add_source("docs", str(tmp_path))
    real, open_ones = run._Run._made, []

    def made(self: run._Run, *args: object) -> object:
        with engine().connect() as connection:
            query = "select count(*) from pg_stat_activity where state = 'idle in transaction'"
            open_ones.append(connection.exec_driver_sql(query).scalar())
        return real(self, *args)  # type: ignore[arg-type]  # handed on as they are

    monkeypatch.setattr(run._Run, "_made", made)
    refresh(source_id)
    assert open_ones == [0, 0]


@pytest.fixture
def cli(database: str) -> Callable[..., str]:
    def invoke(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(command, list(words))
        assert result.exit_code == code, (result.output, result.exception)
        return f"{result.output}{result.exception}"

    return invoke


def test_the_command(cli: Callable[..., str], tmp_path: Path) -> None:
    """`inkling ingest` says what it did and what it could not read, and sets name, audience and link."""
    written(tmp_path, a="# A\n\na", empty="")
    said = cli("docs", str(tmp_path), "--name", "Wiki", "--audience", "C1", "--link", "https://wiki.example/{path}")
    assert "1 added, 0 changed, 0 unchanged, 0 removed" in said
    assert "empty.md: It has no text in it." in said
    found = source()
    assert (found.name, found.audience, found.link) == ("Wiki", ["C1"], "https://wiki.example/{path}")
    cli("docs", str(tmp_path))
    assert (source().name, source().audience) == ("Wiki", ["C1"])
    cli("docs", str(tmp_path), "--everyone")
    assert (source().audience, source().link) == (None, "https://wiki.example/{path}")
    assert "contradict" in cli("docs", str(tmp_path), "--everyone", "--audience", "C1", code=2)
    assert "no pattern" in cli("code", str(tmp_path), "--link", "ftp://x", code=1)
    assert "There is no code" in cli("code", str(tmp_path), code=1)
