"""The composition root of the web process: which rooms answer under which address; no work of its own."""

import argparse
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from bot import api, dashboard, health
from bot.core import log
from bot.core.settings import settings
from bot.slack import http as slack_http
from bot.slack import socket as slack_socket


@asynccontextmanager
async def _life(_: FastAPI) -> AsyncIterator[None]:
    slack_http.warm_up()
    slack_socket.start()
    yield
    slack_socket.stop()


def create_app() -> FastAPI:
    """The web application with every room in it."""
    app = FastAPI(title="Inkling", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_life)
    app.include_router(health.router)
    app.include_router(slack_http.router)
    app.include_router(api.router)
    dashboard.install(app)
    return app


class _Server(uvicorn.Server):
    """Says where it is once it serves, not before."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Inkling is at {settings().url}", flush=True)


def main() -> None:
    """Serve until told to stop; exits 1 with a sentence when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m bot.app")
    parser.add_argument("--host", default="127.0.0.1")
    host, port = parser.parse_args().host, settings().inkling_port
    log.configure()
    # asyncio switches Nagle's delay off only where the protocol is named: 40 ms an answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        sys.exit(f"Port {port} on {host} cannot be used ({error.strerror}). Set INKLING_PORT to a free one.")
    config = uvicorn.Config(
        create_app(), log_config=None, access_log=False, timeout_graceful_shutdown=10, server_header=False
    )
    _Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
