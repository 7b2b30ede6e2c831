"""Signing in and out: links that work once, sessions that end, ways back that stay on the desk."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from bot.core import access
from bot.core.db import transaction
from tests.flows import desk_world as world

pytestmark = pytest.mark.usefixtures("database")


def link(name: str = "mara") -> str:
    with transaction() as session:
        return access.issue_link(session, access.add_person(session, name, "reviewer"))


def test_looking_at_a_link_does_not_use_it_up() -> None:
    """Previews may open the link as often as they like; the button signs in, once."""
    token, http = link(), world.client()
    for _ in range(3):
        page = http.get(f"/sign-in/{token}").text
        assert re.search(r"Sign in as <span[^>]*>mara</span>", page)
    answer = http.post(f"/sign-in/{token}", data={"next": "/tickets/7"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets/7")
    assert http.get("/").status_code == 200
    again = world.client().post(f"/sign-in/{token}")
    assert again.status_code == 404
    assert "was used already or is too old" in again.text
    assert world.client().get(f"/sign-in/{token}").status_code == 404


@pytest.mark.parametrize(
    ("url", "cookie"),
    [
        ("https://desk.example", r"__Host-inkling=\S+; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax; Secure"),
        ("http://127.0.0.1:8000", r"inkling=\S+; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax"),
    ],
)
def test_the_cookie_is_as_strict_as_the_address_allows(url: str, cookie: str, settings_of: Callable[..., None]) -> None:
    """Over https the cookie is bound to this host and to https; it is never readable by a script."""
    settings_of(INKLING_URL=url)
    answer = world.client().post(f"/sign-in/{link()}")
    assert re.fullmatch(cookie, answer.headers["set-cookie"])


def test_signing_in_makes_a_new_session_and_ends_the_old_one() -> None:
    """A session from before the sign-in is worth nothing afterwards."""
    mara = world.browser("mara", "reviewer")
    old = mara.http.cookies["inkling"]
    mara.http.post(f"/sign-in/{link()}")
    stolen = world.client()
    stolen.cookies.set("inkling", old)
    assert stolen.get("/").status_code == 303


def test_signing_out_ends_the_session_everywhere() -> None:
    """After signing out the cookie opens nothing, wherever it still is."""
    mara = world.browser("mara", "reviewer")
    cookie = mara.http.cookies["inkling"]
    assert mara.post("/sign-out") == (303, "/sign-in")
    other = world.client()
    other.cookies.set("inkling", cookie)
    assert other.get("/").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/", "/tickets/1", "/tickets/1/story", "/tickets/1/edit", "/?tab=board"])
def test_pages_ask_for_a_sign_in_and_lead_back(path: str) -> None:
    """Every page sends somebody unknown to sign in, and knows where they wanted to go."""
    answer = world.client().get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={quote(path, safe='')}")
    page = world.client().get(answer.headers["location"]).text
    assert f'name="next" value="{path}"' in page
    assert "inkling user add NAME" in page


def test_another_link_changes_no_rights() -> None:
    """Who asks for a new link keeps their role; new people are reviewers."""
    with transaction() as session:
        assert access.add_person(session, "cook", "reporter").role == "reporter"
        assert access.add_person(session, "cook").role == "reporter"
        assert access.add_person(session, "mara").role == "reviewer"


def test_who_is_removed_is_locked_out_at_once_and_may_come_back() -> None:
    """Session, token and unused link end together; a later link opens the door again, old sessions stay shut."""
    gone, header = world.browser("mara", "reviewer"), world.token("mara", "reviewer")
    unused = link()
    with transaction() as session:
        access.remove_person(session, "mara")
    assert gone.http.get("/").status_code == 303
    assert world.client().get("/api/v1/tickets", headers=header).status_code == 401
    assert world.client().post(f"/sign-in/{unused}").status_code != 303
    assert world.browser("mara", "reviewer").http.get("/").status_code == 200
    assert gone.http.get("/").status_code == 303
    assert world.client().get("/api/v1/tickets", headers=header).status_code == 401


def test_a_pasted_link_keeps_the_way_back() -> None:
    """Pasting the whole link leads to its button; anything else is said beside the field."""
    token, http = link(), world.client()
    answer = http.post("/sign-in", data={"link": f" https://desk.example/sign-in/{token}\n", "next": "/tickets/3"})
    assert answer.headers["location"] == f"/sign-in/{token}?next=%2Ftickets%2F3"
    assert 'value="/tickets/3"' in http.get(answer.headers["location"]).text
    assert http.post("/sign-in", data={"link": "mara"}).status_code == 422


@pytest.mark.parametrize("away", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example"])
def test_no_way_back_leads_away(away: str) -> None:
    """Another host as the way back leads to the queue."""
    answer = world.client().post(f"/sign-in/{link()}", data={"next": away})
    assert answer.headers["location"] == "/"
    signed_in = world.browser("mara", "reviewer").http
    assert signed_in.get("/sign-in", params={"next": away}).headers["location"] == "/"


def test_a_form_without_a_session_says_that_the_text_is_safe() -> None:
    """A form sent after the session ended is answered with 401 and a sentence, not with a redirect."""
    answer = world.client().post("/tickets/1/decline", data={"reason": "kept"})
    assert answer.status_code == 401
    assert "nothing was changed" in answer.text
    assert "kept" in answer.text
