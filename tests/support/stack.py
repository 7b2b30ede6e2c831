"""The whole product as processes with stand-ins around it, started as a stranger would; for tests of the whole."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from deploy.sandbox.demo.family import Family
from deploy.sandbox.services import Services
from deploy.sandbox.services.process import free_port
from tests.support.http import call, eventually

MANIFEST = Path(__file__).parents[2] / "docs" / "slack-manifest.json"
KEYS = {
    "bot_token": "xoxb-test-token",
    "app_token": "xapp-test-token",
    "signing": "test-signing-secret",
    "key": "0" * 31 + "k",
    "secret": "0" * 63 + "s",
    "token": "0" * 63 + "t",
}


class Stack:
    """Web, worker and relay on real services, a Slack, a Trello and maybe a model; addresses and hands to use them."""

    def __init__(self, folder: Path, database_url: str, redis_url: str) -> None:
        self.folder = folder
        self.family = Family(folder / "log")
        self.web_port, self.slack_port, self.trello_port, self.model_port = (free_port() for _ in range(4))
        self.env = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("SLACK_", "TRELLO_", "OPENAI_"))
            },
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SLACK_BOT_TOKEN": KEYS["bot_token"],
            "SLACK_SIGNING_SECRET": KEYS["signing"],
            "SLACK_API_URL": f"{self.slack}/api/",
            "TRELLO_API_KEY": KEYS["key"],
            "TRELLO_API_SECRET": KEYS["secret"],
            "TRELLO_TOKEN": KEYS["token"],
            "TRELLO_API_URL": self.trello,
            "TRELLO_BOARD": "Roomquill product",
            "TRELLO_LIST": "Inbox",
            "INKLING_PORT": str(self.web_port),
            "INKLING_SECRET_KEY": "test-secret-key",
            "INKLING_REVIEW_CHANNEL": "product-review",
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def slack(self) -> str:
        return f"http://127.0.0.1:{self.slack_port}"

    @property
    def trello(self) -> str:
        return f"http://127.0.0.1:{self.trello_port}"

    def start_outside(
        self, *, model: bool = False, socket_mode: bool = False, seed: dict[str, Any] | None = None
    ) -> None:
        """The stand-ins; with `socket_mode` Slack has no address to post events to."""
        events = [] if socket_mode else ["--events-url", f"{self.url}/slack/events"]
        state = ["--state", str(self.folder / "slack.json"), "--port", str(self.slack_port)]
        if seed:
            (self.folder / "seed.json").write_text(json.dumps(seed))
            state += ["--seed", str(self.folder / "seed.json")]
        keys = ["--bot-token", KEYS["bot_token"], "--app-token", KEYS["app_token"], "--signing-secret", KEYS["signing"]]
        installed = ["--manifest", str(MANIFEST)]
        self.family.start("slack", "deploy.sandbox.slack", [*state, *keys, *events, *installed], self.env)
        state = ["--state", str(self.folder / "trello.json"), "--port", str(self.trello_port)]
        keys = ["--key", KEYS["key"], "--secret", KEYS["secret"], "--token", KEYS["token"]]
        self.family.start("trello", "deploy.sandbox.trello", [*state, *keys], self.env)
        if model:
            port = str(self.model_port)
            self.family.start("model", "deploy.sandbox.model", ["scripted", "--port", port], self.env)
            self.env |= {"OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "OPENAI_API_KEY": "k"}
        if socket_mode:
            self.env["SLACK_APP_TOKEN"] = KEYS["app_token"]
            del self.env["SLACK_SIGNING_SECRET"]
        for address in (self.slack, self.trello):
            eventually(partial(self._up, f"{address}/_control/state"))

    def _up(self, url: str) -> bool:
        try:
            return call("GET", url)[0] == 200
        except OSError:
            return False

    def cli(self, *arguments: str) -> str:
        """Run an `inkling` command; its output."""
        return self.family.run("cli", "workers.cli", arguments, self.env)

    def start(self, *names: str) -> None:
        """Start `web`, `worker` and `beat` as the contract says, and wait until the whole is ready."""
        self.cli("migrate")
        for name in names or ("web", "worker", "beat"):
            self.family.start(name, "workers.cli", [name], self.env)
        eventually(lambda: self._up(f"{self.url}/readyz"), within=60)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """A worker of its own process, to be killed at will."""
        log = (self.folder / "log" / "worker.log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "workers.cli", "worker"],
            env=self.env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """A person says something in Slack; its ts."""
        body = {"user": user, "channel": channel, "text": text} | ({"thread_ts": thread_ts} if thread_ts else {})
        status, answer = call("POST", f"{self.slack}/_control/say", body)
        assert status == 200, answer
        return str(answer["ts"])

    def control(self, method: str, path: str, body: object = None, *, at: str = "slack") -> Any:
        """A control call to a stand-in; its answer."""
        status, answer = call(method, f"{getattr(self, at)}/_control/{path}", body)
        assert status < 300, (path, status, answer)
        return answer

    def thread(self, channel: str, ts: str) -> list[dict[str, Any]]:
        """The messages of a Slack thread."""
        answer = self.control("GET", f"messages?channel={channel}&thread_ts={ts}")
        messages: list[dict[str, Any]] = answer["messages"] if isinstance(answer, dict) else answer
        return messages

    def ours(self, channel: str, ts: str) -> list[dict[str, Any]]:
        """What Inkling wrote in a thread."""
        return [message for message in self.thread(channel, ts) if message.get("bot_id")]

    def api(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """A call to /api/v1 as a reviewer."""
        if not hasattr(self, "_token"):
            self.cli("user", "add", "pm", "--role", "reviewer")
            self._token = self.cli("user", "token", "pm").strip()
        return call(method, f"{self.url}/api/v1/{path}", body, token=self._token)

    def tickets(self, state: str = "") -> list[dict[str, Any]]:
        """Tickets by the API."""
        status, answer = self.api("GET", f"tickets?state={state}" if state else "tickets")
        assert status == 200, answer
        items: list[dict[str, Any]] = answer["items"]
        return items

    def first_ticket(self) -> dict[str, Any] | None:
        """The newest ticket, once there is one."""
        return next(iter(self.tickets()), None)

    def cards(self) -> list[dict[str, Any]]:
        """All cards that carry our marker, open or not."""
        state = self.control("GET", "state", at="trello")
        cards = state["cards"].values() if isinstance(state["cards"], dict) else state["cards"]
        return [card for card in cards if "ref: " in card.get("desc", "")]

    def until(self, ticket_id: int, *states: str, within: float = 60) -> dict[str, Any]:
        """Wait until the ticket is in one of these states; the ticket."""

        def look() -> dict[str, Any] | None:
            ticket: dict[str, Any] = self.api("GET", f"tickets/{ticket_id}")[1]
            return ticket if ticket["state"] in states else None

        return eventually(look, within=within, every=0.2)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL a process that the test started; its children end with it."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def stack_on(
    servers: Services, database_url: str, options: Sequence[str] = (), *, seed: dict[str, Any] | None = None
) -> Iterator[Stack]:
    """A stack on these services; `options`: model, socket; `seed` is Slack's. Nothing of Inkling is started yet."""
    with tempfile.TemporaryDirectory(prefix="inkling-") as folder:
        made = Stack(Path(folder), database_url, servers.redis_url)
        try:
            made.start_outside(model="model" in options, socket_mode="socket" in options, seed=seed)
            yield made
        finally:
            made.family.stop()
