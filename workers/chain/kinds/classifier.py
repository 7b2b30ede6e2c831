"""A linear classifier over single words, learned from examples.jsonl by train.py; it knows no thread and no rule."""

import json
import re
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.core.tickets.content import Kind
from workers.chain.words import normal

EXAMPLES, WEIGHTS = (Path(__file__).parent / name for name in ("examples.jsonl", "weights.json"))
_TOKEN = re.compile(r"[\w']+|[?!]")


class Weights(BaseModel):
    """What was learned: a bias per kind, and for each word a weight per kind, in the order of `kinds`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: list[Kind]
    bias: list[float]
    words: dict[str, list[float]]


@lru_cache(maxsize=1)
def weights() -> Weights:
    """What train.py has written."""
    return Weights.model_validate_json(WEIGHTS.read_text(encoding="utf-8"))


def tokens(text: str) -> set[str]:
    """The words of a text and its question and exclamation marks; any number counts as the same word."""
    return {re.sub(r"\d+", "0", token) for token in _TOKEN.findall(normal(text))}


def logits(text: str) -> dict[Kind, float]:
    """How much a text looks like each kind, as unnormalised log-probabilities."""
    learned = weights()
    known = [learned.words[token] for token in tokens(text) if token in learned.words]
    scale = max(len(known), 1) ** -0.5
    return {
        kind: learned.bias[place] + scale * sum(word[place] for word in known)
        for place, kind in enumerate(learned.kinds)
    }


def examples() -> list[tuple[str, Kind]]:
    """(text, kind) of everything there is to learn from: invented opening messages of many trades."""
    rows = (json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines())
    return [(row["text"], row["kind"]) for row in rows]
