"""The queue: what waits first, tabs with counts, pages by key, honest empty states."""

import re

import pytest

from bot.core import reports
from bot.core.db import transaction
from bot.core.models import Problem
from bot.core.tickets import life
from tests.flows import desk_world as world

pytestmark = pytest.mark.usefixtures("database")


def titles(page: str) -> list[str]:
    return re.findall(r'class="title"[^>]*>([^<]*)<', page)


def titled(title: str, priority: str, number: int) -> world.Options:
    return world.Options(ts=f"17950000{number:02}.000100", changes={"title": title, "priority": priority})


def test_what_waits_comes_by_urgency_then_age() -> None:
    """The first tab has drafts in review and held tickets, P1 before P4, older before newer."""
    for number, (title, priority) in enumerate([("d", "P4"), ("b", "P2"), ("c", "P2"), ("a", "P1")]):
        world.waiting(titled(title, priority, number))
    page = world.browser("mara", "reviewer").http.get("/").text
    assert titles(page) == ["a", "b", "c", "d"]
    assert "a main task fails, no way around it" in page
    assert "csm-north" in page
    assert "#customers" in page


def test_the_first_words_are_masked_like_everything_else() -> None:
    """A report without a title shows its first message, and nobody reads a password there."""
    with transaction() as session:
        report = world.receive(session, ts="1795000901.000100")
        first, *_ = reports.messages_of(session, report.id)
        first.text = "the login of the till fails, password: Winter-2026-Sun!"
    page = world.browser("cook", "reporter").http.get("/?tab=talking").text
    assert "the login of the till fails" in page
    assert "Winter-2026" not in page


def test_tabs_count_and_filter() -> None:
    """Each tab says how many it holds and shows only those; a report without a title shows its first words."""
    world.waiting()
    with transaction() as session:
        world.receive(session, ts="1795000900.000100")
    http = world.browser("mara", "reviewer").http
    page = http.get("/?tab=talking").text
    assert titles(page) == [world.MESSAGES[0]]
    assert re.findall(r'class="count">([\d,]+)<', page) == ["1", "1", "0", "0", "2"]
    assert len(titles(http.get("/?tab=all").text)) == 2
    assert titles(http.get("/?tab=nonsense&after=%00").text) == [world.TITLE]


def test_pages_by_key_show_everything_once() -> None:
    """Following the next page meets every ticket exactly once, in both orders."""
    for number in range(52):
        world.waiting(titled(f"t{number}", f"P{number % 4 + 1}", number))
    http = world.browser("mara", "reviewer").http
    for tab in ("waiting", "all"):
        first = http.get(f"/?tab={tab}").text
        link = re.search(r'href="([^"]*after=[^"]*)" rel="next"', first)
        assert link
        second = http.get(link[1].replace("&amp;", "&")).text
        assert len(titles(first)) == 50
        assert sorted(titles(first) + titles(second)) == sorted(f"t{number}" for number in range(52))
        assert 'rel="next"' not in second


@pytest.mark.parametrize(("rung", "mark"), [("basic", "basic model"), ("none", "quotations only"), ("model", None)])
def test_the_rung_is_marked_when_it_is_low(rung: str, mark: str | None) -> None:
    """A draft from a basic model or from quotations alone says so; the usual one says nothing."""
    world.waiting(world.Options(rung=rung))
    page = world.browser("mara", "reviewer").http.get("/").text
    assert ("unsure" in page) == (mark is not None)
    assert mark is None or mark in page


def test_problems_are_told_on_top() -> None:
    """What is broken outside and how many tickets are held stands above the queue."""
    number = world.waiting()
    with transaction() as session:
        life.hold(session, life.locked(session, number), "The list Inbox is archived.")
        session.add(Problem(key="trello", sentence="Trello refuses our token."))
    page = world.browser("mara", "reviewer").http.get("/").text
    assert "Trello refuses our token." in page
    assert "1 ticket waits for somebody to look" in page
    assert "The list Inbox is archived." in page


def test_an_empty_queue_says_so() -> None:
    """With nothing waiting there is one sentence and what comes next, and no banner."""
    page = world.browser("mara", "reviewer").http.get("/").text
    assert "Nothing waits for you." in page
    assert "New drafts will be here when they are written." in page
    assert 'class="banner' not in page
