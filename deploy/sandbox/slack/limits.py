"""Slack's rate limits, kept only when control switches them on (https://docs.slack.dev/apis/web-api/rate-limits)."""

import math
import threading

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 5: 100}
BURST = 3


class Limits:
    """Buckets that refill evenly: per method by tier, and per channel for chat.postMessage (1/s, burst 3)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, method: str, tier: int, channel: str, now: float) -> int:
        """Whole seconds to wait before this call is welcome; 0 means it was counted and may go on."""
        size, per_second = float(PER_MINUTE[tier]), PER_MINUTE[tier] / 60
        key = method
        if method == "chat.postMessage":
            key, size, per_second = f"{method} {channel}", float(BURST), 1.0
        with self._lock:
            left, at = self._buckets.get(key, (size, now))
            left = min(size, left + (now - at) * per_second)
            self._buckets[key] = (left - 1 if left >= 1 else left, now)
        return 0 if left >= 1 else max(1, math.ceil((1 - left) / per_second))
