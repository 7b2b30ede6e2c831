"""A real browser and the hands of the people in it: the Slack page as a person uses it; no tests here."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.support.http import eventually
from tests.support.needs import needs


@contextmanager
def chromium_running() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    path = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module; a machine without Chromium skips its tests, except where CI counts on them."""
    found_one = shutil.which("chromium") or Path("/usr/bin/chromium").exists()
    needs(bool(found_one), "Chromium is not installed on this machine")
    with chromium_running() as found:
        yield found


def strict(page: Page) -> Page:
    """Let an error of the page's own scripts fail the test."""
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of an application that runs in this process, on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            eventually(lambda: server.started)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


class SlackPage:
    """The Slack stand-in as the person called `name` sees it."""

    def __init__(self, page: Page, url: str, name: str) -> None:
        self.page = strict(page)
        page.goto(url)
        page.get_by_label("You are").select_option(label=name)

    @property
    def replies(self) -> Locator:
        """The messages of the open thread."""
        return self.page.locator("#replies .message")

    @property
    def ours(self) -> Locator:
        """What Inkling wrote in the open thread."""
        return self.replies.filter(has=self.page.get_by_text("APP", exact=True))

    def enter(self, channel: str) -> None:
        """Go to a channel."""
        self.page.get_by_role("button", name=f"# {channel}").click()
        expect(self.page.locator("#room-name")).to_have_text(f"# {channel}")

    def say(self, text: str) -> Locator:
        """Write in the channel; the message."""
        return self._write("#composer", "#messages", text)

    def reply(self, text: str) -> Locator:
        """Write in the open thread; the message."""
        return self._write("#reply-composer", "#replies", text)

    def open_thread(self, message: Locator) -> None:
        """Open a message's thread by its own verb."""
        message.hover()
        message.get_by_role("button", name="Reply in thread").click()
        expect(self.page.locator("#thread")).to_be_visible()

    def _write(self, box: str, log: str, text: str) -> Locator:
        area = self.page.locator(f"{box} textarea")
        area.fill(text)
        area.press("Enter")
        message = self.page.locator(f"{log} .message", has_text=text.removeprefix("@Inkling ")).last
        expect(message).to_be_visible()
        return message
