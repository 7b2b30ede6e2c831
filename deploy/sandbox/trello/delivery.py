"""Delivers actions to webhooks, signed and retried as Trello does (guides/rest-api/webhooks)."""

import base64
import hashlib
import heapq
import hmac
import itertools
import json
import threading
import time
from collections import deque
from dataclasses import dataclass

import requests

from . import activity, views
from .config import Json
from .store import Store


@dataclass(frozen=True)
class Parcel:
    """One body for one webhook, at its `attempt` (0 is the first)."""

    webhook_id: str
    action_id: str
    url: str
    body: bytes
    attempt: int


class Delivery:
    """One thread that posts parcels in the order they are due."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._due: list[tuple[float, int, Parcel]] = []
        self._number = itertools.count()
        self._wake = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="trello-webhooks", daemon=True)
        self.log: deque[Json] = deque(maxlen=500)
        store.on_action.append(self.enqueue)

    def start(self) -> None:
        """Begin delivering."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what waits for a retry is given up."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(timeout=self._store.knobs.webhook_timeout + 1)

    def waiting(self) -> int:
        """How many parcels are due now or later."""
        with self._wake:
            return len(self._due)

    def enqueue(self, action: Json) -> None:
        """Make a parcel for every active webhook whose model the action touches; the body is fixed now."""
        for hook in self._store.rows("webhooks", active=True):
            if hook["idModel"] in _touched(action):
                body = json.dumps(self._payload(hook, action), ensure_ascii=False).encode()
                self._put(Parcel(hook["id"], action["id"], hook["callbackURL"], body, 0), time.monotonic())

    def _payload(self, hook: Json, action: Json) -> Json:
        return {"model": self._model(hook["idModel"]), "action": activity.view(self._store, action), "webhook": hook}

    def _model(self, key: str) -> Json:
        tables = self._store.tables
        if key in tables["boards"]:
            return views.board(self._store, tables["boards"][key])
        if key in tables["cards"]:
            return views.card(self._store, tables["cards"][key])
        return tables["lists"].get(key) or tables["members"].get(key) or {"id": key}

    def _put(self, parcel: Parcel, due: float) -> None:
        with self._wake:
            heapq.heappush(self._due, (due, next(self._number), parcel))
            self._wake.notify()

    def _run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while (parcel := self._next()) is not None:
                self._post(session, parcel)

    def _next(self) -> Parcel | None:
        with self._wake:
            while not self._stopping:
                now = time.monotonic()
                if self._due and self._due[0][0] <= now:
                    return heapq.heappop(self._due)[2]
                self._wake.wait(self._due[0][0] - now if self._due else None)
        return None

    def _post(self, session: requests.Session, parcel: Parcel) -> None:
        with self._store.lock:
            if parcel.webhook_id not in self._store.tables["webhooks"]:
                return
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Trello sandbox",
            "X-Trello-Webhook": signature(self._store.config.secret, parcel.body, parcel.url),
        }
        timeout = self._store.knobs.webhook_timeout
        try:
            status = session.post(
                parcel.url, data=parcel.body, headers=headers, timeout=timeout, allow_redirects=False
            ).status_code
        except requests.RequestException as error:
            self._settle(parcel, 0, type(error).__name__)
        else:
            self._settle(parcel, status, "")

    def _settle(self, parcel: Parcel, status: int, error: str) -> None:
        """Write down the outcome; plan a retry, or count a failure when there is none left; 410 removes the webhook."""
        note = {"action": parcel.action_id, "url": parcel.url, "attempt": parcel.attempt, "status": status}
        self.log.append({**note, "error": error, "at": time.time()})
        delays = self._store.knobs.webhook_retry_delays
        with self._store.lock:
            hook = self._store.tables["webhooks"].get(parcel.webhook_id)
            if hook is None:
                return
            if status == 410:
                self._store.remove("webhooks", hook["id"])
            elif status == 200:
                hook.update(consecutiveFailures=0, firstConsecutiveFailDate=None)
            elif parcel.attempt < len(delays):
                later = Parcel(parcel.webhook_id, parcel.action_id, parcel.url, parcel.body, parcel.attempt + 1)
                self._put(later, time.monotonic() + delays[parcel.attempt])
            else:
                hook["consecutiveFailures"] += 1
                hook["firstConsecutiveFailDate"] = hook["firstConsecutiveFailDate"] or self._store.stamp()
            self._store.changed()


def signature(secret: str, body: bytes, callback_url: str) -> str:
    """X-Trello-Webhook: base64(HMAC-SHA1(app secret, raw body + callback address exactly as registered))."""
    return base64.b64encode(hmac.new(secret.encode(), body + callback_url.encode(), hashlib.sha1).digest()).decode()


def _touched(action: Json) -> set[str]:
    data = action["data"]
    names = ("board", "card", "list", "listBefore", "listAfter", "member")
    return {data[name]["id"] for name in names if name in data} | {action["idMemberCreator"]}
