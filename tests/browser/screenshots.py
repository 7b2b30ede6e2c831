"""`python -m tests.browser.screenshots`: takes the pictures of the documentation from the running product."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, ViewportSize

from deploy.sandbox.services import services
from tests.browser.scenes import DOUBLE_BOOKING, JUDGED, SCENES, Scene
from tests.support.browser import SlackPage, chromium_running
from tests.support.http import call, eventually
from tests.support.stack import Stack, stack_on

IMAGES = Path(__file__).parents[2] / "docs" / "images"
WIDE, LOW = ViewportSize(width=1280, height=720), ViewportSize(width=1280, height=520)
PHONE, CARD = ViewportSize(width=390, height=844), ViewportSize(width=800, height=1640)
MOST = 300_000  # bytes of a picture
OWN_WORDS = "Book on the panel while it shows the orange cloud, then the same slot on the web before it reconnects."
# Most readers' machines show letters of about this width; a bare Linux picks unusually wide ones.
FONT = ":root { --sans: 'Liberation Sans', sans-serif; font-family: 'Liberation Sans', sans-serif !important; }"


def main() -> None:
    """Start everything with a scripted model, play the scenes, take the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        services(Path(folder), test=True) as servers,
        stack_on(servers, servers.database_url, ["model"]) as stack,
        chromium_running() as chromium,
    ):
        stack.start()
        stack.family.run("seed", "deploy.sandbox.demo.seed", [], stack.env)
        Photographer(stack, chromium).walk()


class Photographer:
    """Walks through the product along the life of one ticket."""

    def __init__(self, stack: Stack, chromium: Browser) -> None:
        self._stack, self._chromium = stack, chromium
        self._model = f"http://127.0.0.1:{stack.model_port}/_control"

    def walk(self) -> None:
        """All pictures."""
        for number, scene in enumerate(SCENES, 1):
            self._play(scene)
            if scene is DOUBLE_BOOKING:
                self._slack()
            self._wait_for_drafts(number, scene)
        self._desk()
        self._card()

    def _play(self, scene: Scene) -> None:
        """Tell the model what to say, then let the people talk."""
        answers = (
            ("You sort what people report", scene.triage),
            ("what is worth asking", scene.gaps),
            ("Write the ticket.", scene.draft),
            ("Judge the draft.", JUDGED),
        )
        call("POST", f"{self._model}/reset")
        turns = [{"match": match, "reply": reply, "times": None} for match, reply in answers]
        status, problem = call("POST", f"{self._model}/queue", turns)
        assert status == 200, problem
        root = None
        for user, text in scene.thread:
            ts = self._stack.say(user, scene.channel, text, root)
            root = root or ts

    def _wait_for_drafts(self, count: int, scene: Scene) -> None:
        """Wait until `count` drafts are in review; the newest has to have passed verification as its scene says."""
        eventually(lambda: len(self._stack.tickets("in_review")) == count, within=60)
        newest = self._stack.tickets("in_review")[0]
        removed = self._stack.api("GET", f"tickets/{newest['id']}")[1]["draft"]["content"]["removed"]
        assert len(removed) == scene.removed, removed

    def _page(self, size: ViewportSize = WIDE, *, dark: bool = False, state: StorageState | None = None) -> Page:
        """A fresh page with sharp letters, signed in if `state` is."""
        context = self._chromium.new_context(
            viewport=size,
            device_scale_factor=1.5,
            color_scheme="dark" if dark else "light",
            bypass_csp=True,
            storage_state=state,
        )
        return context.new_page()

    def _slack(self) -> None:
        """The thread with one question answered and two open; then all are answered."""
        slack = SlackPage(self._page(), self._stack.slack, "csm-north")
        slack.enter("customers")
        slack.open_thread(slack.page.locator("#messages .message").last)
        asked = slack.ours.nth(1)
        asked.get_by_role("button", name="It is refused").click()
        asked.get_by_text("✓ It is refused").wait_for()
        slack.page.mouse.move(0, 0)
        save(slack.page, "slack-thread")
        asked.get_by_role("button", name="Panel and web 2026.44").click()
        asked.get_by_text("✓ Panel and web 2026.44").wait_for()
        asked.get_by_role("button", name="Something else…").click()
        form = slack.page.get_by_role("dialog")
        form.get_by_role("textbox").fill(OWN_WORDS)
        form.locator("[type=submit]").click()
        asked.get_by_text(f"✓ {OWN_WORDS}").wait_for()

    def _desk(self) -> None:
        """The queue, then the draft beside its thread, with a statement and its sources lit; then it is approved."""
        page = self._page(LOW)
        page.goto(self._stack.cli("user", "add", "pm", "--role", "reviewer").strip())
        page.get_by_role("button", name="Sign in as pm").click()
        save(page, "queue")
        page.get_by_role("link", name=DOUBLE_BOOKING.draft["title"]).click()
        page.get_by_role("button", name="Approve").wait_for()
        state = page.context.storage_state()
        for name, size, dark in (("review", WIDE, False), ("review-dark", WIDE, True), ("review-phone", PHONE, False)):
            shown = self._page(size, dark=dark, state=state)
            shown.goto(page.url)
            if size is WIDE:
                shown.locator(".statement", has_text="that is, it was offline").hover()
            save(shown, name)
        page.get_by_role("button", name="Approve").click()

    def _card(self) -> None:
        """The card as the team finds it."""
        done = eventually(lambda: self._stack.tickets("on_board"), within=60)[0]
        page = self._page(CARD)
        page.goto(done["card_url"])
        save(page, "trello-card", part="dialog[open]")


def save(page: Page, name: str, part: str = "html") -> None:
    """Take the picture of a page or of a part of it."""
    page.add_style_tag(content=FONT)
    picture = page.screenshot if part == "html" else page.locator(part).screenshot
    path = IMAGES / f"{name}.png"
    size = len(picture(path=path, animations="disabled", caret="hide"))
    print(f"{path.name}: {size / 1000:.0f} kB")
    assert size < MOST, f"{path.name} is too large"


if __name__ == "__main__":
    main()
