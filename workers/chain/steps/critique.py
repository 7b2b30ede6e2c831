"""Critique: the draft held against the rubric, by code where code can tell, else by a model; it changes nothing."""

from collections.abc import Callable
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from bot.core.tickets.content import DraftContent, Verdict
from workers.chain import rubric
from workers.chain.context import Context, Made
from workers.chain.data import Critique
from workers.chain.plain import STATEMENT_WORDS
from workers.chain.quoting import beside, block, fit, lines, quote, small
from workers.chain.steps import verify
from workers.chain.words import clip_words, normal, plain
from workers.chain.written import written

Criterion = Literal["faithful", "complete", "one deliverable", "why", "testable", "scope", "readable"]
_REASON = 200  # characters


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Judged(_Answer):
    criterion: Criterion
    result: Literal["passed", "failed"]
    quote: str
    reason: str


class CritiqueAnswer(_Answer):
    """What a model says."""

    verdicts: list[_Judged]


class ClaimAnswer(_Answer):
    """What a small model says of one claim."""

    words: str
    told: Literal["yes", "no"]


def by_model(made: Made, context: Context) -> Critique:
    """One call over the draft as a reviewer would get it; a fault counts only if its quotation is really there."""

    def judge(_: DraftContent, draft: str) -> Critique:
        said, _left_out = fit(made.thread, context.rung)
        about = quote(said) + beside(made.matter)
        variables = {"thread": about, "kind": made.triage.kind, "draft": block(draft)}
        answer = context.ask("smart", "critique/v1", variables, CritiqueAnswer)
        judged = {item.criterion: item for item in reversed(answer.verdicts)}
        found = (_verdict(judged[name], draft, made) for name in get_args(Criterion) if name in judged)
        return Critique(verdicts=[verdict for verdict in found if verdict])

    return _check(made, context, judge)


def by_small_model(made: Made, context: Context) -> Critique:
    """A call for each sentence that the model itself has written: is it told? Everything else is a quotation.

    With no such sentence nothing is judged, so there is no verdict by a model.
    """

    def judge(content: DraftContent, _: str) -> Critique:
        report = "\n".join(small(sentence) for _, sentence in lines(made.thread, context.rung, most=25))
        own = _own_words(content, made)
        doubted = [text for text in own if not _told(text, report, context)]
        reason = "; ".join(f"“{text}” may not be what was said" for text in doubted)[:_REASON]
        verdict = Verdict(criterion="faithful", passed=not doubted, reason=reason, by="model")
        return Critique(verdicts=[verdict] if own else [], doubted=doubted)

    return _check(made, context, judge)


def _check(made: Made, context: Context, judge: Callable[[DraftContent, str], Critique]) -> Critique:
    """What a model judges of its own words, and what code can tell; a draft that was judged is not judged again."""
    if made.proposal.quoted:
        return by_rules(made, context)
    content = verify.by_code(made, context)
    draft = written(content.title, content.sections, content.criteria)
    if known := _known(made, draft):
        return known
    judged = judge(content, draft)
    return judged.model_copy(update={"verdicts": [*judged.verdicts, *rubric.by_code(content)], "draft": draft})


def _known(made: Made, draft: str) -> Critique | None:
    """The last check, where it found nothing or where the draft is still the same."""
    last = made.critique
    if last is None or (last.faults and last.draft != draft):
        return None
    return last.model_copy(update={"stuck": bool(last.faults)})


def _verdict(judged: _Judged, draft: str, made: Made) -> Verdict | None:
    """None when a fault quotes nothing that is there: then nothing was judged."""
    if judged.result == "passed":
        return Verdict(criterion=judged.criterion, passed=True, by="model")
    words = normal(judged.quote).strip("\"' .…")
    where = f"{draft}\n{made.thread.text}" if judged.criterion in ("complete", "why", "faithful") else draft
    missing = judged.criterion == "complete" and words in normal(draft)
    if len(words) < 3 or words not in normal(where) or missing:
        return None
    reason = f"“{plain(judged.quote)}”: {plain(judged.reason)}"
    return Verdict(criterion=judged.criterion, passed=False, reason=reason[:_REASON], by="model")


def _own_words(content: DraftContent, made: Made) -> list[str]:
    """Sentences of the proposal's summary that are in the draft and are no quotations.

    They are given as the model wrote them: the draft may have them cut short, or in the words of a house rule.
    """
    thread = normal(made.thread.text)
    drafted = {normal(one.text) for one in content.sections.get("summary", []) if one.by == "inkling"}

    def stands(text: str) -> bool:
        cut = clip_words(text, STATEMENT_WORDS)
        return normal(cut) in drafted or normal(made.learned.worded(cut)) in drafted

    proposed = [plain(one.text) for one in made.proposal.sections.get("summary", [])]
    return [text for text in proposed if stands(text) and normal(text).strip(" .") not in thread]


def _told(claim: str, report: str, context: Context) -> bool:
    variables = {"report": report, "claim": small(claim)}
    return context.ask("fast", "critique/small-v1", variables, ClaimAnswer).told == "yes"


def by_rules(made: Made, context: Context) -> Critique:
    """What code can tell, of a draft made of quotations."""
    return Critique(verdicts=rubric.by_code(verify.by_code(made, context)))
