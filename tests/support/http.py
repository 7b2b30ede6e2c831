"""JSON over HTTP to processes on this machine, and waiting until something is so; for tests."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def call(method: str, url: str, body: object = None, *, token: str = "", timeout: float = 20) -> tuple[int, Any]:
    """(status, JSON or text) of one request; an HTTP error is an answer like any other."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            status, raw = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, raw = error.code, error.read()
    try:
        return status, json.loads(raw)
    except ValueError:
        return status, raw.decode(errors="replace")


def eventually(look: Callable[[], T | None], *, within: float = 30, every: float = 0.1) -> T:
    """The first truthy result of `look()`; fails with its last result when there is none in time."""
    end = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"not within {within:.0f} s; last seen: {seen!r}")
        time.sleep(every)
