"""Triage: what kind of report it is and which signs of impact it shows; the priority is computed elsewhere."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from workers.chain.context import Context, Made
from workers.chain.data import Signal, Thread, Triage
from workers.chain.kinds import hint_of, kind_of
from workers.chain.orders import is_order
from workers.chain.quoting import fit, quote
from workers.chain.rules import signals, spoken
from workers.chain.words import normal

# Other wordings of a report that are searched for, and their characters.
_WORDINGS, _LONGEST = 2, 200


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
    other_words: list[str] = []
    affected: _Affected
    effect: _Effect
    workaround: _Workaround
    stakes: _Stakes


def by_model(made: Made, context: Context) -> Triage:
    """One call; a sign without a message that exists is unknown, and where somebody tries to steer, rules decide."""
    said, _ = fit(made.thread, context.rung)
    answer = context.ask("fast", "triage/v3", {"thread": quote(said)}, TriageAnswer)
    area = " ".join(answer.area.split())
    told = "\n".join(sentence for _, sentence in spoken(made.thread.said))
    known = 0 < len(area.split()) <= 3 and normal(area) in normal(told)
    signs = {
        name: _signal(getattr(answer, name).value, getattr(answer, name).message, made.thread)
        for name in ("affected", "effect", "workaround", "stakes")
    }
    return Triage(
        kind=hint_of(made.thread) or answer.kind,
        language=answer.language if answer.language.isalpha() and len(answer.language) in (2, 3) else "en",
        area=area if known else "",
        other_words=[one[:_LONGEST] for one in answer.other_words if one.strip() and not is_order(one)][:_WORDINGS],
        **(signals(made.thread) if any(is_order(source.text) for source in made.thread.said) else signs),
    )


def by_rules(made: Made, _: Context) -> Triage:
    """Kind and signs by code, which tells kinds better than a small model does."""
    return Triage(kind=kind_of(made.thread), **signals(made.thread))


def _signal(value: str, mark: str, thread: Thread) -> Signal:
    mark = mark.strip("[] ")
    if value == "unknown" or mark not in {source.mark for source in thread.said}:
        return Signal(value="unknown")
    return Signal(value=value, mark=mark)
