"""What people see when something cannot be done: a sentence in the desk's design, or JSON for machines."""

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from bot.core import log
from bot.core.errors import InklingError
from bot.dashboard.visit import go, page

_log = log.get("desk")
_TITLES = {
    401: "Signed out",
    403: "Not yours to decide",
    404: "Nothing here",
    405: "Not possible here",
    409: "Somebody was faster",
    422: "That cannot be used",
}
_SENTENCES = {
    404: "There is nothing at this address. The queue has everything that waits for you.",
    405: "This address does not do that. Nothing was changed.",
}
_BROKEN = "Inkling failed on this page and logged why. Nothing was changed; it is safe to try again."


def _answer(request: Request, status: int, sentence: str) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": sentence}, status)
    parts = request.url.path.split("/")
    ticket = f"/tickets/{parts[2]}" if parts[1] == "tickets" and len(parts) > 3 and parts[2].isdigit() else ""
    return page(
        "failure.html",
        status,
        title=_TITLES.get(status, "This did not work"),
        sentence=sentence,
        ticket=ticket,
        kept=getattr(request.state, "kept", ""),
    )


def sign_in_needed(request: Request, error: Exception) -> Response:
    """Ask for a sign-in, then lead back to where the person wanted to go."""
    assert isinstance(error, InklingError)
    if request.method == "GET":
        query = f"?{request.url.query}" if request.url.query else ""
        return go("/sign-in", next=f"{request.url.path}{query}")
    return _answer(request, error.status, error.message)


def known(request: Request, error: Exception) -> Response:
    """An error that is a sentence already."""
    assert isinstance(error, InklingError)
    return _answer(request, error.status, error.message)


def http(request: Request, error: Exception) -> Response:
    """What the framework refuses: unknown addresses, wrong methods, bodies that cannot be read."""
    assert isinstance(error, HTTPException)
    return _answer(request, error.status_code, _SENTENCES.get(error.status_code, str(error.detail)))


def unusable(request: Request, error: Exception) -> Response:
    """A number in the address that is none, or is out of reach."""
    assert isinstance(error, RequestValidationError)
    return _answer(request, 404, _SENTENCES[404])


def broken(request: Request, error: Exception) -> Response:
    """Anything unforeseen; the log has the story, the person has what is safe."""
    _log.error("request failed", path=request.url.path, error=type(error).__name__)
    return _answer(request, 500, _BROKEN)
