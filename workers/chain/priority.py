"""The priority by a table that a person can read (priority.toml); no model has a say, and a person decides anyway."""

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.errors import ConfigurationError
from bot.core.settings import settings
from bot.core.tickets.content import KINDS, Kind
from workers.chain.data import Signal, Triage

Priority = Literal["P1", "P2", "P3", "P4"]
BUILT_IN = Path(__file__).parent / "priority.toml"
# What a rule may ask for. A sign of impact is unknown until somebody tells it.
ASPECTS: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "affected": ("unknown", "one", "several", "everyone"),
    "effect": ("unknown", "cosmetic", "hindered", "blocked"),
    "workaround": ("unknown", "yes", "no"),
    "stakes": ("unknown", "money", "data_lost", "data_exposed"),
}


class Rule(BaseModel):
    """One table of the file: what it asks for, the priority it gives, and the reason that people read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    priority: Priority
    because: str = Field(min_length=3, max_length=200)
    kind: list[Kind] | None = None
    affected: list[Literal["unknown", "one", "several", "everyone"]] | None = None
    effect: list[Literal["unknown", "cosmetic", "hindered", "blocked"]] | None = None
    workaround: list[Literal["unknown", "yes", "no"]] | None = None
    stakes: list[Literal["unknown", "money", "data_lost", "data_exposed"]] | None = None

    def fits(self, values: dict[str, str]) -> bool:
        """Whether everything it asks for is so; what it does not name does not matter to it."""
        return all((asked := getattr(self, name)) is None or value in asked for name, value in values.items())


def rules() -> tuple[Rule, ...]:
    """The rules that hold here. Raises ConfigurationError with a sentence when the file cannot serve."""
    return _read(Path(settings().inkling_priority_rules or BUILT_IN))


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[Rule, ...]:
    """The rules of a file, in its order; the first that fits gives the priority."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("rule")
    except OSError as error:
        raise ConfigurationError(f"The priority rules {path} cannot be read ({error.strerror}). {_FIX}") from None
    except ValueError as error:
        raise ConfigurationError(f"The priority rules {path} are not TOML: {error}. {_FIX}") from None
    if not isinstance(tables, list) or not tables:
        raise ConfigurationError(f"The priority rules {path} hold no [[rule]] table. {_FIX}")
    found = tuple(_rule(path, number, table) for number, table in enumerate(tables, 1))
    if fault := _fault(found):
        raise ConfigurationError(f"The priority rules {path}: {fault} {_FIX}")
    return found


_FIX = "Correct it, or empty INKLING_PRIORITY_RULES for the built-in rules."


def _rule(path: Path, number: int, table: object) -> Rule:
    try:
        return Rule.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "the table"
        known = ASPECTS.get(name, ("P1", "P2", "P3", "P4") if name == "priority" else ())
        said = "is not known" if first["type"] == "extra_forbidden" else f"cannot be {first['input']!r}"
        said = "is missing" if first["type"] == "missing" else said
        choices = f" (known: {', '.join(known)})" if known else ""
        raise ConfigurationError(
            f"The priority rules {path}: in rule {number}, {name} {said}{choices}. {_FIX}"
        ) from None


def _fault(found: tuple[Rule, ...]) -> str:
    """What is wrong with the rules as a whole, tried with every report there can be; empty when nothing is."""
    used: set[int] = set()
    for values in _every_case():
        first = next((number for number, rule in enumerate(found, 1) if rule.fits(values)), None)
        if first is None:
            case = ", ".join(f"{name} {value}" for name, value in values.items())
            return f"no rule fits {case}. End the file with a rule that asks for nothing."
        used.add(first)
    for number, rule in enumerate(found, 1):
        if number not in used:
            return f"rule {number} (“{rule.because}”) never matches, since the rules above it take all of its cases."
    return ""


def _every_case() -> Iterable[dict[str, str]]:
    return (dict(zip(ASPECTS, values, strict=True)) for values in product(*ASPECTS.values()))


def propose(triage: Triage) -> tuple[Priority, str]:
    """The priority and its reason, which names the messages that say so."""
    signs: dict[str, Signal] = {name: getattr(triage, name) for name in ASPECTS if name != "kind"}
    values = {"kind": triage.kind, **{name: sign.value for name, sign in signs.items()}}
    rule = next(rule for rule in rules() if rule.fits(values))
    marks = sorted({sign.mark for name, sign in signs.items() if getattr(rule, name) and sign.mark}, key=_order)
    return rule.priority, rule.because + (f" ({_spelled(marks)})" if marks else "")


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
