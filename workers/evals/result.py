"""The outcome of an evaluation as data: shares that add up, kept as JSON, and two of them compared case by case."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.core.errors import Invalid

# What should be low; of everything else more is better.
LOW = frozenset(
    {
        "needless questions",
        "more than 3 questions or 2 rounds",
        "traps stated",
        "unsupported statements",
        "secrets in the ticket",
    }
)


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
    """An evaluation: what was run, the scores by case, and what each case took (calls, tokens, cost_usd, seconds)."""

    dataset: str
    model: str
    scores: dict[str, Score] = field(default_factory=dict)
    took: dict[str, dict[str, float]] = field(default_factory=dict)
    drafts: dict[str, list[str]] = field(default_factory=dict)

    def totals(self) -> dict[str, Share]:
        """The shares of all cases together."""
        totals: dict[str, Share] = {}
        for score in self.scores.values():
            for name, share in score.shares.items():
                totals[name] = totals.get(name, Share(0, 0)) + share
        return totals

    def cost(self) -> dict[str, float]:
        """Calls, tokens, price and seconds of an average case."""
        names = ("calls", "tokens", "cost_usd", "seconds")
        return {name: sum(took[name] for took in self.took.values()) / max(len(self.took), 1) for name in names}

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")

    @staticmethod
    def load(path: Path) -> "Result":
        """Read what `save` wrote. Raises Invalid when it is something else."""
        try:
            raw = json.loads(path.read_text())
            scores = {
                name: Score({key: Share(**share) for key, share in one["shares"].items()}, one["missed"])
                for name, one in raw.pop("scores").items()
            }
            return Result(scores=scores, **raw)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            raise Invalid(f"{path} is no result of `inkling eval`.") from None


def worse_and_better(new: Result, old: Result) -> list[str]:
    """A line for each case and figure that changed, the losses first; only cases in both."""
    lines: list[tuple[bool, str]] = []
    for name in sorted(new.scores.keys() & old.scores.keys()):
        before, after = old.scores[name].shares, new.scores[name].shares
        for figure in after.keys() & before.keys():
            was, is_now = before[figure].value, after[figure].value
            if was is None or is_now is None or was == is_now:
                continue
            better = (is_now < was) == (figure in LOW)
            lines.append((better, f"{'better' if better else 'worse'}  {name}  {figure}: {was:.2f} -> {is_now:.2f}"))
    return [line for _, line in sorted(lines)]
