"""Socket Mode's book-keeping: tickets, connections, envelopes and their acknowledgements; no frame is built here."""

import json
import secrets
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Protocol

from .answer import Answer
from .config import Config, Json

MOST_CONNECTIONS = 10
TAKES_ANSWER = ("interactive", "slash_commands")


class Link(Protocol):
    """One connected WebSocket; both calls may come from any thread."""

    def send(self, text: str) -> None:
        """Send a text message."""

    def close(self, after: float = 0) -> None:
        """Close after `after` seconds."""


@dataclass
class _Waiting:
    link: Link
    done: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None


class Hub:
    """Gives each envelope to one of the connections and waits for its acknowledgement.

    Source: https://docs.slack.dev/apis/events-api/using-socket-mode/
    """

    def __init__(self, config: Config, app_id: str) -> None:
        self.config, self.app_id = config, app_id
        self._lock = threading.Lock()
        self._tickets: set[str] = set()
        self._links: list[Link] = []
        self._waiting: dict[str, _Waiting] = {}

    @property
    def connected(self) -> int:
        """How many connections take deliveries."""
        return len(self._links)

    def new_url(self) -> str:
        """A WebSocket address good for one connection."""
        ticket = secrets.token_urlsafe(24)
        with self._lock:
            self._tickets.add(ticket)
        return f"ws{self.config.base_url.removeprefix('http')}/link?ticket={ticket}&app_id={self.app_id}"

    def admit(self, ticket: str) -> bool:
        """Use up a ticket."""
        with self._lock:
            known = ticket in self._tickets
            self._tickets.discard(ticket)
            return known

    def attach(self, link: Link) -> None:
        """Greet a new connection, or send the eleventh away."""
        debug = {"host": "sandbox", "build_number": 1, "approximate_connection_time": 3600}
        with self._lock:
            if len(self._links) >= MOST_CONNECTIONS:
                self._say_goodbye(link, "too_many_websockets")
                return
            hello = {
                "type": "hello",
                "num_connections": len(self._links) + 1,
                "connection_info": {"app_id": self.app_id},
                "debug_info": debug,
            }
            link.send(json.dumps(hello))
            self._links.append(link)

    def detach(self, link: Link) -> None:
        """Forget a lost connection; what it had not acknowledged counts as failed."""
        with self._lock:
            self._links = [other for other in self._links if other is not link]
            lost = [waiting for waiting in self._waiting.values() if waiting.link is link]
        for waiting in lost:
            waiting.done.set()

    def received(self, text: str) -> None:
        """Take an acknowledgement, `{envelope_id, payload?}`; anything else is ignored, as Slack does."""
        try:
            message = json.loads(text)
        except ValueError:
            return
        with self._lock:
            waiting = self._waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if waiting:
            payload = message.get("payload")
            waiting.answer = Answer(200, json.dumps(payload) if payload else "", via="socket")
            waiting.done.set()

    def send(self, kind: str, payload: Json, attempt: int = 0, reason: str = "") -> Answer:
        """Deliver one envelope of `kind` (events_api, interactive, slash_commands) and wait for its answer."""
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind in TAKES_ANSWER,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        started = time.monotonic()
        with self._lock:
            if not self._links:
                return Answer(0, problem="connection_failed", via="socket")
            self._links.append(self._links.pop(0))
            waiting = self._waiting[envelope_id] = _Waiting(self._links[-1])
        waiting.link.send(json.dumps(envelope))
        in_time = waiting.done.wait(self.config.answer_timeout)
        with self._lock:
            del self._waiting[envelope_id]
        answer = waiting.answer or Answer(0, problem="connection_failed" if in_time else "timeout", via="socket")
        answer.ms = round((time.monotonic() - started) * 1000)
        return answer

    def disconnect(self, reason: str = "refresh_requested") -> int:
        """Ask every client to come back on a new connection; how many were asked."""
        with self._lock:
            leaving, self._links = self._links, []
        for link in leaving:
            self._say_goodbye(link, reason)
        return len(leaving)

    def _say_goodbye(self, link: Link, reason: str) -> None:
        link.send(json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}))
        link.close(after=2)
