"""A model as judge, for the items of the rubric that code cannot tell; it never learns which version wrote a ticket.

Each ticket is judged twice, tickets and items in another order each time. The points of both passes add up, and
where they differ by two that is said: such a point is worth little.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, create_model

from bot.core.redact import Masker
from workers.chain.quoting import block
from workers.evals.dataset import Case
from workers.evals.patience import patiently
from workers.evals.result import Score, Share
from workers.llm import ModelOutputError, load, structured

PROMPTS = Path(__file__).parent / "prompts"
_PROMPT, _MOST_TOKENS, _PASSES = "judge/v1", 1500, (1, 2)

# Item -> what 0, 1 and 2 points mean. What code can tell (facts, traps, gaps, kind, sources) is among the figures.
RUBRIC = {
    "faithful": (
        "says something the thread contradicts, or keeps what was taken back; one shade of meaning is lost; "
        "says what the thread says in the end, and guesses stay guesses"
    ),
    "title": (
        "a title that could stand on many tickets; the topic is clear but place or effect is missing; "
        "what, where and for whom in at most 12 words"
    ),
    "context": (
        "neither who is affected nor why it matters; one of the two; both, or it is said openly that it is not known"
    ),
    "testable": (
        "no steps and no criteria; there are some but nobody could decide them with yes or no; for a bug steps, "
        "expected and actual or an open question for each that is missing, for a wish two to five yes-or-no criteria"
    ),
    "scope": (
        "promises or designs more than was asked; what is asked is only implied; only what was asked, and a proposed "
        "solution is marked as a proposal"
    ),
    "readable": (
        "a wall of text in the order of the chat; needs a second reading; newest truth first, plain words, short lists"
    ),
}


@dataclass(frozen=True)
class Entry:
    """A ticket to be judged; `version` is whose it is, which the judge is not told."""

    version: str
    case: Case
    ticket: str


class _Verdict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    proof: str
    points: Literal[0, 1, 2]


def judge(entries: list[Entry]) -> Iterator[tuple[Entry, Score]]:
    """Every ticket with its points out of two per item and pass, and what the two passes could not agree on."""
    given: dict[int, list[dict[str, int]]] = {}
    for number in _PASSES:
        chance = random.Random(number)  # noqa: S311 - an order that is the same every time, not a secret
        order = list(range(len(entries)))
        chance.shuffle(order)
        for index in order:
            items = list(RUBRIC)
            chance.shuffle(items)
            given.setdefault(index, []).append(_points(entries[index], items))
            if len(given[index]) == len(_PASSES):
                yield entries[index], _score(given[index])


def _points(entry: Entry, items: list[str]) -> dict[str, int]:
    """Points by item; none when the judge gave no usable answer."""
    # The fields of the answer are the items, in the order of this pass.
    shape = create_model("Points", **dict.fromkeys(items, (_Verdict, ...)))  # type: ignore[call-overload]  # names made at run time
    variables = {
        "thread": block("\n".join(f"{said.user}: {said.text}" for said in entry.case.thread)),
        "ticket": block(entry.ticket),
        "items": "\n".join(
            f"- {item}: " + "; ".join(f"{at}: {words}" for at, words in enumerate(RUBRIC[item].split("; ")))
            for item in items
        ),
    }
    prompt = load(PROMPTS, _PROMPT)
    try:
        answer = patiently(
            lambda: structured("smart", prompt, variables, shape, masker=Masker(), max_tokens=_MOST_TOKENS)
        )
    except ModelOutputError:
        return {}
    return {item: getattr(answer, item).points for item in items}


def _score(passes: list[dict[str, int]]) -> Score:
    shares = {
        item: Share(sum(points.get(item, 0) for points in passes), 2 * sum(item in points for points in passes))
        for item in RUBRIC
    }
    both = [item for item in RUBRIC if all(item in points for points in passes)]
    unsure = [item for item in both if abs(passes[0][item] - passes[-1][item]) == 2]
    return Score(shares, [f"the judge is of two minds: {item}" for item in unsure])
