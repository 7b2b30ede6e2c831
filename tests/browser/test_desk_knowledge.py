"""What Inkling knows, in a real browser: everybody can use it, it follows what is read, and files are handed over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from bot.core.db import transaction
from bot.core.models import Source
from tests.browser.test_desk_pages import ARABIC, everybody_can_use, open_page
from tests.flows import desk_world as world
from tests.flows import knowledge_world as known
from tests.support.browser import served
from workers.base import Job
from workers.retrieval.sources import handle

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def desk() -> Iterator[str]:
    """The desk on a free port of this machine."""
    with served(world.app()) as address:
        yield address


def change(source_id: int, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Source).where(Source.id == source_id).values(**values))


def tolerant(chromium: Browser, desk: str, path: str, *, script: bool = True) -> Page:
    """A page as an admin sees it, on which the browser may complain of answers that are refusals, or of the network."""
    page = open_page(chromium, desk, "/", role="admin", script=script).context.new_page()
    page.goto(f"{desk}{path}")
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_everybody_can_use_every_page(chromium: Browser, desk: str, width: int, dark: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """No WCAG 2.2 AA violation and nothing wider than the window, with every state, long and Arabic names."""
    page = open_page(chromium, desk, "/knowledge", width=width, dark=dark, role="admin")
    long = known.source(location=f"/srv/{'deep/' * 40}{'W' * 100}", name="W" * 120, audience=["C" + "1" * 30] * 3)
    known.source(location=f"upload:{ARABIC}.md", name=ARABIC, state="ready")
    known.every_state()
    for path in ("/knowledge", "/knowledge/add", f"/knowledge/{long}", f"/knowledge/{long}/forget"):
        page.goto(f"{desk}{path}")
        everybody_can_use(page)


def test_the_page_follows_what_is_read(chromium: Browser, desk: str) -> None:
    """Progress moves by itself, what is open stays open, focus stays, and with the end comes calm."""
    problems = {"a.pdf": "It has no text in it."}
    source_id = known.source(state="running", seen=10, total=90, problems=problems)
    page = tolerant(chromium, desk, "/knowledge")
    source = page.locator(f"#source-{source_id}")
    expect(source).to_contain_text("Being read: 10 of 90")
    source.locator("summary").click()
    change(source_id, seen=40)
    expect(source).to_contain_text("Being read: 40 of 90", timeout=10_000)
    expect(source.locator("code", has_text="a.pdf")).to_be_visible()
    expect(source.locator("summary")).to_be_focused()
    page.context.set_offline(True)
    page.wait_for_timeout(3500)
    expect(source).to_contain_text("Being read: 40 of 90")
    page.context.set_offline(False)
    change(source_id, state="ready")
    expect(source.get_by_role("button", name="Read again")).to_be_visible(timeout=10_000)
    expect(source.locator("progress")).to_have_count(0)


def test_a_file_is_handed_over(chromium: Browser, desk: str, tmp_path: Path) -> None:
    """Chosen, uploaded, read, restricted, forgotten: without any script."""
    page = tolerant(chromium, desk, "/knowledge", script=False)
    page.get_by_role("link", name="Add a source").click()
    (tmp_path / "panels.md").write_text("# Panels\n\nA panel may book.")
    page.locator("#file").set_input_files(tmp_path / "panels.md")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".source:target")).to_contain_text("waits to be read")
    handle(Job({"source_id": 1}, 1))
    page.get_by_role("link", name="Look again").click()
    expect(page.locator(".source")).to_contain_text("1 document, 1 passage")
    page.locator("a", has_text="Change").click()
    page.get_by_label("Who may use it").fill("#customers")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#audience-error")).to_contain_text("#customers is no id of a channel.")
    page.get_by_label("Who may use it").fill("C024BE91L")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".source")).to_contain_text("only C024BE91L")
    page.locator("a", has_text="Forget").click()
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator(".notice")).to_have_text("Forgotten: panels.md. Drafts keep what they quote.")
    expect(page.locator(".empty")).to_contain_text("Nothing yet.")


def test_a_file_that_is_too_large_hears_why(
    chromium: Browser, desk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real browser shows the sentence, not a broken connection."""
    monkeypatch.setattr("bot.dashboard.upload.LARGEST", 100_000)
    page = tolerant(chromium, desk, "/knowledge/add")
    (tmp_path / "big.pdf").write_bytes(b"x" * 30_000_000)
    page.locator("#file").set_input_files(tmp_path / "big.pdf")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#file-error")).to_contain_text("This file has 30 MB; 50 MB are the most.")
