"""Gaps: what the kind of report needs, and what of it is told already; whether to ask is decided by the next step."""

from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

from workers.chain.asking import checked
from workers.chain.context import Context, Made
from workers.chain.data import Field, Finding, Gaps, Query, Source
from workers.chain.quoting import fit, quote
from workers.chain.rules import find, needed
from workers.chain.words import normal, overlap

_MEANING: dict[Field, str] = {
    "actual_behavior": "what exactly happens or bothers, and where",
    "steps_to_reproduce": "what somebody did, so that others can make it happen",
    "expected_behavior": "what should have happened instead",
    "environment": "which app or page, version, device, browser",
    "impact": "who is affected and what it costs them, or a way around it",
    "desired_outcome": "what should be possible afterwards",
}


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Told(_Answer):
    field: Literal[
        "actual_behavior", "steps_to_reproduce", "expected_behavior", "environment", "impact", "desired_outcome"
    ]
    where: str = Described(description="mark of the message, answer or document that tells it; empty if none does")
    quote: str = Described(description="the words that tell it, copied exactly; empty if none do")


class _Question(_Answer):
    field: Literal[
        "actual_behavior", "steps_to_reproduce", "expected_behavior", "environment", "impact", "desired_outcome"
    ]
    text: str
    suggestions: list[str]
    reason: str


class GapsAnswer(_Answer):
    """What a model says."""

    told: list[_Told]
    questions: list[_Question]


def by_model(made: Made, context: Context) -> Gaps:
    """One call; what it says to be told must be quoted, and a plain contradiction lets the rules decide."""
    kind, thread = made.triage.kind, made.thread
    fields = needed(kind, thread)
    if not fields:
        return Gaps(found=[], missing=[])
    said, _ = fit(thread, context.rung)
    variables = {
        "thread": quote(said),
        "documents": quote(made.passages.items),
        "kind": kind,
        "language": made.triage.language,
        "fields": "\n".join(f"- {field}: {_MEANING[field]}" for field in fields),
    }
    answer = context.ask("fast", "gaps/v1", variables, GapsAnswer)
    sources = {source.mark: source for source in [*thread.said, *made.passages.items]}
    told = [finding for item in answer.told if (finding := _quoted(item, sources)) and item.field in fields]
    queries = {item.field: Query.model_validate(item.model_dump()) for item in reversed(answer.questions)}
    return _gaps(made, told, queries)


def _quoted(told: _Told, sources: dict[str, Source]) -> Finding | None:
    """A claim that something is told, if the words it cites are really there."""
    source = sources.get(told.where.strip("[] "))
    words = normal(told.quote).strip("\"' .…")
    if source is None or len(words) < 3:
        return None
    there = words in normal(source.text) or (len(words) > 20 and overlap(words, source.text) >= 0.9)
    return Finding(field=told.field, mark=source.mark, quote=told.quote.strip()) if there else None


def by_rules(made: Made, _: Context) -> Gaps:
    """By wording alone, which a small model does not better: asked for what is told, it says that everything is."""
    return _gaps(made, find(made.triage.kind, made.thread), {})


def _gaps(made: Made, told: list[Finding], queries: dict[Field, Query]) -> Gaps:
    """Put together what is told and what is missing; "everything is" against the plain wording gives way to it."""
    kind, thread = made.triage.kind, made.thread
    by_rule = {finding.field: finding for finding in find(kind, thread)}
    found = {finding.field: finding for finding in reversed(told)} or by_rule
    answered = {asked.field for asked in thread.asked if asked.mark}
    found |= {field: finding for field, finding in by_rule.items() if field in answered}
    missing = [field for field in needed(kind, thread) if field not in found]
    return Gaps(
        found=list(found.values()),
        missing=missing,
        queries=[checked(queries[field], kind, thread) for field in missing if field in queries],
    )
