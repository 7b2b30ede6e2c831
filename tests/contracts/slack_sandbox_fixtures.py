"""What the Slack sandbox's tests share: a running sandbox with its controls, and an app that records what it gets."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from deploy.sandbox.slack import Config, Running


@dataclass
class Slack:
    """A running sandbox: `client` is the app's side, `do` and `see` are the people's."""

    running: Running
    client: WebClient

    @property
    def config(self) -> Config:
        return self.running.config

    @property
    def url(self) -> str:
        return self.config.base_url

    def do(self, control: str, /, **args: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/_control/{control}", json=args, timeout=30)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def see(self, control: str, /, **query: str) -> dict[str, Any]:
        answer = requests.get(f"{self.url}/_control/{control}", params=query, timeout=10)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def error(self, call: Callable[..., Any], **args: Any) -> SlackApiError:
        """The SlackApiError that `call` raises."""
        try:
            call(**args)
        except SlackApiError as error:
            return error
        raise AssertionError("Slack took it")

    def settle(self) -> None:
        """Wait until every event was delivered or given up."""
        wait_for(lambda: self.see("deliveries")["pending"] == 0)


def wait_for(condition: Callable[[], Any], seconds: float = 10) -> Any:
    """The first true value of `condition`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


@contextmanager
def sandbox(**settings: Any) -> Iterator[Slack]:
    """A sandbox on a free port, stopped at the end."""
    with Running(Config(**{"retry_delays": (0.0, 0.1, 0.1), **settings})) as running:
        client = WebClient(running.config.bot_token, base_url=f"{running.config.base_url}/api/", retry_handlers=[])
        yield Slack(running, client)


@dataclass
class Got:
    """One request the app received: raw, and parsed as Slack documents it."""

    headers: dict[str, str]
    body: str

    @property
    def data(self) -> dict[str, Any]:
        if self.body.startswith("{"):
            return dict(json.loads(self.body))
        form = {key: values[0] for key, values in parse_qs(self.body, keep_blank_values=True).items()}
        return dict(json.loads(form["payload"])) if "payload" in form else form

    @property
    def event(self) -> dict[str, Any]:
        return dict(self.data.get("event", {}))


@dataclass
class Recorder:
    """An app that checks signatures, keeps what it got and answers from `answers` (status, headers, body, delay)."""

    url: str = ""
    secret: str = "sandbox-signing-secret"
    got: list[Got] = field(default_factory=list)
    forged: int = 0
    answers: list[tuple[int, dict[str, str], str, float]] = field(default_factory=list)

    def of(self, kind: str) -> list[Got]:
        """Events or interactions of one type."""
        return [got for got in self.got if kind in (got.event.get("type"), got.data.get("type"))]


@contextmanager
def recorder() -> Iterator[Recorder]:
    """A recording app on a free port."""
    record = Recorder()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {key.lower(): value for key, value in self.headers.items()}
            if not SignatureVerifier(record.secret).is_valid_request(body, headers):
                record.forged += 1
            got = Got(headers, body)
            record.got.append(got)
            challenge = got.data.get("challenge", "")
            status, extra, text, delay = record.answers.pop(0) if record.answers else (200, {}, challenge, 0)
            time.sleep(delay)
            self.send_response(status)
            for key, value in {**extra, "Content-Length": str(len(text.encode()))}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    record.url = f"http://127.0.0.1:{server.server_port}/slack/events"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield record
    finally:
        server.shutdown()
        server.server_close()


def section(text: str, **more: Any) -> dict[str, Any]:
    """A mrkdwn section."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str, text: str = "Go", **more: Any) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, **more}


def actions(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An actions block."""
    return {"type": "actions", "elements": list(elements), **more}
