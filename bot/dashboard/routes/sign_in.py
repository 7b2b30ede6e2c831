"""Signing in with a link that works once, and out again; a link is used up by its button, never by being looked at."""

import re

from fastapi import APIRouter, Request, Response

from bot.core import access
from bot.core.db import transaction
from bot.core.errors import NotFound
from bot.dashboard.guard import Form, own_path
from bot.dashboard.visit import cookie_name, deciding, go, page, secure

router = APIRouter()


@router.get("/sign-in")
def ask(request: Request, next: str = "/") -> Response:
    """How to get a link; for somebody signed in, straight on to `next`."""
    with transaction() as session:
        if access.session_of(session, request.cookies.get(cookie_name(), "")):
            return go(own_path(next))
    return page("sign_in.html", next=own_path(next), problem="")


@router.post("/sign-in")
def with_pasted_link(form: Form) -> Response:
    """Take a pasted link (or its last part) to the page with the button, and keep where the person wanted to go."""
    path = own_path(form.get("next", "/"))
    found = re.search(r"([\w-]{20,})/?\s*$", form.get("link", ""), re.ASCII)
    if found is None:
        return page("sign_in.html", 422, next=path, problem="That is not a sign-in link. Paste all of it.")
    return go(f"/sign-in/{found[1]}", next=path)


@router.get("/sign-in/{token}")
def confirm(token: str, next: str = "/") -> Response:
    """One button; previews of the link change nothing."""
    with transaction() as session:
        person = access.person_of_link(session, token)
    if person is None:
        raise NotFound("This sign-in link was used already or is too old. Ask for a new one: inkling user add NAME")
    return page("confirm.html", token=token, person=person, next=own_path(next))


@router.post("/sign-in/{token}")
def sign_in(request: Request, token: str, form: Form) -> Response:
    """Use the link up; a session this browser had before ends."""
    with transaction() as session:
        cookie, _ = access.sign_in(session, token)
        if old := request.cookies.get(cookie_name()):
            access.revoke_session(session, old)
    answer = go(own_path(form.get("next", "/")))
    age = int(access.SESSION_LIFE.total_seconds())
    answer.set_cookie(cookie_name(), cookie, max_age=age, path="/", secure=secure(), httponly=True, samesite="lax")
    return answer


@router.post("/sign-out")
def sign_out(request: Request, form: Form) -> Response:
    """End this session, wherever its cookie still is."""
    with deciding(request, form) as here:
        access.revoke_session(here.session, request.cookies[cookie_name()])
    answer = go("/sign-in")
    answer.delete_cookie(cookie_name(), path="/", secure=secure(), httponly=True, samesite="lax")
    return answer
