"""The page at / with its own files, permalinks into it, and the guard that keeps the sandbox on this machine."""

from pathlib import Path
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from .sandbox import Sandbox

STATIC = Path(__file__).parent / "static"
LOCAL = ("127.0.0.1", "localhost", "::1")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class _LoopbackOnly:
    """Refuses whoever is not on this machine, and pages of other sites that this machine's browser has open."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _local(Request(scope)):
            refusal = PlainTextResponse("This sandbox answers only the machine it runs on.", 403)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _local(request: Request) -> bool:
    near = request.client is None or request.client.host in (*LOCAL, "testclient")
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    origin = request.headers.get("origin")
    return near and host in (*LOCAL, "testserver") and (origin is None or urlsplit(origin).hostname in LOCAL)


LOOPBACK = Middleware(_LoopbackOnly)


def routes(_: Sandbox) -> list[Route | Mount]:
    """/, /static/... and /archives/<channel>/<p-ts>, which opens the page at a message."""

    def index(_: Request) -> Response:
        return FileResponse(STATIC / "page.html", headers=HEADERS)

    return [
        Route("/", index),
        Route("/archives/{channel}", index),
        Route("/archives/{channel}/{message}", index),
        Mount("/static", _Files(directory=STATIC)),
    ]


class _Files(StaticFiles):
    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        response.headers.update(HEADERS)
        return response
