"""Failures on demand: rules that pick requests by method and path, and what each kind does before or after the work."""

import fnmatch
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from .config import Json
from .http import Answer, as_json, as_text

BEFORE = ("http_429", "http_429_hint", "http_500", "http_502", "timeout_before", "drop_before", "invalid_token")
AFTER = ("timeout_after", "drop_after", "half_answer", "empty_200")
_CHANCE = random.SystemRandom()
_ERROR = re.compile(r"error:(\d{3}):(.*)", re.DOTALL)


@dataclass
class Fault:
    """`match` is "METHOD /path", `*` for anything; `until` ends the rule, `hold` is how long a timeout is silent."""

    match: str
    kind: str
    times: int | None
    until: float | None
    probability: float
    hold: float
    retry_after: int


class Faults:
    """The rules in force, oldest first; the first that matches and has its chance is applied."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = []

    def add(self, wish: Json) -> Json:
        """A rule from JSON {match, kind, times?, seconds?, probability?, hold?, retry_after?}; ValueError if unusable.

        Without `times` and `seconds` it strikes once; with `seconds` alone, as often as it can until then.
        """
        unknown = set(wish) - {"match", "kind", "times", "seconds", "probability", "hold", "retry_after"}
        match, kind = str(wish.get("match", "")), str(wish.get("kind", ""))
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        if not re.fullmatch(r"(\*|[A-Z]+) /?\S*", match):
            raise ValueError('match is "METHOD /path", such as "POST /1/cards" or "* /1/*"')
        if kind not in BEFORE + AFTER and not _ERROR.fullmatch(kind):
            raise ValueError(f"unknown kind {kind!r}; one of {', '.join(BEFORE + AFTER)}, error:STATUS:TEXT")
        seconds = wish.get("seconds")
        rule = Fault(
            match=match,
            kind=kind,
            times=int(wish["times"]) if "times" in wish else (None if seconds is not None else 1),
            until=time.monotonic() + float(seconds) if seconds is not None else None,
            probability=float(wish.get("probability", 1)),
            hold=float(wish.get("hold", 30)),
            retry_after=int(wish.get("retry_after", 2)),
        )
        with self._lock:
            self._rules.append(rule)
        return asdict(rule)

    def clear(self) -> None:
        """Drop every rule."""
        with self._lock:
            self._rules.clear()

    def as_json(self) -> list[Json]:
        """The rules that can still strike."""
        with self._lock:
            self._forget_spent()
            return [asdict(rule) for rule in self._rules]

    def pick(self, method: str, path: str) -> Fault | None:
        """The rule for this request, if one strikes; uses up one of its times."""
        with self._lock:
            self._forget_spent()
            for rule in self._rules:
                if fnmatch.fnmatchcase(f"{method} {path}", rule.match) and _CHANCE.random() < rule.probability:
                    if rule.times is not None:
                        rule.times -= 1
                    return rule
        return None

    def _forget_spent(self) -> None:
        now = time.monotonic()
        self._rules = [r for r in self._rules if r.times != 0 and (r.until is None or r.until > now)]


def apply(fault: Fault, work: Callable[[], Answer]) -> Answer:
    """The spoiled answer: kinds that strike before never call `work`, the others do and then spoil what it says."""
    if error := _ERROR.fullmatch(fault.kind):
        return as_text(error[2], int(error[1]))
    if fault.kind in ("http_429", "http_429_hint"):
        hint = {"Retry-After": str(fault.retry_after)} if fault.kind.endswith("hint") else {}
        return as_json({"error": "API_TOKEN_LIMIT_EXCEEDED", "message": "Rate limit exceeded"}, 429, hint)
    if fault.kind in ("http_500", "http_502"):
        status = int(fault.kind[-3:])
        return as_text("Internal Server Error" if status == 500 else "<html><h1>502 Bad Gateway</h1></html>", status)
    if fault.kind == "invalid_token":
        return as_text("invalid token", 401)
    if fault.kind == "timeout_before":
        return Answer(0, cut="silent", hold=fault.hold)
    if fault.kind == "drop_before":
        return Answer(0, cut="drop")
    done = work()
    if fault.kind == "timeout_after":
        return Answer(0, cut="silent", hold=fault.hold)
    if fault.kind == "drop_after":
        return Answer(0, cut="drop")
    return replace(done, cut="half") if fault.kind == "half_answer" else Answer(200, b"", done.kind)
