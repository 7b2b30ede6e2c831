"""Every way to begin a report without a mention, by hand on the Slack page: menu, reaction, command and slash."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from deploy.sandbox.services import Services
from tests.support.browser import SlackPage
from tests.support.stack import Stack, stack_on

# Slack's stand-in tells the page once a second, and the machine may be busy.
SOON = 20_000


@pytest.fixture
def stack(servers: Services, database: str, redis_url: str) -> Iterator[Stack]:
    """Everything as `make demo` starts it without a model, installed with the manifest of the docs."""
    with stack_on(servers, database) as running:
        running.start()
        yield running


def followed(slack: SlackPage, message: Locator) -> None:
    """Inkling answers in the message's thread."""
    message.get_by_role("button", name="1 reply").click(timeout=SOON)
    expect(slack.ours.first).to_be_visible(timeout=SOON)
    slack.page.get_by_role("button", name="Close thread").click()


def fill(slack: SlackPage, chosen: str, text: str) -> None:
    """The form has `chosen` ticked; it is sent with `text`."""
    form = slack.page.get_by_role("dialog")
    expect(form.get_by_label(chosen)).to_be_checked()
    form.get_by_role("textbox").fill(text)
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()


def test_reports_begin_with_every_gesture(stack: Stack, chromium: Browser) -> None:
    """The menu and the reaction take what is written, /bug alone and the slash open the form; each is followed."""
    slack = SlackPage(chromium.new_page(), stack.slack, "csm-north")
    slack.enter("customers")
    written = slack.say("Heron was booked twice this morning.")
    written.hover()
    written.get_by_label("More actions").click()
    slack.page.get_by_role("menuitem", name="Make a ticket").click()
    followed(slack, written)

    other = slack.say("The panel in Kestrel stays red although it is online.")
    other.hover()
    other.get_by_label("React with ticket").click()
    followed(slack, other)

    slack.page.locator("#composer textarea").fill("/bug")
    slack.page.locator("#composer textarea").press("Enter")
    fill(slack, "Something is broken", "The floor plan of Leeds shows last year's desks.")
    root = slack.page.locator("#messages .message", has_text="csm-north reports a bug:")
    followed(slack, root)

    slack.page.locator("#composer textarea").fill("/")
    slack.page.get_by_role("button", name="Report to Inkling").click()
    fill(slack, "Not sure", "The export of March is empty.")
    slack.page.get_by_role("button", name="Inkling", exact=False).last.click()
    slack.page.get_by_role("button", name="Messages", exact=True).click()
    root = slack.page.locator("#messages .message", has_text="The export of March is empty.")
    followed(slack, root)
