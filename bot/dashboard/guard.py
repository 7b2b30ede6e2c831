"""What protects people at the desk from other sites: headers, the origin of forms, and safe ways back; no sessions."""

import hmac
import re
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.datastructures import FormData, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.core.errors import NotAllowed
from bot.core.settings import settings

MAX_BODY = 1024 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the headers to every answer that does not bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on (https://asgi.readthedocs.io) and watch the start of the answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


def _from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site sent this; older browsers say nothing, then the token decides."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc not in {
        request.headers.get("host"),
        urlsplit(settings().url).netloc,
    }


def refuse_elsewhere(request: Request) -> None:
    """Raise NotAllowed for what another site sent."""
    if _from_elsewhere(request):
        raise NotAllowed("This was sent from another site, so nothing was changed. Use the desk itself.")


def fields_of(data: FormData) -> dict[str, str]:
    """The text in a form."""
    # Postgres keeps no NUL characters in text.
    return {name: value.replace("\0", "") for name, value in data.items() if isinstance(value, str)}


async def _form(request: Request) -> dict[str, str]:
    refuse_elsewhere(request)
    return fields_of(await request.form(max_files=0, max_fields=64, max_part_size=MAX_BODY))


Form = Annotated[dict[str, str], Depends(_form)]


def same(given: str, expected: str) -> bool:
    """Compare secrets without telling by the time it takes how much of them fits."""
    return hmac.compare_digest(given.encode(), expected.encode())


def own_path(path: str) -> str:
    """`path` if it stays on this desk, else the queue: no other host, no scheme, nothing a browser would rewrite."""
    if re.fullmatch(r"/(?![/\\])[\x21-\x7e]*", path) and "\\" not in path and not path.startswith("/sign-"):
        return path
    return "/"
