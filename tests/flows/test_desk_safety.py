"""What protects people at the desk: forms from elsewhere, text that wants to be markup, headers, sizes, error pages."""

import re
from html.parser import HTMLParser
from unittest.mock import patch

import pytest

from bot.core import access, reports
from bot.core.db import transaction
from bot.core.learning import rules
from bot.core.learning.rules import Meaning, Origin
from bot.core.models import Problem, Report, Source, Ticket
from bot.core.tickets import life
from bot.dashboard import router
from tests.flows import desk_world as world

pytestmark = pytest.mark.usefixtures("database")
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg/onload=alert(3)>{{7*7}}</textarea></title>"
POSTS = [
    "/tickets/1/approve",
    "/tickets/1/decline",
    "/tickets/1/revise",
    "/tickets/1/again",
    "/tickets/1/join",
    "/tickets/1/leave",
    "/tickets/1/edit",
    "/tickets/1/personal",
    "/tickets/1/change/accept",
    "/tickets/1/change/refuse",
    "/sign-out",
    "/rules",
    "/rules/1/accept",
    "/knowledge/board",
    "/knowledge/upload",
    "/knowledge/1",
    "/knowledge/1/again",
    "/knowledge/1/forget",
]
OPEN = ["/sign-in", "/sign-in/{token}"]


def state(number: int) -> str:
    with transaction() as session:
        return session.get_one(Ticket, number).state


def test_the_list_of_forms_is_complete() -> None:
    """Every address that takes a form is in the lists of these tests."""
    found = {
        re.sub(r"\{verb\}", "accept", re.sub(r"\{\w+_id\}", "1", str(getattr(route, "path", ""))))
        for route in _routes(router)
        if "POST" in (getattr(route, "methods", None) or ())
    }
    assert found == {*POSTS, *OPEN}


def _routes(inside: object) -> list[object]:
    found: list[object] = []
    for route in getattr(inside, "routes", []):
        found += [route] if hasattr(route, "methods") else _routes(getattr(route, "original_router", route))
    return found


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("csrf", ["", "wrong", "ünïcode"])
def test_a_form_needs_the_token_of_its_session(path: str, csrf: str) -> None:
    """Without the session's own token nothing happens."""
    assert world.waiting() == 1
    answer = world.browser("mara", "reviewer").http.post(path, data={"csrf": csrf, "number": "1", "reason": "x"})
    assert answer.status_code == 403
    assert state(1) == "in_review"


def test_the_token_of_another_session_does_not_fit() -> None:
    """One person's token is worth nothing in another's session."""
    assert world.waiting() == 1
    mara, ola = world.browser("mara", "reviewer"), world.browser("ola", "reviewer")
    answer = mara.http.post("/tickets/1/approve", data={"csrf": ola.csrf, "number": "1"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", [*POSTS, "/sign-in"])
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
    ],
)
def test_a_form_from_another_site_is_refused(path: str, headers: dict[str, str]) -> None:
    """Even with the right token, a form that another site sent changes nothing."""
    assert world.waiting() == 1
    mara = world.browser("mara", "reviewer")
    form = {"csrf": mara.csrf, "number": "1", "reason": "x", "instruction": "x", "link": "x" * 30}
    answer = mara.http.post(path, data=form, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert state(1) == "in_review"
    assert mara.http.get("/").status_code == 200


def test_a_form_from_the_desk_itself_is_taken() -> None:
    """A browser that names its own desk as the origin gets through."""
    assert world.waiting() == 1
    mara = world.browser("mara", "reviewer")
    headers = {"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    form = {"csrf": mara.csrf, "number": "1"}
    assert mara.http.post("/tickets/1/approve", data=form, headers=headers).status_code == 303


def evil_ticket() -> int:
    """A ticket with markup in every field that Slack, a model or a person fills."""
    line = [{"text": EVIL, "marks": ["m1", "d1"]}]
    sections = dict.fromkeys(("summary", "why", "steps", "expected", "actual", "wanted", "where", "scope"), line)
    document = {"mark": "d1", "source": "document", "source_id": 1, "label": EVIL, "quote": EVIL, "url": "javascript:1"}
    message = {
        "mark": "m1",
        "source": "message",
        "source_id": 1,
        "label": EVIL,
        "quote": EVIL,
        "url": f"https://{EVIL}",
    }
    removed = [{"text": EVIL, "why": EVIL}]
    changes: dict[str, object] = {"title": EVIL, "sections": sections, "criteria": line, "open_questions": [EVIL]}
    changes |= {"assumptions": [EVIL], "priority_reason": EVIL, "evidence": [message, document], "removed": removed}
    number = world.waiting(world.Options(changes=changes))
    with transaction() as session:
        report = session.get_one(Report, 1)
        report.channel_name, report.permalink, report.thread_note = EVIL, f"javascript:{EVIL}", EVIL
        person = access.person_of_slack(session, 1, "Ucsm-north", EVIL)
        reports.add_message(session, report, person, ts="1795000999.000100", text=EVIL)
        for question in reports.questions_of(session, 1):
            question.text, question.answer, question.state = EVIL, EVIL, "answered"
        session.add(Problem(key="x", sentence=EVIL))
        source = Source(kind="docs", location=EVIL, name=EVIL, state="failed", note=EVIL, audience=[EVIL], link=EVIL)
        source.problems, source.commit = {EVIL: EVIL}, EVIL
        session.add(source)
        rules.propose(session, 1, Meaning(EVIL, "", "channel:C1"), None, [Origin(1, 1, EVIL, EVIL)])
    return number


class Elements(HTMLParser):
    """What a browser would make of a page: each element with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_harmless(page: str) -> None:
    """Only our own elements, no handlers or styles, and no address but the desk's and the web's."""
    found = Elements(page).found
    assert len(found) > 15
    for tag, attributes in found:
        assert tag not in ("img", "iframe", "style", "base", "object", "embed")
        assert tag != "script" or (attributes["src"] or "").startswith("/static/")
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc", "formaction")]
        for name in ("href", "src", "action"):
            assert re.match(r"/(?!/)|#|https?://", attributes.get(name) or "/")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/tickets/1", "/tickets/1/edit", "/tickets/1/story", "/?tab=all", "/rules"),
        *("/knowledge", "/knowledge/1", "/knowledge/1/forget"),
    ],
)
def test_markup_in_any_field_is_only_text(path: str) -> None:
    """Whatever people, Slack or a model wrote is shown as text: no tag, no handler, no foreign address."""
    assert evil_ticket() == 1
    page = world.browser(EVIL, "admin").http.get(path).text
    assert "alert(1)" in page
    assert "{{7*7}}" in page
    assert_harmless(page)


def test_a_state_banner_escapes_its_sentences() -> None:
    """The reason of a hold and of a decline are text, too, and a card's address must be one for the web."""
    number, mara = evil_ticket(), world.browser("mara", "reviewer")
    with transaction() as session:
        life.hold(session, life.locked(session, number), EVIL)
    assert_harmless(mara.http.get(f"/tickets/{number}").text)
    mara.post(f"/tickets/{number}/decline", reason=EVIL)
    assert_harmless(mara.http.get(f"/tickets/{number}").text)
    with transaction() as session:
        ticket = life.locked(session, number)
        ticket.state, ticket.card_url = "on_board", "javascript:alert(1)"
    assert_harmless(mara.http.get(f"/tickets/{number}").text)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nope", "/static/base.css"])
def test_every_answer_has_the_headers(path: str) -> None:
    """Pages, errors and files all forbid foreign code, framing and guessing."""
    headers = world.client().get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_pages_hold_no_inline_code_or_style() -> None:
    """Nothing on a page would need the policy to be weaker."""
    assert world.waiting() == 1
    http = world.browser("mara", "reviewer").http
    pages = [http.get(path).text for path in ("/", "/tickets/1", "/tickets/1/edit", "/tickets/1/story", "/rules")]
    for page in [*pages, world.client().get("/sign-in").text]:
        assert_harmless(page)
        assert "<style" not in page


def test_pages_are_kept_by_no_cache() -> None:
    """What somebody saw while signed in is not in a cache afterwards."""
    assert world.browser("mara", "reviewer").http.get("/").headers["cache-control"] == "no-store"


def test_too_much_text_is_refused() -> None:
    """A body over one megabyte is refused before it is read."""
    mara = world.browser("mara", "reviewer")
    answer = mara.http.post("/tickets/1/edit", data={"csrf": mara.csrf, "title": "x" * (2 << 20)})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("path", "status"), [("/nope", 404), ("/tickets/99", 404), ("/tickets/abc", 404), (f"/tickets/{2**70}", 404)]
)
def test_errors_are_pages_with_a_sentence(path: str, status: int) -> None:
    """An unknown address is answered in the desk's design for people, as JSON for machines."""
    http = world.browser("mara", "reviewer").http
    answer = http.get(path)
    assert answer.status_code == status
    assert "Go to the queue" in answer.text
    machine = http.get(path, headers={"accept": "*/*"})
    assert machine.json()["error"].endswith(".")


def test_a_wrong_method_is_said() -> None:
    """A method that an address does not take is refused with a sentence."""
    answer = world.client().put("/tickets/1")
    assert answer.status_code == 405
    assert "Nothing was changed" in answer.text


def test_a_broken_page_says_what_is_safe() -> None:
    """Something unforeseen shows a sentence and no trace of the program."""
    mara = world.browser("mara", "reviewer", raising=False)
    with patch("bot.core.tickets.queries.counts", side_effect=RuntimeError("secret detail")):
        answer = mara.http.get("/")
    assert answer.status_code == 500
    assert "it is safe to try again" in answer.text
    assert "secret detail" not in answer.text


def test_another_workspace_is_out_of_sight() -> None:
    """Somebody who belongs to one workspace sees no ticket of another, and cannot decide on it."""
    first = world.waiting()
    second = world.waiting(world.Options(team="T2", ts="1795000002.000100", changes={"title": "Of the other"}))
    mara = world.browser("mara", "reviewer")
    with transaction() as session:
        access.add_person(session, "mara", "reviewer").workspace_id = session.get_one(Ticket, first).workspace_id
    assert "Of the other" not in mara.http.get("/").text
    assert mara.http.get(f"/tickets/{second}").status_code == 404
    assert mara.post(f"/tickets/{second}/approve", number="1")[0] == 404
    assert state(second) == "in_review"
