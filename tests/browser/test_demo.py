"""The main job in a real browser, through the pages alone: said in Slack, asked, reviewed at the desk, on the board."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.core import access
from bot.core.db import transaction
from deploy.sandbox.services import Services
from tests.flows import desk_world as world
from tests.support.browser import SlackPage, served, strict
from tests.support.stack import Stack, stack_on

SAID = "Heron was booked twice this morning, 10:00 to 11:00, and both bookings were confirmed."
EXPECTED = "We expect the second booking to be refused."
ENVIRONMENT = "Panel mode 2026.44, and web 2026.44 in Edge."
TITLE = "Heron is sold twice when the door panel is offline"
CRITERIA = ("A slot that is taken elsewhere is refused.", "A panel that is online behaves as before.")
# The chain works in the background; the machine may be busy.
SOON = 20_000


@pytest.fixture
def stack(servers: Services, database: str, redis_url: str) -> Iterator[Stack]:
    """Everything as `make demo` starts it without a model."""
    with stack_on(servers, database) as running:
        running.start()
        yield running


def test_from_a_mention_to_the_board(stack: Stack, chromium: Browser) -> None:
    """A person reports and answers in Slack, a PM reads, edits and approves, the card is there, and Slack says so."""
    slack = SlackPage(chromium.new_page(), stack.slack, "csm-north")
    report(slack)
    answer(slack)
    expect(slack.ours.first).to_contain_text("Written up:", timeout=SOON)

    link = stack.cli("user", "add", "pm", "--role", "reviewer").strip()
    desk = signed_in(chromium.new_page(), link)
    desk.locator(".queue .title").click()
    read(desk)
    edit(desk)
    desk.get_by_role("button", name="Approve").click()
    expect(desk.locator(".notice")).to_have_text(f"Approved: {TITLE}")

    expect(slack.ours.first).to_contain_text(f"On the board: {TITLE}.", timeout=SOON)
    with slack.page.context.expect_page() as opened:
        slack.ours.first.get_by_role("button", name="Card").click()
    see_card(opened.value)


def report(slack: SlackPage) -> None:
    """Say it, say more in its thread, mention Inkling; its one status message says what comes."""
    slack.enter("customers")
    slack.open_thread(slack.say(SAID))
    slack.reply(EXPECTED)
    slack.reply("@Inkling please write this up")
    expect(slack.ours.first).to_contain_text(re.compile("On it|quick questions"))
    expect(slack.ours).to_have_count(2, timeout=SOON)
    expect(slack.ours.first).to_contain_text("Three quick questions and this is ready.")


def answer(slack: SlackPage) -> None:
    """One answer by a click, one in own words, one not known; each question shows how it ended."""
    asked = slack.ours.nth(1)
    asked.get_by_role("button", name="It happened once").click()
    expect(asked).to_contain_text("✓ It happened once")
    about = asked.locator(".block", has_text="which app or page").locator("xpath=following-sibling::*[1]")
    about.get_by_role("button", name="Something else…").click()
    form = slack.page.get_by_role("dialog")
    expect(form).to_contain_text("Where was it")
    form.get_by_role("textbox").fill(ENVIRONMENT)
    form.locator("[type=submit]").click()
    expect(form).to_be_hidden()
    expect(asked).to_contain_text(f"✓ {ENVIRONMENT}")
    asked.get_by_role("button", name="Don't know").click()
    expect(asked).to_contain_text("✓ Not known.")
    expect(asked.get_by_role("button", name="Something else…")).to_have_count(0)


def signed_in(page: Page, link: str) -> Page:
    """The desk, after the link and its button."""
    strict(page).goto(link)
    page.get_by_role("button", name="Sign in as pm").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def read(desk: Page) -> None:
    """The draft stands beside the thread; a statement lights up its sources, by pointer and by keyboard."""
    for words in (SAID, EXPECTED, ENVIRONMENT):
        expect(desk.locator(".thread")).to_contain_text(words)
        expect(desk.locator(".draft .statement", has_text=words).first).to_be_visible()
    lights_up(desk, desk.locator(".statement", has_text=SAID).first, SAID, by="hover")
    lights_up(desk, desk.locator(".statement", has_text=ENVIRONMENT).first, ENVIRONMENT, by="focus")


def lights_up(desk: Page, statement: Locator, words: str, *, by: str) -> None:
    """Exactly the entry with these words is lit beside the statement."""
    getattr(statement, by)()
    expect(statement).to_have_class(re.compile(r"\blit\b"))
    expect(desk.locator(".entry.lit")).to_have_count(1)
    expect(desk.locator(".entry.lit")).to_contain_text(words)


def edit(desk: Page) -> None:
    """A better title, and what has to be true in the end."""
    desk.get_by_role("link", name="Edit").click()
    desk.get_by_label("Title").fill(TITLE)
    desk.get_by_label("Acceptance criteria").fill("\n".join(CRITERIA))
    desk.get_by_role("button", name="Save").click()
    expect(desk.locator("h1")).to_have_text(TITLE)


def see_card(page: Page) -> None:
    """The card as the team finds it: title, text, checklist, and links back; and its place on the board."""
    card = strict(page).get_by_role("dialog")
    expect(card.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(card).to_contain_text(SAID)
    expect(card.locator(".items li")).to_have_text(list(CRITERIA))
    expect(card.locator(".links a").first).to_have_attribute("href", re.compile(r"^http://127\.0\.0\.1:\d+/archives/"))
    card.get_by_role("button", name="Close").click()
    expect(page.get_by_label("Inbox", exact=True).locator(".card", has_text=TITLE)).to_be_visible()


def link_to(url: str) -> str:
    """A sign-in link for the PM."""
    with transaction() as session:
        return f"{url}/sign-in/{access.issue_link(session, access.add_person(session, 'pm', 'reviewer'))}"


@pytest.mark.usefixtures("database")
def test_the_desk_without_scripts(chromium: Browser) -> None:
    """With scripts off a PM signs in, reads, follows a mark to its source, approves one draft and declines another."""
    first, second = world.waiting(), world.waiting(world.Options(ts="1795000001.000100", changes={"title": "Another"}))
    with served(world.app()) as url:
        desk = signed_in(chromium.new_context(java_script_enabled=False).new_page(), link_to(url))
        desk.get_by_role("link", name=world.TITLE).click()
        desk.locator(".statement", has_text="orange cloud").get_by_role("link", name="source m3").first.click()
        assert desk.url == f"{url}/tickets/{first}#m3"
        expect(desk.locator(".entry:has(:target)")).to_contain_text("The panel showed the orange cloud")
        desk.get_by_role("button", name="Approve").click()
        assert desk.url == f"{url}/tickets/{second}?done={first}"
        desk.locator("summary", has_text="Decline").click()
        desk.get_by_label("Why not?").fill("we drop offline booking")
        desk.locator(".panel").get_by_role("button", name="Decline").click()
        expect(desk.locator(".notice")).to_have_text("Declined: Another")
