"""Serving a sandbox: the ASGI app, uvicorn with its sockets, and a context manager that tests and the demo use."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from . import control, files, page, web
from .config import Config
from .sandbox import Cutter, Sandbox
from .websocket import link_class


def create_app(config: Config) -> Starlette:
    """The whole sandbox as an ASGI app; `app.state.sandbox` is its inside.

    Socket Mode and cut connections also need the protocols that `Running` gives uvicorn.
    """
    sandbox = Sandbox(config)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        sandbox.close()

    app = Starlette(
        routes=[*web.routes(sandbox), *files.routes(sandbox), *control.routes(sandbox), *page.routes(sandbox)],
        middleware=[page.LOOPBACK],
        lifespan=lifespan,
    )
    app.state.sandbox = sandbox
    return app


def _http_class(cutter: Cutter) -> type[asyncio.Protocol]:
    class Http(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in its parent
            super().connection_made(transport)
            if self.client:
                cutter.opened(self.client, transport)

    return Http


class Running:
    """A sandbox that serves: `with Running(config, port=0) as running: running.config.base_url`.

    The port is bound (0: any free one) before the app is made, so `config.base_url` is right from the start.
    """

    def __init__(self, config: Config, port: int = 0) -> None:
        self.config = config
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        config.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        app = create_app(config)
        self.sandbox: Sandbox = app.state.sandbox
        self.server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=_http_class(self.sandbox.cutter),
                ws=link_class(self.sandbox.hub),
                log_level="critical",
                access_log=False,
                timeout_graceful_shutdown=5,
            )
        )
        self._thread: threading.Thread | None = None

    def serve(self) -> None:
        """Serve in this thread until a signal comes; says on one line where, once it does."""
        announcer = threading.Thread(target=self._announce, daemon=True)
        announcer.start()
        self.server.run(sockets=[self._socket])

    def _announce(self) -> None:
        self._await_start()
        print(f"slack sandbox: {self.config.base_url}", flush=True)

    def _await_start(self) -> None:
        deadline = time.monotonic() + 15
        while not self.server.started:
            if time.monotonic() > deadline:
                raise TimeoutError("the sandbox did not start")
            time.sleep(0.01)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        self._await_start()
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.stopping.set()
        self.server.should_exit = True
        assert self._thread is not None
        self._thread.join(timeout=15)
