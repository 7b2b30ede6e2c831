"""A small house for Slack tests: the stand-in, our web edge in front of a real database, and a worker one can step."""

import json
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from sqlalchemy import select, update

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import InboxItem, OutboxItem, Report
from bot.core.outbox import topics
from bot.slack import http
from bot.slack.manifest import manifest
from deploy.sandbox.slack.config import Config
from deploy.sandbox.slack.server import Running
from workers.base import Handler, perform
from workers.inquiries import answer
from workers.intake import files, handle, pointed
from workers.notify import agent, announce, hint, home, open_thread, questions, status, tell, told, whisper

Json = dict[str, Any]
HANDLERS: dict[str, Handler] = {
    topics.INTAKE: handle,
    topics.POINTED: pointed.handle,
    topics.STATUS: status.handle,
    topics.QUESTIONS: questions.handle,
    topics.ANNOUNCE: announce.handle,
    topics.OPEN_THREAD: open_thread.handle,
    topics.HINT: hint.handle,
    topics.TELL: tell.handle,
    topics.WHISPER: whisper.handle,
    topics.TOLD: told.handle,
    topics.SUGGEST: agent.suggest,
    topics.HOME: home.handle,
    topics.INQUIRY: answer.handle,
    topics.FILES: files.handle,
}
CUSTOMERS, NORTH, LEAD = "C0CUSTOMERS", "U0CSMNORTH", "U0SUPPORT1"


class House:
    """`control` and `look` are the stand-in's hands and eyes; `work` does what the outbox promises."""

    def __init__(self, sandbox: Running) -> None:
        self.sandbox = sandbox
        self.base = sandbox.config.base_url

    def control(self, name: str, /, **args: Any) -> Json:
        request = urllib.request.Request(f"{self.base}/_control/{name}", json.dumps(args).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=20) as answer:
            return dict(json.load(answer))

    def look(self, name: str, **query: str) -> Json:
        with urllib.request.urlopen(f"{self.base}/_control/{name}?{urllib.parse.urlencode(query)}") as answer:
            return dict(json.load(answer))

    def delivered(self) -> None:
        """Wait until every event has reached us."""
        deadline = time.monotonic() + 15
        while self.look("state")["pending"]:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def say(self, text: str, *, user: str = "csm-north", channel: str = "customers", thread_ts: str = "") -> str:
        """A person says something; returns its ts once we have been told."""
        args = {"user": user, "channel": channel, "text": text} | ({"thread_ts": thread_ts} if thread_ts else {})
        ts = str(self.control("say", **args)["ts"])
        self.delivered()
        return ts

    def share(self, *files: Json, text: str = "", thread_ts: str = "", user: str = "csm-north") -> str:
        """A person shares files (tests.support.pictures.file) in #customers; returns the message's ts."""
        args = {"user": user, "channel": "customers", "text": text, "files": files}
        ts = str(self.control("say", **args | ({"thread_ts": thread_ts} if thread_ts else {}))["ts"])
        self.delivered()
        return ts

    def work(self, *, hurry: bool = False) -> list[str]:
        """Do what is due until nothing is; `hurry` does not wait for what was put off. Returns the outcomes."""
        outcomes: list[str] = []
        while len(outcomes) < 200:
            self.delivered()
            with transaction() as session:
                if hurry:
                    session.execute(update(OutboxItem).values(available_at=now()).where(OutboxItem.state == "pending"))
                due = select(OutboxItem.id).where(OutboxItem.state == "pending", OutboxItem.topic.in_(HANDLERS))
                items = session.scalars(due.where(OutboxItem.available_at <= now()).order_by(OutboxItem.id)).all()
            if not items:
                return outcomes
            outcomes += [perform(item, "test", HANDLERS) for item in items]
        raise AssertionError(f"no end of work: {outcomes[-5:]}")

    def messages(self, channel: str = "customers", thread_ts: str = "") -> list[Json]:
        """All messages of a channel or thread."""
        found: list[Json] = self.look("messages", channel=channel, thread_ts=thread_ts)["messages"]
        return found

    def ours(self, channel: str = "customers", thread_ts: str = "") -> list[Json]:
        """Our own messages there."""
        return [message for message in self.messages(channel, thread_ts) if message.get("bot_id")]

    def calls(self, method: str) -> list[Json]:
        """What was asked of one Web API method."""
        return [call for call in self.look("calls")["calls"] if call["method"] == method]

    def fault(self, method: str, kind: str, *, times: int = 1, seconds: float = 1) -> None:
        self.control("faults", method=method, kind=kind, times=times, seconds=seconds)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The app behind a real server on a free port; yields its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@contextmanager
def house(settings_of: Callable[..., None], *, http_edge: bool = True, **settings: str) -> Iterator[House]:
    """Start it all; the database must be there already."""
    app = FastAPI()
    app.include_router(http.router)
    with serving(app) as address:
        config = Config(events_url=f"{address}/slack/events" if http_edge else "", retry_delays=(0.0, 0.1, 0.2))
        config.install(manifest("https://inkling.example.com", by_socket=not http_edge))
        with Running(config) as sandbox:
            settings_of(
                SLACK_BOT_TOKEN=config.bot_token,
                SLACK_SIGNING_SECRET=config.signing_secret,
                SLACK_API_URL=f"{config.base_url}/api/",
                INKLING_URL="http://127.0.0.1:8000",
                **settings,
            )
            yield House(sandbox)


def inbox() -> list[InboxItem]:
    """All that was kept, oldest first."""
    with transaction() as session:
        return list(session.scalars(select(InboxItem).order_by(InboxItem.id)))


def all_reports() -> list[Report]:
    """All reports, oldest first."""
    with transaction() as session:
        return list(session.scalars(select(Report).order_by(Report.id)))
