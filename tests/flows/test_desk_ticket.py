"""The ticket page and its story: both sides, their marks, honesty about what was removed, and what each state says."""

import re

import pytest

from bot.core import reports
from bot.core.audit import INKLING
from bot.core.db import transaction
from bot.core.models import Report
from bot.core.tickets import life
from tests.flows import desk_world as world

pytestmark = pytest.mark.usefixtures("database")


def page_of(number: int, role: str = "reviewer", path: str = "") -> str:
    return world.browser("mara", role).http.get(f"/tickets/{number}{path}").text


def test_every_mark_of_the_draft_leads_to_its_source() -> None:
    """Each linked mark has exactly one target on the page, and the document is quoted under the thread."""
    page = page_of(world.waiting())
    links = set(re.findall(r'class="mark" href="#(\w+)"', page))
    assert links == {"m1", "m2", "m3", "q1", "d1"}
    for mark in links:
        assert len(re.findall(rf'id="{mark}"', page)) == 1
    assert "Cited from elsewhere" in page
    assert "Architecture overview" in page


def test_the_thread_is_as_it_was_said() -> None:
    """Messages with who and when, questions with their answers, unknown ones as unknown."""
    page = page_of(world.waiting())
    assert "The panel showed the orange cloud the whole time.\nA client stood in the corridor." in page
    assert "Yes, the orange cloud showed" in page
    assert "does not know" in page
    assert re.search(r'<time datetime="2026-[^"]+" title="\d+ \w+ 2026, \d\d:\d\d UTC">', page)


def test_what_was_not_verified_is_marked() -> None:
    """Assumed statements carry a mark, removed ones are a line away with the reason, and the price is told."""
    page = page_of(world.waiting())
    assert page.count(">assumed<") == 1
    assert "1 statement removed" in page
    assert "No source names more than one panel." in page
    assert "$0.0120, 4 s" in page
    assert "Version 1" in page


def test_the_check_by_the_rubric_is_shown() -> None:
    """How many criteria were judged and which failed is a line; each with its reason and its judge is a click away."""
    page = page_of(world.waiting())
    assert "Checked by 3 criteria · 1 not met" in page
    assert "<strong>Not met: scope</strong>" in page
    assert "“sold again”: nobody said sold." in page
    assert "Met: sourced (by rule)" in page
    assert "Met: faithful (by model)" in page


def test_evidence_whose_message_is_gone_stays_readable() -> None:
    """When a cited message is deleted in Slack, its quotation moves under the thread and the mark still works."""
    number = world.waiting()
    with transaction() as session:
        report = session.get_one(Report, life.reports_of(session, number)[0])
        first = reports.messages_of(session, report.id)[0]
        assert reports.change_message(session, report, ts=first.ts, text=None)
    page = page_of(number)
    assert len(re.findall(r'id="m1"', page)) == 1
    assert "<blockquote" in page.split('id="m1"')[1].split("</li>")[0]


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        (["deliver"], "Approved. On its way to the board."),
        (["deliver", "land"], "On the board."),
        (["deliver", "land", "ship"], "Shipped."),
    ],
)
def test_each_state_says_where_the_ticket_is(commands: list[str], words: str) -> None:
    """After approval the page says how far the ticket is, links the card and shows no verbs."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    assert mara.post(f"/tickets/{number}/approve", number="1")[0] == 303
    with transaction() as session:
        ticket = life.locked(session, number)
        for command in commands:
            life.move(session, ticket, command, INKLING)
        ticket.card_url = "https://trello.example/c/abc"
    page = mara.http.get(f"/tickets/{number}").text
    assert words in page
    assert ("https://trello.example/c/abc" in page) == (len(commands) > 1)
    assert 'aria-label="Decide"' not in page


def test_a_report_in_conversation_has_its_thread_and_no_draft() -> None:
    """Before there is a draft the page says what happens next."""
    with transaction() as session:
        report = world.receive(session)
        number = world.ticket_of(session, report).id
    page = page_of(number)
    assert "Not written up yet" in page
    assert "Being written." in page
    assert world.MESSAGES[1] in page


def test_a_reporter_reads_but_has_no_verbs() -> None:
    """Somebody who only reports sees the draft, not the buttons."""
    page = page_of(world.waiting(), "reporter")
    assert world.TITLE in page
    assert "<button" in page
    assert "Approve" not in page
    assert "/edit" not in page


def test_the_story_tells_everything_in_order() -> None:
    """The story has the report's events before the draft's, and a table row for each step with its price."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    mara.post(f"/tickets/{number}/edit", number="1", title="A better title")
    page = mara.http.get(f"/tickets/{number}/story").text
    told = [
        "reported this",
        "wrote in the thread",
        "asked back",
        "answered a question",
        "did not know",
        "handed in a draft",
    ]
    places = [page.index(sentence) for sentence in [*told, "edited the draft"]]
    assert places == sorted(places)
    assert f'<del dir="auto">{world.TITLE}</del><ins dir="auto">A better title</ins>' in page
    assert re.search(r"draft/v1.*m-1.*2,400.*600.*\$0\.0120.*4 s", page, re.DOTALL)
