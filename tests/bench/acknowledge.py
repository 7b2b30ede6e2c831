"""How fast Slack is answered at 50 events a second while workers are busy, and how soon a person sees an answer."""

import hashlib
import hmac
import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.support.stack import KEYS, Stack

RATE, SECONDS = 50, 20


@dataclass
class Times:
    """Milliseconds per event, and how many were not answered with 200."""

    took: list[float] = field(default_factory=list)
    refused: int = 0

    def at(self, share: float) -> float:
        """The time within which this share of events was answered."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def event(number: int, now: float, every: int) -> bytes:
    """An event as Slack sends it: each `every`-th one is a mention, the rest is chatter in the channel."""
    mention = number % every == 0
    ts = f"{now:.6f}"
    inner = {
        "type": "app_mention" if mention else "message",
        "user": "U0CSMNORTH",
        "text": f"<@U0INKLING> export {number} fails on row 17" if mention else f"chatter {number}",
        "ts": ts,
        "channel": "C0CUSTOMERS",
        "event_ts": ts,
    } | ({} if mention else {"channel_type": "channel"})
    return json.dumps(
        {
            "type": "event_callback",
            "team_id": "T0ROOMQUILL",
            "api_app_id": "A0INKLING",
            "event_id": f"EvBENCH{every}-{number}",
            "event_time": int(now),
            "event": inner,
            "authorizations": [{"team_id": "T0ROOMQUILL", "user_id": "U0INKLING", "is_bot": True}],
        }
    ).encode()


def send(stack: Stack, body: bytes, times: Times) -> None:
    """One signed event on a connection of its own, as Slack does."""
    stamp = str(int(time.time()))
    digest = hmac.new(KEYS["signing"].encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }
    began = time.perf_counter()
    connection = http.client.HTTPConnection(str(urlsplit(stack.url).netloc), timeout=10)
    connection.request("POST", "/slack/events", body, headers)
    status = connection.getresponse().status
    times.took.append((time.perf_counter() - began) * 1000)
    times.refused += status != 200
    connection.close()


def acknowledge(stack: Stack, every: int) -> Times:
    """Send at a steady rate whatever the answers take (an open loop, so slowness is not hidden)."""
    times, threads = Times(), []
    began = time.perf_counter()
    for number in range(RATE * SECONDS):
        delay = began + number / RATE - time.perf_counter()
        if delay > 0:
            time.sleep(delay)
        threads.append(threading.Thread(target=send, args=(stack, event(number, time.time(), every), times)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return times
