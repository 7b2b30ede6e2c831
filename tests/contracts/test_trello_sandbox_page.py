"""The board page in a real browser: a person reads, moves, ticks, comments, archives, and sees what others do."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from deploy.sandbox.trello.app import Sandbox
from deploy.sandbox.trello.config import Config
from deploy.sandbox.trello.page.text import html
from deploy.sandbox.trello.server import started

CHROMIUM = Path("/usr/bin/chromium")
HEADER = {"Authorization": 'OAuth oauth_consumer_key="k", oauth_token="t"'}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(f"These tests need Chromium at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with started(Config("k", "s", "t")) as running:
        yield running


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.goto(sandbox.config.url)
    page.wait_for_selector(".card")
    yield page
    page.close()
    assert problems == []


def column(page: Page, name: str) -> Any:
    return page.locator(f'section[aria-label="{name}"]')


def test_a_person_works_on_a_card(page: Page, sandbox: Sandbox) -> None:
    """Opening, ticking, commenting and moving a card are stored as that person's actions."""
    page.get_by_label("Acting as").select_option(label="Support lead")
    page.get_by_role("link", name="Auto-release ignores panel check-in").click()
    box = page.get_by_role("dialog")
    box.get_by_label("A booking checked in on the panel is still there 16 minutes after its start.").check()
    expect(box.get_by_text("2 of 3")).to_be_visible()
    box.get_by_label("Comment", exact=True).fill("Seen **again**")
    box.get_by_role("button", name="Comment").click()
    expect(box.locator(".said .prose strong").first).to_have_text("again")
    box.get_by_label("Move to").select_option(label="Done")
    expect(box.get_by_text("moved this card from Doing to Done")).to_be_visible()
    box.get_by_role("button", name="Close").click()
    expect(column(page, "Done").get_by_text("Auto-release ignores panel check-in")).to_be_visible()
    moved = next(row for row in sandbox.store.rows("actions") if row["data"].get("text") == "Seen **again**")
    assert sandbox.store.tables["members"][moved["idMemberCreator"]]["fullName"] == "Support lead"


def test_adding_renaming_archiving_and_undoing(page: Page) -> None:
    """A new card appears, takes another name, leaves when archived, and comes back on Undo."""
    ready = column(page, "Ready")
    ready.get_by_role("button", name="Add a card").click()
    page.keyboard.type("Fresh card")
    page.keyboard.press("Enter")
    ready.get_by_role("link", name="Fresh card").click()
    box = page.get_by_role("dialog")
    box.get_by_role("button", name="Rename").click()
    box.get_by_label("Name").fill("Better name")
    page.keyboard.press("Enter")
    expect(box.get_by_role("heading", name="Better name")).to_be_visible()
    box.get_by_role("button", name="Archive").click()
    expect(ready.get_by_text("Better name")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(ready.get_by_text("Better name")).to_be_visible()


def test_dragging_moves_a_card(page: Page, sandbox: Sandbox) -> None:
    """A card dropped on another list is there, and stays there for the API."""
    card = column(page, "Ready").locator(".card", has_text="Let delegates")
    card.drag_to(column(page, "Inbox").locator("ul"), force=True)
    expect(column(page, "Inbox").get_by_text("Let delegates")).to_be_visible()
    page.wait_for_timeout(300)
    row = next(row for row in sandbox.store.rows("cards") if row["name"].startswith("Let delegates"))
    assert sandbox.store.tables["lists"][row["idList"]]["name"] == "Inbox"


def test_what_the_api_does_is_seen_within_two_seconds(page: Page, sandbox: Sandbox) -> None:
    """A card made over REST appears without a reload, and its own address opens it."""
    inbox = next(row["id"] for row in sandbox.store.rows("lists") if row["name"] == "Inbox")
    values = {"idList": inbox, "name": "From the bot", "urlSource": "https://example.test/thread"}
    card = requests.post(f"{sandbox.config.url}/1/cards", json=values, headers=HEADER, timeout=5).json()
    expect(column(page, "Inbox").get_by_text("From the bot")).to_be_visible(timeout=2500)
    page.goto(card["url"])
    expect(page.get_by_role("dialog").get_by_role("heading", name="From the bot")).to_be_visible()
    expect(page.get_by_role("link", name="https://example.test/thread")).to_have_attribute(
        "rel", re.compile("noopener")
    )


def test_what_a_person_is_writing_survives_the_news(page: Page, sandbox: Sandbox) -> None:
    """A half-written comment is still there after somebody else changed the card."""
    page.get_by_role("link", name="Auto-release ignores panel check-in").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Comment", exact=True).fill("half a thou")
    box.get_by_role("heading", name="Description").click()
    row = next(row for row in sandbox.store.rows("cards") if row["name"].startswith("Auto-release"))
    requests.put(f"{sandbox.config.url}/1/cards/{row['id']}", json={"desc": "new"}, headers=HEADER, timeout=5)
    page.wait_for_timeout(1500)
    expect(box.get_by_label("Comment", exact=True)).to_have_value("half a thou")


def test_hostile_text_stays_text(page: Page, sandbox: Sandbox) -> None:
    """Markup and scripts in names, descriptions and comments are shown, never run, and no image is fetched."""
    attack = '<img src=x onerror="document.title=1"> [x](javascript:alert(1)) ![i](http://93.184.215.14/p.png)'
    inbox = next(row["id"] for row in sandbox.store.rows("lists") if row["name"] == "Inbox")
    values = {"idList": inbox, "name": attack, "desc": attack}
    card = requests.post(f"{sandbox.config.url}/1/cards", json=values, headers=HEADER, timeout=5).json()
    url = f"{sandbox.config.url}/1/cards/{card['id']}/actions/comments"
    requests.post(url, json={"text": attack}, headers=HEADER, timeout=5).raise_for_status()
    page.goto(card["shortUrl"])
    expect(page.locator("dialog .prose").first).to_contain_text("<img src=x")
    assert page.locator("img").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.title() == "Roomquill product"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_accessible(browser: Browser, sandbox: Sandbox, scheme: Any, width: int) -> None:
    """axe finds nothing on the board and in the dialog, in either colour scheme, on a phone and a desk."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.goto(sandbox.config.url)
    page.wait_for_selector(".card")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    board = Axe().run(page, options=rules)
    assert board.violations_count == 0, board.generate_report()
    page.get_by_role("link", name="Auto-release ignores panel check-in").click()
    page.wait_for_selector("dialog[open]")
    card = Axe().run(page, options=rules)
    assert card.violations_count == 0, card.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_addresses_become_links_but_not_in_code() -> None:
    """Bare web addresses are links that leave the board; in code they stay text."""
    assert '<a href="https://example.test/a?b=1" target="_blank"' in html("See https://example.test/a?b=1.")
    assert "<a" not in html("`https://example.test`")
    assert html("[x](https://example.test)").count("<a") == 1
