"""The one owner of the embedded services: the folder, its password, the servers' lives; no server's details."""

import secrets
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.sandbox.services import postgres, valkey
from deploy.sandbox.services.process import Account, Progress, ServiceError, account, own_folder


@dataclass(frozen=True)
class Services:
    """Addresses of what was started; empty for what was not wanted.

    `database_url` is for SQLAlchemy ("postgresql+psycopg://..."), `redis_url` for redis-py and Celery ("redis://...").
    """

    database_url: str = ""
    redis_url: str = ""


def quiet(message: str) -> None:
    """Ignore progress."""


@contextmanager
def services(
    var: Path,
    *,
    test: bool = False,
    want: Collection[str] = ("postgres", "redis"),
    progress: Progress = quiet,
) -> Iterator[Services]:
    """Own Postgres and Redis on this machine while the block runs, with their data, logs and password in `var`.

    Listens on 127.0.0.1 with a password, on ports chosen anew at each start. The servers end with the block, and on
    Linux also when this process is killed. `test` trades safety of the data for speed. Start it from the main thread.
    `progress` hears a sentence before a slow stage. Raises InUse when another process owns `var`, and ServiceError
    with a sentence for a person when a service cannot be had.
    """
    if not want:
        yield Services()
        return
    var = var.resolve()
    with ExitStack() as stack:
        try:
            (var / "log").mkdir(parents=True, exist_ok=True)
            stack.enter_context(own_folder(var))
            running = start(stack, var, want, progress, test=test)
        except OSError as error:
            raise ServiceError(f"The folder {var} cannot be used: {error.strerror}.") from error
        yield running


def start(stack: ExitStack, var: Path, want: Collection[str], progress: Progress, *, test: bool) -> Services:
    """Start what is wanted; `stack` stops it again in reverse order."""
    who, secret = account(), var / "password"
    password = keep_password(secret, who)
    database_url = redis_url = ""
    if "postgres" in want:
        server, database_url = postgres.start(var, password, secret, who, progress, test=test)
        stack.callback(server.stop)
    if "redis" in want:
        server, redis_url = valkey.start(var, password, who, test=test)
        stack.callback(server.stop)
    return Services(database_url, redis_url)


def keep_password(secret: Path, who: Account) -> str:
    """The password kept in `secret` (mode 0600), made at the first start; the account that runs initdb may read it."""
    if not secret.exists():
        fresh = secret.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(24))
        fresh.rename(secret)
    who.own(secret)
    return secret.read_text()
