"""Takes what Slack has to tell the app to it, signed, by HTTP or socket, with Slack's deadline and retries."""

import collections
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from .answer import Answer
from .config import Config, Json
from .sockets import Hub

SOCKET_KINDS = {"event": "events_api", "command": "slash_commands"}
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Delivery:
    """Events go out in the background and are retried; commands and interactions are asked once, at once.

    Sources: https://docs.slack.dev/apis/events-api/ (retries) and
    https://docs.slack.dev/authentication/verifying-requests-from-slack/
    """

    def __init__(self, config: Config, hub: Hub) -> None:
        self.config, self.hub = config, hub
        self.log: collections.deque[Json] = collections.deque(maxlen=5000)
        self._pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="slack-delivery")
        self._timers: set[threading.Timer] = set()
        self._lock = threading.Lock()
        self._closed = False
        self.pending = 0

    def event(self, envelope: Json) -> None:
        """Deliver an event in the background, up to four times."""
        if not self.config.events_url and not self.hub.connected:
            self._note("event", envelope, Answer(0, problem="no_address", via="none"), 0)
            return
        with self._lock:
            self.pending += 1
        self._later(0, envelope, 0, "")

    def ask(self, kind: str, payload: Json) -> Answer:
        """Send a `command` or `interactive` payload once and wait for the answer."""
        answer = self._send(kind, payload, 0, "")
        self._note(kind, payload, answer, 0)
        return answer

    def verify_address(self) -> Json:
        """Slack's url_verification handshake with the events address; what came of it is logged, never raised."""
        challenge = secrets.token_urlsafe(32)
        body = {"token": self.config.verification_token, "challenge": challenge, "type": "url_verification"}
        answer = self._by_http("event", body, {})
        proven = answer.status == 200 and challenge in answer.body
        if not proven and not answer.problem:
            answer.problem = "challenge_failed"
        self._note("url_verification", body, answer, 0)
        return {"verified": proven, "problem": answer.problem}

    def post_raw(self, body: Json) -> Answer:
        """Send any body as an event, once, signed."""
        answer = self._by_http("event", body, {})
        self._note("raw", body, answer, 0)
        return answer

    def close(self) -> None:
        """Drop what waits for a retry and let what is on its way finish."""
        with self._lock:
            self._closed = True
            timers, self._timers = self._timers, set()
        for timer in timers:
            timer.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _later(self, delay: float, envelope: Json, attempt: int, reason: str) -> None:
        if delay <= 0:
            with self._lock:
                if not self._closed:
                    self._pool.submit(self._attempt, envelope, attempt, reason)
            return

        def due() -> None:
            with self._lock:
                self._timers.discard(timer)
            self._later(0, envelope, attempt, reason)

        timer = threading.Timer(delay, due)
        timer.daemon = True
        with self._lock:
            if self._closed:
                return
            self._timers.add(timer)
        timer.start()

    def _attempt(self, envelope: Json, attempt: int, reason: str) -> None:
        answer = self._send("event", envelope, attempt, reason)
        self._note("event", envelope, answer, attempt, reason)
        if answer.problem and not answer.no_retry and attempt < len(self.config.retry_delays):
            self._later(self.config.retry_delays[attempt], envelope, attempt + 1, answer.problem)
            return
        with self._lock:
            self.pending -= 1

    def _send(self, kind: str, payload: Json, attempt: int, reason: str) -> Answer:
        if self.hub.connected:
            return self.hub.send(SOCKET_KINDS.get(kind, "interactive"), payload, attempt, reason)
        if not self.config.events_url:
            return Answer(0, problem="connection_failed", via="none")
        headers = {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": reason} if attempt else {}
        return self._by_http(kind, payload, headers)

    def _by_http(self, kind: str, payload: Json, headers: dict[str, str]) -> Answer:
        if kind == "event":
            body, content_type = json.dumps(payload).encode(), "application/json"
        else:
            fields = payload if kind == "command" else {"payload": json.dumps(payload)}
            body, content_type = urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"
        at = str(int(time.time()))
        signed = hmac.new(self.config.signing_secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256)
        request = urllib.request.Request(  # noqa: S310  # control checks that the address is http or https
            self.config.events_url,
            data=body,
            method="POST",
            headers={
                **headers,
                "Content-Type": content_type,
                "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
                "X-Slack-Request-Timestamp": at,
                "X-Slack-Signature": "v0=" + signed.hexdigest(),
            },
        )
        started = time.monotonic()
        answer = _answer(request, self.config.answer_timeout)
        answer.ms = round((time.monotonic() - started) * 1000)
        return answer

    def _note(self, kind: str, payload: Json, answer: Answer, attempt: int, reason: str = "") -> None:
        event = payload.get("event", {})
        self.log.append(
            {
                "kind": kind,
                "type": event.get("type") or payload.get("type") or payload.get("command"),
                "subtype": event.get("subtype"),
                "event_id": payload.get("event_id"),
                "attempt": attempt,
                "reason": reason,
                "status": answer.status,
                "problem": answer.problem,
                "via": answer.via,
                "ms": answer.ms,
                "at": time.time(),
            }
        )


def _answer(request: urllib.request.Request, timeout: float) -> Answer:
    try:
        with NO_PROXY.open(request, timeout=timeout) as response:
            text = response.read().decode(errors="replace")
            problem = "" if 200 <= response.status < 300 else "http_error"
            return Answer(response.status, text, problem)
    except urllib.error.HTTPError as error:
        no_retry = error.headers.get("X-Slack-No-Retry") == "1"
        return Answer(error.code, error.read().decode(errors="replace"), "http_error", no_retry)
    except TimeoutError:
        return Answer(0, problem="http_timeout")
    except (urllib.error.URLError, OSError) as error:
        timed_out = isinstance(getattr(error, "reason", None), TimeoutError)
        return Answer(0, problem="http_timeout" if timed_out else "connection_failed")
