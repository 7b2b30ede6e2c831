"""What the scripted model has been told to answer, and what it was asked; no HTTP here."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

# Faults that leave no answer, on any path, and those that spoil the answer of a chat.
BEFORE = frozenset({"http_500", "http_429", "timeout", "drop", "slow"})
INSIDE = frozenset({"malformed", "empty", "truncated", "refusal", "wrong_schema"})
PATHS = frozenset({"chat", "embeddings", "any"})
SECONDS = {"timeout": 600.0, "slow": 3.0, "http_429": 1.0}
KEPT_CALLS = 2000


class BadTurn(ValueError):
    """A turn that cannot be queued; the message says why."""


def dumped(value: object) -> str:
    """A JSON value as the text a model would send."""
    return json.dumps(value, ensure_ascii=False)


@dataclass
class Turn:
    """One instruction: give `reply`, or suffer `fault`, to the next requests whose messages contain `match`.

    `reply`: text, or any JSON value to be sent as text. `times`: how often, None for always. `seconds`: how long a
    timeout or slow answer takes, or the Retry-After of a 429. `path` is "chat", "embeddings" or "any".
    """

    reply: Any = None
    fault: str = ""
    match: str = ""
    times: int | None = 1
    seconds: float | None = None
    path: str = "chat"

    @classmethod
    def of(cls, data: object) -> "Turn":
        """Read a turn from JSON. Raises BadTurn."""
        if not isinstance(data, dict):
            raise BadTurn("A turn is a JSON object.")
        unknown = sorted(set(data) - set(cls.__dataclass_fields__))
        if unknown:
            raise BadTurn(f"A turn has no field {unknown[0]!r}.")
        turn = cls(**data)
        if turn.path not in PATHS:
            raise BadTurn(f"No path is called {turn.path!r}; there are {', '.join(sorted(PATHS))}.")
        known = BEFORE | INSIDE if turn.path == "chat" else BEFORE
        if turn.fault and turn.fault not in known:
            raise BadTurn(f"No fault of {turn.path} is called {turn.fault!r}; there are {', '.join(sorted(known))}.")
        if bool(turn.fault) == ("reply" in data):
            raise BadTurn("A turn has either a reply or a fault.")
        if turn.seconds is None:
            turn.seconds = SECONDS.get(turn.fault, 0.0)
        return turn

    def text(self) -> str:
        """The reply as the text a model would send."""
        return self.reply if isinstance(self.reply, str) else dumped(self.reply)


@dataclass
class Script:
    """Turns still to come and calls already made. Faults go before replies; within each the first that fits is used."""

    turns: list[Turn] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def add(self, data: object) -> int:
        """Queue one turn or a list of them; returns how many wait now. Raises BadTurn, and then queues nothing."""
        self.turns += [Turn.of(item) for item in (data if isinstance(data, list) else [data])]
        return len(self.turns)

    def take(self, path: str, text: str, *, fault: bool) -> Turn | None:
        """The next fault or reply for a request whose messages read `text`, counted down; None when there is none."""
        for turn in self.turns:
            if bool(turn.fault) == fault and turn.path in (path, "any") and turn.match in text:
                if turn.times is not None:
                    turn.times -= 1
                    if turn.times <= 0:
                        self.turns.remove(turn)
                return turn
        return None

    def note(self, path: str, body: object, answer: str) -> None:
        """Remember a request and how it was answered: "filled", "queued", "computed", "refused" or the fault's name."""
        self.calls.append({"path": path, "body": body, "answer": answer})
        del self.calls[:-KEPT_CALLS]

    def clear(self) -> None:
        """Forget turns and calls."""
        self.turns.clear()
        self.calls.clear()

    def waiting(self) -> list[dict[str, Any]]:
        """The turns still to come, as JSON."""
        return [asdict(turn) for turn in self.turns]
