"""The sandbox's page in a real browser: writing, threads, commands, forms, the Home, and what strangers write."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.contracts.slack_sandbox_fixtures import Recorder, Slack, actions, button, recorder, sandbox, section

CUSTOMERS = "C0CUSTOMERS"


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


FORM = {
    "type": "modal",
    "title": plain("Make a ticket"),
    "submit": plain("Make it"),
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": plain("What happened"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@pytest.fixture(scope="module")
def app() -> Iterator[Recorder]:
    with recorder() as running:
        yield running


@pytest.fixture(scope="module")
def slack(app: Recorder) -> Iterator[Slack]:
    with sandbox(events_url=app.url) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, slack: Slack) -> Iterator[Page]:
    """The page as its first person sees it; complaints of the browser fail the test."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    opened: Page = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(slack.url)
    opened.get_by_role("heading", name="# customers").wait_for()
    yield opened
    context.close()
    assert complaints == []


def test_a_conversation(page: Page, slack: Slack, app: Recorder) -> None:
    """Enter sends, others' messages appear by themselves, replies open beside, commands answer privately."""
    page.get_by_label("Message #customers").fill("the *panel* is offline")
    page.keyboard.press("Enter")
    page.locator("#messages strong", has_text="panel").wait_for()
    root = slack.see("messages", channel="customers")["messages"][0]["ts"]
    slack.client.chat_postMessage(channel=CUSTOMERS, text="On it.", thread_ts=root)
    page.get_by_role("button", name="1 reply").click()
    page.locator("#replies").get_by_text("On it.").wait_for()
    page.get_by_label("Reply", exact=True).fill("thank you")
    page.keyboard.press("Enter")
    page.locator("#replies").get_by_text("thank you").wait_for()
    app.answers.append((200, {}, "Heard.", 0))
    page.get_by_label("Message #customers").fill("/bug it broke")
    page.keyboard.press("Enter")
    page.locator(".message.private", has_text="Heard.").wait_for()
    assert app.got[-1].data["text"] == "it broke"


def test_a_shortcut_opens_a_form(page: Page, slack: Slack, app: Recorder) -> None:
    """The menu of a message has Make a ticket; a form says what is missing, keeps what was typed, and is sent."""
    slack.do("say", user="csm-north", channel="customers", text="a message with a menu")
    message = page.locator(".message", has_text="a message with a menu")
    message.hover()
    message.get_by_label("More actions").click()
    page.get_by_role("menuitem", name="Make a ticket").click()
    page.wait_for_timeout(300)
    slack.client.views_open(trigger_id=app.of("message_action")[-1].data["trigger_id"], view=FORM)
    page.get_by_role("heading", name="Make a ticket").wait_for()
    page.get_by_role("button", name="Make it").click()
    page.get_by_text("Please complete this required field.").wait_for()
    page.get_by_label("What happened").fill("It broke")
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("heading", name="Make a ticket").wait_for(state="hidden")
    values = app.of("view_submission")[-1].data["view"]["state"]["values"]
    assert values["what"]["text"]["value"] == "It broke"


def test_a_shortcut_that_works_everywhere(page: Page, app: Recorder) -> None:
    """A slash offers it beside the commands; it is used at once, and the menu of a message does not have it."""
    page.get_by_label("Message #customers").fill("something to look at")
    page.keyboard.press("Enter")
    message = page.locator(".message", has_text="something to look at")
    message.hover()
    message.get_by_label("More actions").click()
    assert page.get_by_role("menuitem", name="Make a ticket").is_visible()
    assert page.get_by_role("menuitem", name="Report something").count() == 0
    page.get_by_label("Message #customers").fill("/")
    page.get_by_role("button", name="/bug").wait_for()
    page.get_by_role("button", name="Report something").click()
    page.get_by_role("button", name="/bug").wait_for(state="hidden")
    page.wait_for_timeout(300)
    assert app.of("shortcut")[-1].data["callback_id"] == "report"


def test_buttons_and_home(page: Page, slack: Slack, app: Recorder) -> None:
    """A button acts as the person chosen, and the app's Home is shown and clicked."""
    blocks = [section("Same thing?"), actions(button("same", "Yes, add me"))]
    slack.client.chat_postMessage(channel=CUSTOMERS, text="?", blocks=blocks)
    page.get_by_label("You are", exact=True).select_option(label="pm")
    page.get_by_role("button", name="Yes, add me").click()
    page.wait_for_timeout(300)
    assert app.of("block_actions")[-1].data["user"]["name"] == "pm"
    view = {"type": "home", "blocks": [section("Your reports", accessory=button("new", "New report"))]}
    slack.client.views_publish(user_id="U0PRODUCT1", view=view)
    page.get_by_role("button", name="Inkling").click()
    page.get_by_role("button", name="New report").click()
    page.wait_for_timeout(300)
    assert app.of("block_actions")[-1].data["container"]["type"] == "view"
    assert app.of("app_home_opened")[-1].event["tab"] == "home"


def test_what_people_write_stays_text(page: Page, slack: Slack) -> None:
    """Markup, scripts and odd links in messages are shown, never run."""
    hostile = "<img src=x onerror=alert(1)> <javascript:alert(1)|click> [x](javascript:alert(2))"
    slack.do("say", user="pm", channel="customers", text=hostile)
    slack.client.chat_postMessage(channel=CUSTOMERS, text="x", blocks=[{"type": "markdown", "text": hostile}])
    page.get_by_text("<img src=x onerror=alert(1)>").first.wait_for()
    assert page.locator("#messages img, #messages a[href^='javascript']").count() == 0


def test_nothing_jumps(page: Page, slack: Slack) -> None:
    """Someone reading older messages keeps their place when new ones come."""
    for n in range(30):
        slack.do("say", user="pm", channel="customers", text=f"line {n}")
    page.get_by_text("line 29").wait_for()
    page.locator("#messages").evaluate("box => { box.scrollTop = 0; }")
    slack.do("say", user="pm", channel="customers", text="one more")
    page.get_by_text("one more").wait_for(state="attached")
    assert page.locator("#messages").evaluate("box => box.scrollTop") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(browser: Any, slack: Slack, scheme: str) -> None:
    """axe finds nothing at desk and phone width, light and dark, and the page never scrolls sideways."""
    for width in (1280, 360):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        opened = context.new_page()
        opened.goto(slack.url)
        opened.locator(".message").first.wait_for()
        found = Axe().run(opened, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, found.generate_report()
        assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.close()
