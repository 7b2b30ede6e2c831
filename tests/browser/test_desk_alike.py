"""What looks like the ticket at hand, in a real browser: named, standing, with what shows it, readable everywhere."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.core.tickets.content import Alike
from tests.browser.test_desk_pages import everybody_can_use, open_page
from tests.flows import desk_world as world
from tests.support.browser import served

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def desk() -> Iterator[str]:
    with served(world.app()) as address:
        yield address


def alike(relation: str, **more: object) -> Alike:
    told = {
        "relation": relation,
        "ticket_id": None,
        "document_id": 1,
        "title": "Door panel books a room twice when it has no network",
        "standing": "on the board",
        "since": date(2026, 5, 3),
        "url": "",
        "why": "“the same slot is sold again” here, “books a room twice” there",
    }
    return Alike.model_validate(told | more)


def test_earlier_tickets_are_shown(chromium: Browser, desk: str, tmp_path: Path) -> None:
    """Our own leads to its page, a card to its address, what has neither is named; nothing overflows."""
    first = world.waiting(world.Options(ts="1795000001.000100"))
    found = [
        alike("same", ticket_id=first),
        alike("declined", standing="declined: offline booking goes", url="https://trello.example/c/7"),
        alike("related", standing="", since=None, title="W" * 120),
    ]
    number = world.waiting(world.Options(ts="1795000002.000100", changes={"alike": found}))
    for width in (1280, 360):
        page = open_page(chromium, desk, f"/tickets/{number}", width=width)
        shown = page.locator(".alike li")
        assert [text.split()[0] for text in shown.all_inner_texts()] == ["The", "Declined", "Related"]
        assert "on the board, May 2026; “the same slot" in shown.first.inner_text()
        links = [link.get_attribute("href") for link in shown.locator("a").all()]
        assert links == [f"/tickets/{first}", "https://trello.example/c/7"]
        everybody_can_use(page)
        page.screenshot(path=tmp_path / f"alike-{width}.png")


def test_added_and_taken_out_by_hand(chromium: Browser, desk: str, tmp_path: Path) -> None:
    """A reviewer adds a report to the ticket it repeats, reads both threads there, and takes it out again."""
    first = world.waiting(world.Options(ts="1795000001.000100"))
    number = world.waiting(
        world.Options(ts="1795000002.000100", changes={"alike": [alike("same", ticket_id=first), alike("related")]})
    )
    for width in (1280, 360):
        page = open_page(chromium, desk, f"/tickets/{number}", width=width)
        page.screenshot(path=tmp_path / f"add-{width}.png")
        page.get_by_role("button", name="Add this report to Door panel").click()
        page.wait_for_url(f"**/tickets/{first}")
        assert page.locator(".talks h2").count() >= 2
        everybody_can_use(page)
        page.screenshot(path=tmp_path / f"added-{width}.png", full_page=True)
        page.goto(f"{desk}/tickets/{number}")
        assert "Part of" in page.locator(".banner").inner_text()
        everybody_can_use(page)
        page.screenshot(path=tmp_path / f"part-{width}.png")
        page.get_by_role("button", name="Take it out again").click()
        page.wait_for_url(f"**/tickets/{number}")
        assert page.get_by_role("button", name="Approve").is_visible()
