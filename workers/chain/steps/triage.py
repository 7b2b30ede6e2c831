"""Triage: what kind of report it is and which signs of impact it shows; the priority is computed elsewhere."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from bot.core.tickets.content import Kind
from workers.chain.context import Context, Made
from workers.chain.data import Signal, Thread, Triage
from workers.chain.quoting import fit, lines, quote, small
from workers.chain.rules import kind_of, settled, signals, vague
from workers.chain.words import normal


class _Answer(BaseModel):
    """Shapes for models are ordered so that the first value of each choice does no harm."""

    model_config = ConfigDict(extra="forbid")


class _Sign(_Answer):
    message: str = Field(description="mark of the message or answer that says so, such as m2; empty if none")


class _Affected(_Sign):
    value: Literal["unknown", "one", "several", "everyone"]


class _Effect(_Sign):
    value: Literal["unknown", "cosmetic", "hindered", "blocked"]


class _Workaround(_Sign):
    value: Literal["unknown", "yes", "no"]


class _Stakes(_Sign):
    value: Literal["unknown", "money", "data_lost", "data_exposed"]


class TriageAnswer(_Answer):
    """What a model says."""

    kind: Literal["bug", "idea", "feedback", "question", "not_actionable"]
    language: str = Field(description="ISO 639-1 code of the report's language")
    area: str = Field(description="the part of the product in one or two words of the report")
    affected: _Affected
    effect: _Effect
    workaround: _Workaround
    stakes: _Stakes


class KindAnswer(_Answer):
    """What a small model says."""

    kind: Literal["bug", "idea", "feedback", "question", "not_actionable"]


def by_model(made: Made, context: Context) -> Triage:
    """One call; a sign without a message that exists is unknown."""
    said, _ = fit(made.thread, context.rung)
    answer = context.ask("fast", "triage/v2", {"thread": quote(said)}, TriageAnswer)
    area = " ".join(answer.area.split())
    known = 0 < len(area.split()) <= 3 and normal(area) in normal(made.thread.text)
    return Triage(
        kind=_hinted(made.thread) or answer.kind,
        language=answer.language if answer.language.isalpha() and len(answer.language) in (2, 3) else "en",
        area=area if known else "",
        affected=_signal(answer.affected.value, answer.affected.message, made.thread),
        effect=_signal(answer.effect.value, answer.effect.message, made.thread),
        workaround=_signal(answer.workaround.value, answer.workaround.message, made.thread),
        stakes=_signal(answer.stakes.value, answer.stakes.message, made.thread),
    )


def by_small_model(made: Made, context: Context) -> Triage:
    """The kind alone is asked for; the signs come from rules."""
    kind = _hinted(made.thread)
    if kind is None and (settled(made.thread) or vague(made.thread)):
        kind = "not_actionable"
    if kind is None:
        told = lines(made.thread, context.rung, most=8)
        # What follows in a thread is about everything; the opening message says why it was written.
        opening = " ".join(sentence for mark, sentence in told if mark == told[0][0])
        kind = context.ask("fast", "triage/small-v2", {"report": small(opening)[:900]}, KindAnswer).kind
    return Triage(kind=kind, **signals(made.thread))


def by_rules(made: Made, _: Context) -> Triage:
    """Kind and signs by wording."""
    return Triage(kind=kind_of(made.thread), **signals(made.thread))


def _hinted(thread: Thread) -> Kind | None:
    """The kind that the person chose by their command."""
    return next((kind for kind in get_args(Kind) if kind == thread.kind_hint), None)


def _signal(value: str, mark: str, thread: Thread) -> Signal:
    mark = mark.strip("[] ")
    if value == "unknown" or mark not in {source.mark for source in thread.said}:
        return Signal(value="unknown")
    return Signal(value=value, mark=mark)
