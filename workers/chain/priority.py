"""The priority by a table that a person can read (priority.toml); no model has a say, and a person decides anyway."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from workers.chain.data import Triage

Priority = Literal["P1", "P2", "P3", "P4"]
_SIGNS = ("affected", "effect", "workaround", "stakes")


@lru_cache
def _rules() -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "priority.toml").read_text())["rule"]
    return rules


def propose(triage: Triage) -> tuple[Priority, str]:
    """The priority and its reason, which names the messages that say so."""
    signs = {name: getattr(triage, name) for name in _SIGNS}
    values = {"kind": triage.kind, **{name: sign.value for name, sign in signs.items()}}
    rule = next(rule for rule in _rules() if all(values[name] in rule[name] for name in values if name in rule))
    marks = sorted({sign.mark for name, sign in signs.items() if name in rule and sign.mark}, key=_order)
    return cast("Priority", rule["priority"]), rule["because"] + (f" ({_spelled(marks)})" if marks else "")


def _order(mark: str) -> tuple[str, int]:
    return mark[0], int(mark[1:])


def _spelled(marks: list[str]) -> str:
    """`m3, m7, q1` as a person reads it: messages 3 and 7, answer 1."""
    groups = []
    for letter, one, many in (("m", "message", "messages"), ("q", "answer", "answers")):
        if found := [mark[1:] for mark in marks if mark[0] == letter]:
            *rest, last = found
            groups.append(f"{many} {', '.join(rest)} and {last}" if rest else f"{one} {last}")
    return ", ".join(groups)
