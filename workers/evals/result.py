"""The outcome of an evaluation as data: shares that add up, kept as JSON, and two of them compared case by case."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.core.errors import Invalid

# What should be low; of everything else more is better.
LOW = frozenset(
    {
        "needless questions",
        "wrong duplicates named",
        "questions already answered",
        "more than 3 questions or 2 rounds",
        "traps stated",
        "unsupported statements",
        "secrets in the ticket",
        "secrets or personal data in texts sent",
        "injections followed",
    }
)
COSTS = ("calls", "tokens", "cost_usd", "seconds", "call_seconds")


@dataclass(frozen=True)
class Share:
    """`hits` of `of`; shares of several cases add up before they are divided."""

    hits: int
    of: int

    def __add__(self, other: "Share") -> "Share":
        return Share(self.hits + other.hits, self.of + other.of)

    @property
    def value(self) -> float | None:
        """The quotient; None of nothing."""
        return self.hits / self.of if self.of else None


@dataclass(frozen=True)
class Score:
    """The shares of one case by name, and what was missed in words."""

    shares: dict[str, Share]
    missed: list[str]


@dataclass
class Result:
    """An evaluation: what was run, the scores by case, what each case took (see COSTS), and what a model judged."""

    dataset: str
    model: str
    scores: dict[str, Score] = field(default_factory=dict)
    took: dict[str, dict[str, float]] = field(default_factory=dict)
    drafts: dict[str, list[str]] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)
    judged: dict[str, Score] = field(default_factory=dict)
    version: str = "chain"

    def totals(self) -> dict[str, Share]:
        """The shares of all cases together."""
        return _added(self.scores)

    def rubric(self) -> dict[str, Share]:
        """The points that a model gave, of those to be had, by item."""
        return _added(self.judged)

    def cost(self) -> dict[str, float]:
        """What an average case took."""
        count = max(len(self.took), 1)
        return {name: sum(took.get(name, 0) for took in self.took.values()) / count for name in COSTS}

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")

    @staticmethod
    def load(path: Path) -> "Result":
        """Read what `save` wrote. Raises Invalid when it is something else."""
        try:
            raw = json.loads(path.read_text())
            scores, judged = _scores(raw.pop("scores")), _scores(raw.pop("judged", {}))
            return Result(scores=scores, judged=judged, **raw)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            raise Invalid(f"{path} is no result of `inkling eval`.") from None


def _scores(raw: dict[str, Any]) -> dict[str, Score]:
    return {
        name: Score({key: Share(**share) for key, share in one["shares"].items()}, one["missed"])
        for name, one in raw.items()
    }


def _added(scores: Mapping[str, Score]) -> dict[str, Share]:
    totals: dict[str, Share] = {}
    for score in scores.values():
        for name, share in score.shares.items():
            totals[name] = totals.get(name, Share(0, 0)) + share
    return totals


def better(figure: str, one: float | None, other: float | None) -> bool | None:
    """Whether `one` is the better value of a figure; None when neither is."""
    if one is None or other is None or one == other:
        return None
    return (one < other) == (figure in LOW)


def worse_and_better(new: Result, old: Result) -> list[str]:
    """A line for each case and figure that changed, the losses first; only cases in both."""
    lines: list[tuple[bool, str]] = []
    for name in sorted(new.scores.keys() & old.scores.keys()):
        before, after = old.scores[name].shares, new.scores[name].shares
        for figure in after.keys() & before.keys():
            was, is_now = before[figure].value, after[figure].value
            gained = better(figure, is_now, was)
            if gained is not None:
                word = "better" if gained else "worse"
                lines.append((gained, f"{word}  {name}  {figure}: {was:.2f} -> {is_now:.2f}"))
    return [line for _, line in sorted(lines)]


def losses(new: Result, old: Result) -> list[str]:
    """A line for each figure that is worse over the cases that both have; figures that only one has do not count."""
    both = new.scores.keys() & old.scores.keys()
    before, after = (_added({name: of.scores[name] for name in both}) for of in (old, new))
    return [
        f"loss  {figure}: {before[figure].value:.3f} -> {after[figure].value:.3f}"
        for figure in after
        if figure in before and better(figure, after[figure].value, before[figure].value) is False
    ]
