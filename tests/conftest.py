"""What all tests share: embedded Postgres and Redis, a fresh migrated database each, and settings of one's own."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy.engine import make_url

from bot.core import db
from bot.core.settings import Settings, settings
from deploy.sandbox.services import Services, drop_database, fresh_database, make_template, services
from deploy.sandbox.services.databases import admin, execute
from migrations import config

CI = os.environ.get("CI") == "true"
# A shell that starts us in the background has Ctrl-C ignored, and what we start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
OURS = {name.upper() for name in Settings.model_fields}
_TEMPLATE = "inkling_template"
_counter = iter(range(1, 1_000_000))


def forget_settings() -> None:
    """Make this process read its settings anew."""
    settings.cache_clear()
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    db.engine.cache_clear()


@pytest.fixture(autouse=True)
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Set environment variables for one test: `settings_of(SLACK_BOT_TOKEN="xoxb-1")`; nothing leaks in or out."""
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    forget_settings()

    def change(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        forget_settings()

    yield change
    forget_settings()


def _loopback(address: Any) -> bool:
    return not isinstance(address, tuple) or address[0] in ("127.0.0.1", "localhost", "::1", "")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse any connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _loopback(address):
            raise AssertionError(f"A test tried to leave this machine: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _migrate(url: str) -> None:
    kept = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    settings.cache_clear()
    try:
        command.upgrade(config(), "head")
    finally:
        os.environ.pop("DATABASE_URL") if kept is None else os.environ.update(DATABASE_URL=kept)
        settings.cache_clear()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Postgres and Redis for the whole session, with a migrated template database."""
    with services(tmp_path_factory.mktemp("services"), test=True) as running:
        make_template(running, _TEMPLATE, _migrate)
        yield running


@pytest.fixture
def database(servers: Services, settings_of: Callable[..., None]) -> Iterator[str]:
    """A fresh, migrated database; DATABASE_URL points to it."""
    name = f"test_{next(_counter)}"
    url = fresh_database(servers, name, _TEMPLATE)
    settings_of(DATABASE_URL=url)
    yield url
    forget_settings()
    drop_database(servers, name)


@pytest.fixture
def away(servers: Services, database: str) -> Callable[[], AbstractContextManager[None]]:
    """`with away():` nobody reaches the database, new and old connections alike."""
    name = make_url(database).database or ""

    @contextmanager
    def closed() -> Iterator[None]:
        execute(servers, "alter database {} allow_connections false", name)
        with admin(servers) as connection:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
        try:
            yield
        finally:
            execute(servers, "alter database {} allow_connections true", name)

    return closed


@pytest.fixture
def redis_url(servers: Services, settings_of: Callable[..., None]) -> str:
    """An emptied Redis; REDIS_URL points to it."""
    import redis

    redis.Redis.from_url(servers.redis_url).flushall()
    settings_of(REDIS_URL=servers.redis_url)
    return servers.redis_url


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A folder for one test's files."""
    return tmp_path
