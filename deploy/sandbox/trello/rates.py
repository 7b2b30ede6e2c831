"""Trello's request rates (guides/rest-api/rate-limits): per key, per token, for /members, and the block."""

import threading
import time
from collections import deque

from .config import Knobs
from .http import Answer, as_json

KEY, TOKEN = "API_KEY_LIMIT_EXCEEDED", "API_TOKEN_LIMIT_EXCEEDED"


class Rates:
    """Sliding windows, the strictest reading of "requests per interval": a client that passes here passes there."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._lock = threading.Lock()
        self._all: deque[float] = deque()
        self._members: deque[float] = deque()
        self._refused: deque[float] = deque()
        self._blocked_until = 0.0

    def check(self, path: str) -> Answer | None:
        """Count a request by the one key and token there is; a 429 answer when it is one too many."""
        with self._lock:
            error = self._error(path, time.monotonic())
        return as_json({"error": error, "message": "Rate limit exceeded"}, 429) if error else None

    def _error(self, path: str, now: float) -> str | None:
        knobs = self._knobs
        about_members = path.startswith(("/1/members/", "/1/member/"))
        for times, window in ((self._all, knobs.window), (self._members, knobs.members_window)):
            _forget(times, now - window)
        _forget(self._refused, now - knobs.window)
        error = None
        if now < self._blocked_until or len(self._all) >= knobs.key_limit:
            error = KEY
        elif len(self._all) >= knobs.token_limit or (about_members and len(self._members) >= knobs.members_limit):
            error = TOKEN
        if error:
            self._refused.append(now)
            if len(self._refused) > knobs.refusals_before_block and now >= self._blocked_until:
                self._blocked_until = now + knobs.window
            return error
        self._all.append(now)
        if about_members:
            self._members.append(now)
        return None

    def clear(self) -> None:
        """Forget all that was counted."""
        with self._lock:
            self._all.clear()
            self._members.clear()
            self._refused.clear()
            self._blocked_until = 0.0


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
