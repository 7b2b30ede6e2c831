"""The embedded Postgres and Valkey keep their data through a crash, stop cleanly, and say plainly what is wrong."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from deploy.sandbox.services import (
    InUse,
    ServiceError,
    Services,
    drop_database,
    fresh_database,
    make_template,
    postgres,
    process,
    services,
)


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def one(url: str, query: str) -> object:
    with connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


@contextmanager
def owner(var: Path) -> Iterator[tuple["subprocess.Popen[str]", Services]]:
    """The services owned by a process of their own; yields it and the addresses it printed."""
    command = [sys.executable, "-m", "deploy.sandbox.services", "--var", str(var)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as popen:
        try:
            assert popen.stdout is not None
            lines = dict(popen.stdout.readline().strip().split("=", 1) for _ in range(2))
            yield popen, Services(lines["DATABASE_URL"], lines["REDIS_URL"])
        finally:
            popen.terminate()


def server_pids(var: Path) -> list[int]:
    return [int((var / name).read_text()) for name in ("postgres.lock", "valkey.lock")]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_gone(pids: list[int], seconds: float) -> list[int]:
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with services(tmp_path_factory.mktemp("svc"), test=True) as running:
        yield running


def test_both_answer_on_loopback_with_vector_and_unicode(running: Services) -> None:
    """Postgres has pgvector and folds accents, Valkey answers, neither sits on the port a person's own would use."""
    assert one(running.database_url, "select 1 from pg_available_extensions where name = 'vector'") == 1
    assert one(running.database_url, "select lower('ÉÄ')") == "éä"
    assert redis.Redis.from_url(running.redis_url).ping() is True
    for url in (running.database_url, running.redis_url):
        assert "@127.0.0.1:" in url
        assert ":5432/" not in url
        assert ":6379/" not in url


def test_a_password_is_needed(running: Services) -> None:
    """Neither server lets anyone in without the generated password."""
    with pytest.raises(psycopg.OperationalError, match="password"):
        connect(running.database_url.replace(":" + running.database_url.split(":")[2].split("@")[0], ":wrong"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url("redis://" + running.redis_url.split("@")[1]).ping()


def test_copies_of_a_template_are_separate(running: Services) -> None:
    """A fresh database has what the template was prepared with, and nothing of what its sister wrote."""

    def prepare(url: str) -> None:
        with connect(url) as connection:
            connection.execute("create extension vector")
            connection.execute("create table word (text text)")

    template = make_template(running, "tpl", prepare)
    first, second = (fresh_database(running, name, template) for name in ("a", "b"))
    with connect(first) as connection:
        connection.execute("insert into word values ('only here')")
    assert (one(first, "select count(*) from word"), one(second, "select count(*) from word")) == (1, 0)
    with connect(first):
        drop_database(running, "a")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connect(first)


def test_a_killed_owner_loses_nothing_and_leaves_nobody(tmp_path: Path) -> None:
    """After kill -9 of the owner the servers go by themselves, and the next owner finds rows, keys and password."""
    with owner(tmp_path) as (popen, running):
        with connect(running.database_url) as connection:
            connection.execute("create table kept (n int)")
            connection.execute("insert into kept values (7)")
        redis.Redis.from_url(running.redis_url).set("kept", "yes")
        password = (tmp_path / "password").read_text()
        time.sleep(1.2)  # Valkey writes to disk once a second
        pids = server_pids(tmp_path)
        popen.kill()
        popen.wait()
        assert wait_gone(pids, 5) == []
    with services(tmp_path) as again:
        assert one(again.database_url, "select n from kept") == 7
        assert redis.Redis.from_url(again.redis_url).get("kept") == b"yes"
    assert (tmp_path / "password").read_text() == password
    assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600


def test_killed_servers_and_a_strangers_process_id_do_not_block_the_next_start(tmp_path: Path) -> None:
    """A postmaster.pid that names a living stranger is no reason not to start."""
    with owner(tmp_path) as (popen, running):
        assert one(running.database_url, "select 1") == 1
        leftover = (tmp_path / "postgres/postmaster.pid").read_text().splitlines()
        for pid in server_pids(tmp_path):
            os.kill(pid, signal.SIGKILL)
        popen.kill()
        popen.wait()
    (tmp_path / "postgres/postmaster.pid").write_text("\n".join([str(os.getpid()), *leftover[1:]]) + "\n")
    with services(tmp_path, want=["postgres"]) as again:
        assert one(again.database_url, "select 2") == 2
        assert again.redis_url == ""


def test_a_server_that_outlived_its_owner_is_ended_first(tmp_path: Path) -> None:
    """Where no signal follows an owner's death, the next start ends the old server before touching its data."""
    lock = process.server_lock(tmp_path / "valkey.lock", signal.SIGTERM)
    left = subprocess.Popen(["sleep", "60"], pass_fds=[lock.fileno()])
    process.write_pid(lock, left.pid)
    lock.close()
    process.server_lock(tmp_path / "valkey.lock", signal.SIGTERM).close()
    assert left.wait(1) == -signal.SIGTERM


def test_a_second_owner_is_refused_by_name(tmp_path: Path) -> None:
    """Two owners of one folder cannot be: the second is told which process has it, and the first goes on."""
    with owner(tmp_path) as (popen, running):
        with pytest.raises(InUse, match=f"in use by process {popen.pid}"), services(tmp_path):
            pass
        assert one(running.database_url, "select 1") == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_is_quick_and_clean(tmp_path: Path, how: signal.Signals) -> None:
    """SIGTERM or Ctrl-C with a client connected: exit 0 within seconds, shutdowns logged, no process left."""
    with owner(tmp_path) as (popen, running), connect(running.database_url):
        pids = server_pids(tmp_path)
        started = time.monotonic()
        popen.send_signal(how)
        assert popen.wait(10) == 0
        assert time.monotonic() - started < 4
        assert wait_gone(pids, 0) == []
    assert "database system is shut down" in (tmp_path / "log/postgres.log").read_text()
    assert "ready to exit" in (tmp_path / "log/valkey.log").read_text()
    assert not (tmp_path / "postgres/postmaster.pid").exists()


def test_an_initdb_that_was_cut_short_is_begun_again(tmp_path: Path) -> None:
    """A half-made cluster from a killed first start is thrown away, and the person hears that a slow stage begins."""
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new/PG_VERSION").write_text("18\n")
    heard: list[str] = []
    with services(tmp_path, test=True, want=["postgres"], progress=heard.append) as running:
        assert one(running.database_url, "select 1") == 1
    assert ["once" in sentence for sentence in heard] == [True]


def test_a_lost_password_is_said(tmp_path: Path) -> None:
    """Data whose password file is gone gives a sentence that names the file, at once instead of after a timeout."""
    with services(tmp_path, test=True, want=["postgres"]):
        pass
    (tmp_path / "password").unlink()
    with pytest.raises(ServiceError, match="Put the old file `password` back"), services(tmp_path, want=["postgres"]):
        pass


def test_missing_package_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the wheel the person reads what to run or set."""
    monkeypatch.setattr(postgres, "find_spec", lambda _: None)
    with pytest.raises(ServiceError, match="run make setup, or set DATABASE_URL"), services(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    """A path below a file is refused with the folder's name, not with a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError, match="file/var cannot be used: Not a directory"), services(tmp_path / "file/var"):
        pass


def test_a_taken_port_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Someone who grabs the chosen port first costs one more try, not the start."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free, ports = process.free_port(), [taken.getsockname()[1]]
        monkeypatch.setattr(process, "free_port", lambda: ports.pop() if ports else free)
        with services(tmp_path, test=True, want=["redis"]) as running:
            assert f":{free}/" in running.redis_url
        ports.append(taken.getsockname()[1])
        with services(tmp_path, test=True, want=["postgres"]) as running:
            assert f":{free}/" in running.database_url


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("FATAL: could not write: No space left on device", "disk that holds .* is full"),
        ("FATAL:  database files are incompatible with server", "written by another version"),
        ("something new", "something new"),
    ],
)
def test_a_log_becomes_a_sentence(tmp_path: Path, words: str, sentence: str) -> None:
    """Known endings of a log are explained, unknown ones are shown."""
    with pytest.raises(ServiceError, match=sentence):
        raise process.explain("Postgres", words, tmp_path / "log/postgres.log")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for Postgres")
def test_root_without_user_namespaces_runs_postgres_as_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where unshare is not to be had, root's servers run as uid 65534 on a folder which that account may enter."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert process.account() == process.Account(uid=process.NOBODY)
    var = Path(tempfile.mkdtemp())
    var.chmod(0o755)
    try:
        if all(folder.stat().st_mode & 0o001 for folder in postgres.binary("postgres").parents):
            with services(var, test=True) as running:
                assert one(running.database_url, "select 1") == 1
                assert [Path(f"/proc/{pid}").stat().st_uid for pid in server_pids(var)] == [process.NOBODY] * 2
        else:
            with pytest.raises(ServiceError, match="Run as a normal user"), services(var, test=True):
                pass
    finally:
        shutil.rmtree(var)
