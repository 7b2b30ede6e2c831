"""One visit to a page: who is here, their transaction and how a page is answered; no route lives here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from bot.core import access
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.errors import InklingError, NotAllowed
from bot.core.models import Person
from bot.core.settings import settings
from bot.dashboard.guard import same
from bot.dashboard.pages import render


class SignInNeeded(InklingError):
    """Nobody is signed in in this browser (any more)."""

    status = 401


def secure() -> bool:
    """Whether people reach the desk over https, so that cookies can insist on it."""
    return settings().url.startswith("https://")


def cookie_name() -> str:
    """The session cookie; browsers accept `__Host-` only with Secure, for this host and for all of its paths."""
    return "__Host-inkling" if secure() else "inkling"


def page(name: str, status: int = 200, **context: object) -> Response:
    """A rendered page that no cache keeps."""
    return HTMLResponse(render(name, **context), status, headers={"Cache-Control": "no-store"})


def go(path: str, **query: object) -> Response:
    """Send the browser on after a form; `query` values that are None are left out."""
    given = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items() if value is not None)
    headers = {"Cache-Control": "no-store"}
    return RedirectResponse(f"{path}?{given}" if given else path, 303, headers=headers)


@dataclass(frozen=True)
class Visit:
    """Somebody at the desk, with the transaction their page is made in."""

    session: Session
    person: Person
    csrf: str

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return Actor.of(self.person)

    @property
    def may_decide(self) -> bool:
        """Whether the verbs are theirs."""
        return self.actor.may("reviewer")

    @property
    def may_change_knowledge(self) -> bool:
        """Whether they decide what Inkling knows."""
        return self.actor.may("admin")

    def page(self, name: str, status: int = 200, **context: object) -> Response:
        """A page for this person."""
        return page(name, status, visit=self, **context)


@contextmanager
def visit(request: Request) -> Iterator[Visit]:
    """The visit behind a request, in one transaction. Raises SignInNeeded."""
    with transaction() as session:
        known = access.session_of(session, request.cookies.get(cookie_name(), ""))
        if known is None:
            raise SignInNeeded(
                "You are signed out, so nothing was changed. Sign in, then go back: your text is still in the form."
            )
        yield Visit(session, known[1], known[0].csrf_token)


@contextmanager
def deciding(request: Request, form: dict[str, str]) -> Iterator[Visit]:
    """A visit that changes something: the form must come from a page of this very session."""
    with visit(request) as here:
        if not same(form.get("csrf", ""), here.csrf):
            raise NotAllowed("This page was older than your sign-in, so nothing was changed. Load it again.")
        yield here
