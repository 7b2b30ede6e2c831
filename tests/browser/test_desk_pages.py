"""The desk in a real browser: a statement and its source light up together, nothing overflows, everybody can use it."""

import json
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, ViewportSize, expect

from bot.core import access
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.learning import rules
from bot.core.learning.rules import Meaning, Origin
from bot.core.models import TicketLink
from bot.core.tickets import life, review
from bot.dashboard.visit import cookie_name
from tests.flows import desk_world as world
from tests.support.browser import served

pytestmark = pytest.mark.usefixtures("database")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LONG = (
    "W" * 100
    + " a title of two hundred characters is rare, but somebody will write one and it must not break"
    + "!" * 8
)
ARABIC = "لوحة الباب تؤكد الحجز دون اتصال بالشبكة 🚪📵 والفترة نفسها تباع مرتين"


@pytest.fixture
def desk() -> Iterator[str]:
    """The desk on a free port of this machine."""
    with served(world.app()) as address:
        yield address


def open_page(
    chromium: Browser,
    desk: str,
    path: str,
    *,
    width: int = 1280,
    height: int = 800,
    dark: bool = False,
    script: bool = True,
    role: str = "reviewer",
) -> Page:
    """A page as somebody signed in sees it; anything that the browser complains about fails the test."""
    size = ViewportSize(width=width, height=height)
    context = chromium.new_context(
        viewport=size, color_scheme="dark" if dark else "light", java_script_enabled=script, reduced_motion="reduce"
    )
    cookie = world.browser("mara", role).http.cookies[cookie_name()]
    context.add_cookies([{"name": cookie_name(), "value": cookie, "url": desk}])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("console", lambda said: pytest.fail(said.text) if said.type == "error" and "404" not in said.text else None)
    page.goto(f"{desk}{path}")
    return page


def everybody_can_use(page: Page) -> None:
    """No WCAG 2.2 AA violation in the two layouts there are, and nothing wider than the window, all details open."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    if page.viewport_size and page.viewport_size["width"] in (360, 1280):
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert not found, f"{page.url}: {json.dumps(found, indent=1)[:2000]}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_statement_lights_up_its_sources(chromium: Browser, desk: str) -> None:
    """Pointing at a statement lights up exactly its sources, and pointing at a source its statements."""
    page = open_page(chromium, desk, f"/tickets/{world.waiting()}")
    page.locator(".statement", has_text="The panel showed the orange cloud, that is").hover()
    assert page.locator(".entry.lit .mark").all_text_contents() == ["m3", "q1"]
    page.locator(".entry", has_text="Architecture overview").hover()
    assert page.locator(".statement.lit").count() == 1
    assert page.locator(".entry.lit .mark").all_text_contents() == ["d1"]
    page.locator("h1").hover()
    assert page.locator(".lit").count() == 0


def test_the_keyboard_does_the_same(chromium: Browser, desk: str) -> None:
    """A statement is reached by Tab, lights up its sources, and the pane moves to them while the page stays."""
    page = open_page(chromium, desk, f"/tickets/{world.waiting()}", height=360)
    statement = page.locator(".statement", has_text="The panel keeps working")
    statement.focus()
    before = page.evaluate("scrollY")
    assert page.locator(".entry.lit .mark").all_text_contents() == ["d1"]
    box = page.locator(".entry.lit").bounding_box()
    pane = page.locator(".talks").bounding_box()
    assert box
    assert pane
    assert pane["y"] <= box["y"] <= pane["y"] + pane["height"]
    assert page.evaluate("scrollY") == before
    page.keyboard.press("Tab")
    expect(page.locator("a.mark:focus")).to_have_text("d1")
    assert page.locator(".lit").count() == 2


def test_without_scripts_the_marks_are_links(chromium: Browser, desk: str) -> None:
    """With scripts off a mark leads to its source, and every verb still works."""
    number = world.waiting()
    page = open_page(chromium, desk, f"/tickets/{number}", script=False)
    page.locator("a.mark", has_text="d1").click()
    assert page.url.endswith("#d1")
    page.locator("summary", has_text="Decline").click()
    page.get_by_label("Why not?").fill("we drop offline booking")
    page.locator(".panel").get_by_role("button", name="Decline").click()
    page.wait_for_url(f"**/?done={number}")
    assert "Declined:" in page.locator(".notice").inner_text()


def test_a_whole_afternoon(chromium: Browser, desk: str) -> None:
    """From the queue: open, edit, approve with a route, and the next draft is there."""
    first = world.waiting(world.Options(ts="1795000001.000100"))
    second = world.waiting(world.Options(ts="1795000002.000100", changes={"title": "The next one"}))
    page = open_page(chromium, desk, "/")
    page.locator(".queue li").first.click(position={"x": 5, "y": 5})
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Title").fill("A title by a person")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("A title by a person")
    page.locator(".route summary").click()
    page.get_by_label("Board").fill("Product")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url(f"**/tickets/{second}?done={first}")
    expect(page.locator(".notice")).to_have_text("Approved: A title by a person")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in with a link")


def test_a_changed_form_asks_before_it_is_left(chromium: Browser, desk: str) -> None:
    """Leaving with unsaved words asks first; saving does not."""
    page = open_page(chromium, desk, f"/tickets/{world.waiting()}/edit")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("Title").fill("Unsaved")
    page.locator(".home").click(no_wait_after=True)
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    assert page.get_by_label("Title").input_value() == "Unsaved"
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("Unsaved")
    assert len(asked) == 1


def test_on_a_phone_the_thread_folds_under_the_draft(chromium: Browser, desk: str) -> None:
    """At 360 the verbs are at the foot of the screen, the thread is folded, and a mark opens it."""
    page = open_page(chromium, desk, f"/tickets/{world.waiting()}", width=360, height=740)
    box = page.locator(".verbs").bounding_box()
    assert box
    assert box["y"] + box["height"] == 740
    assert not page.locator(".thread details").evaluate("element => element.open")
    page.locator("a.mark").first.click()
    expect(page.locator("#m1")).to_be_in_viewport()


def rules_of_the_house(ticket: int) -> None:
    """A rule of each state, and a ticket that was edited and approved."""
    with transaction() as session:
        mara, team = Actor.of(access.add_person(session, "mara", "reviewer")), access.workspace_of(session, "T1").id
        for number, verbs in enumerate(([], ["accept"], ["accept", "off"], ["refuse"])):
            meaning = Meaning(f"Titles name the {number}. site first {'W' * 60}", "bug", "channel:C1")
            rule = rules.propose(session, team, meaning, None, [Origin(ticket, 1, "The panel " * 20, ARABIC)])
            assert rule
            for verb in verbs:
                rules.decide(session, rule, mara, verb)
        review.edit(session, ticket, mara, {"title": "Somebody's own"})
        review.approve(session, ticket, mara)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_everybody_can_use_every_page(chromium: Browser, desk: str, width: int, dark: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """No WCAG 2.2 AA violation and nothing wider than the window, with long, Arabic and broken things."""
    number = world.waiting()
    long = world.waiting(world.Options(rung="basic", ts="1795000001.000100", changes={"title": LONG}))
    arabic = world.waiting(world.Options(rung="none", ts="1795000002.000100", changes={"title": ARABIC}))
    world.go_on(arabic)
    with transaction() as session:
        life.hold(session, life.locked(session, long), "The list Inbox is archived. Choose another one.")
        for place, part in enumerate((long, arabic), 1):
            session.add(TicketLink(ticket_id=number, other_id=part, relation="child", position=place, part={}))
    page = open_page(chromium, desk, "/", width=width, dark=dark)
    paths = ["/", "/?tab=declined", f"/tickets/{number}", f"/tickets/{long}", f"/tickets/{arabic}", "/nope"]
    rules_of_the_house(world.waiting(world.Options(ts="1795000003.000100")))
    for path in [*paths, f"/tickets/{number}/edit", f"/tickets/{number}/story", "/rules"]:
        page.goto(f"{desk}{path}")
        everybody_can_use(page)


def test_a_change_is_decided_field_by_field(chromium: Browser, desk: str) -> None:
    """The quoted message leads into the thread, also where it is folded; what is ticked is taken over."""
    number = world.waiting()
    world.go_on(number)
    page = open_page(chromium, desk, "/", width=360, height=740)
    page.get_by_role("link", name=world.TITLE).click()
    page.get_by_role("link", name="support-lead wrote").click()
    expect(page.locator(".entry:target")).to_be_in_viewport()
    expect(page.locator(".entry:target")).to_contain_text("on the phone app")
    page.get_by_label("Title").uncheck()
    page.get_by_role("button", name="Accept the chosen").click()
    expect(page.locator(".notice")).to_have_text("Accepted: Priority, Summary, Acceptance criteria.")
    expect(page.locator("h1")).to_have_text(world.TITLE)
    expect(page.locator(".criteria")).to_contain_text("The phone app refuses to book while offline.")
    expect(page.locator(".change")).to_have_count(0)


def test_the_arabic_title_reads_from_the_right(chromium: Browser, desk: str) -> None:
    """Text keeps its own direction while the page keeps its layout."""
    number = world.waiting(world.Options(changes={"title": ARABIC}))
    page = open_page(chromium, desk, f"/tickets/{number}")
    assert page.locator("h1").evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert page.locator("main").evaluate("element => getComputedStyle(element).direction") == "ltr"


def test_print_has_the_text_and_no_buttons(chromium: Browser, desk: str) -> None:
    """On paper there is the draft with its sources, and nothing to press."""
    page = open_page(chromium, desk, f"/tickets/{world.waiting()}")
    page.emulate_media(media="print")
    assert not page.locator(".verbs").is_visible()
    assert not page.locator(".top").is_visible()
    assert page.locator("#d1").is_visible()
    assert re.search(
        r"\d+ \w+ 2026", page.locator(".entry time").first.evaluate("e => getComputedStyle(e, '::after').content")
    )
