"""Runs the sandbox on uvicorn, in front (`run`) or in a thread beside other work (`started`)."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import uvicorn

from .app import Sandbox, create_app
from .config import Config

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """Uvicorn that says when it serves."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._ready()


def _make(config: Config, port: int, ready: Callable[[str], None]) -> tuple[_Server, Sandbox, socket.socket]:
    # The protocol is named because asyncio switches Nagle's delay (40 ms a request) off only where it is.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    sandbox = create_app(replace(config, url=url))
    # h11 because its answers can be cut at a known byte; no proxy headers, since signatures need the true address.
    settings = uvicorn.Config(
        sandbox, http="h11", log_level="warning", access_log=False, proxy_headers=False, timeout_graceful_shutdown=1
    )
    return _Server(settings, lambda: ready(url)), sandbox, listener


def run(config: Config, port: int) -> None:
    """Serve until interrupted; prints the address once connections are accepted. Port 0 picks a free one."""
    server, _, listener = _make(config, port, lambda url: print(f"trello sandbox: {url}", flush=True))
    with listener:
        server.run(sockets=[listener])


@contextlib.contextmanager
def started(config: Config, port: int = 0) -> Iterator[Sandbox]:
    """Serve from a thread for the length of a `with` block; `sandbox.config.url` is the address."""
    ready = threading.Event()
    server, sandbox, listener = _make(config, port, lambda _: ready.set())
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="trello-sandbox", daemon=True)
    with listener:
        thread.start()
        while not ready.wait(0.05):
            if not thread.is_alive():
                raise RuntimeError("the Trello sandbox could not start; its log says why")
        try:
            yield sandbox
        finally:
            server.should_exit = True
            thread.join(timeout=15)
