"""What learning changes: the same reports, reviewed by the same habits, once without and once with house rules."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

from jinja2 import Environment, FileSystemLoader
from sqlalchemy import select

from bot.core import access
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.errors import Invalid
from bot.core.learning import rules
from bot.core.learning.distance import running_median
from bot.core.learning.reviewed import reviewed
from bot.core.models import Ticket, Workspace
from bot.core.settings import settings
from bot.core.tickets.content import DraftContent
from bot.core.tickets.review import latest_draft
from bot.core.tickets.states import State
from workers.evals.database import own_database
from workers.evals.dataset import Case
from workers.evals.habits import HABITS, look_at
from workers.evals.play import Player
from workers.learning.distil import learn
from workers.retrieval import ingest_docs

# A habit shows after three reviews, so a short dataset is played again until there are enough to see an effect.
FEWEST = 9


@dataclass(frozen=True)
class Replay:
    """The share of words changed in each approved ticket, in order, and the rules that were accepted on the way."""

    learning: bool
    changed: list[float]
    rules: list[str]

    @property
    def halves(self) -> tuple[float, float]:
        """The mean of the first half and of the second."""
        middle = len(self.changed) // 2
        return fmean(self.changed[:middle]), fmean(self.changed[middle:])

    @property
    def line(self) -> str:
        """The running median as the points of an SVG polyline, 1000 wide and 200 high."""
        step = 1000 / len(self.changed)
        median = running_median(self.changed)
        return " ".join(f"{(number + 0.5) * step:.1f},{200 - 200 * share:.1f}" for number, share in enumerate(median))


def replay(
    cases: list[Case], player: Player, docs: Path | None, *, learning: bool, tell: Callable[[str], None]
) -> Replay:
    """Play the cases in order in a database of their own; with learning, every proposal is accepted at once.

    Raises Invalid when too few drafts come to review.
    """
    accepted: list[str] = []
    chosen, rounds = settings().inkling_learning, -(-FEWEST // len(cases))
    settings().inkling_learning = "on" if learning else "off"
    try:
        with own_database():
            if docs:
                ingest_docs(docs)
            with transaction() as session:
                reviewer = Actor.of(access.add_person(session, "reviewer", "reviewer"))
            for number, case in enumerate(case for _ in range(rounds) for case in cases):
                player.play(case, number)
                kinds = _review(reviewer)
                accepted += [text for kind in kinds for text in _learn(kind, reviewer)] if learning else []
                tell(f"{'with' if learning else 'without'} learning, {number + 1}/{rounds * len(cases)} {case.id}")
            with transaction() as session:
                pairs = reviewed(session, None, limit=len(cases) * rounds * 2, decisions=("approve",))
                if len(pairs) < 2:
                    raise Invalid("Fewer than two drafts came to review, so there is nothing to compare.")
                return Replay(learning, [round(pair.changed, 4) for pair in pairs], accepted)
    finally:
        settings().inkling_learning = chosen


def _review(reviewer: Actor) -> list[str]:
    """Let the reviewer look at what waits; the kinds of these tickets."""
    with transaction() as session:
        waiting = [
            (ticket.id, draft.content, ticket.kind)
            for ticket in session.scalars(select(Ticket).where(Ticket.state == State.IN_REVIEW).order_by(Ticket.id))
            if (draft := latest_draft(session, ticket.id))
        ]
    for ticket_id, content, _ in waiting:
        look_at(ticket_id, reviewer, DraftContent.model_validate(content))
    return sorted({kind for _, _, kind in waiting})


def _learn(kind: str, reviewer: Actor) -> list[str]:
    """Distil, and accept what is proposed; its words."""
    with transaction() as session:
        workspace = session.scalars(select(Workspace.id)).one()
    made = learn(workspace, kind)
    with transaction() as session:
        found = [rules.held(session, rule_id, None) for rule_id in made]
        for rule in found:
            rules.decide(session, rule, reviewer, "accept")
        return [f"{rule.text} ({rule.kind or 'all kinds'})" for rule in found]


def table(replays: list[Replay]) -> str:
    """Both replays as aligned text."""
    lines = [f"{'words changed by the reviewer':32} {'first half':>10}  {'second half':>11}"]
    for one in replays:
        first, second = one.halves
        lines.append(
            f"{'with' if one.learning else 'without'} learning".ljust(32) + f" {first:>10.3f}  {second:>11.3f}"
        )
    return "\n".join([*lines, *(f"accepted: {text}" for one in replays for text in one.rules)])


def save(out: Path, dataset: str, model: str, replays: list[Replay]) -> None:
    """`learning.json`, and `learning.html` with both curves, which stands alone."""
    out.mkdir(parents=True, exist_ok=True)
    figures = [asdict(one) | {"first_half": one.halves[0], "second_half": one.halves[1]} for one in replays]
    content = {"dataset": dataset, "model": model, "replays": figures}
    (out / "learning.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    page = environment.get_template("learning.html")
    (out / "learning.html").write_text(page.render(dataset=dataset, model=model, replays=replays, habits=HABITS))
