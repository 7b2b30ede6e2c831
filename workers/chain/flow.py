"""The order of the chain as data: each step, what it needs, what it makes, and who does it on which rung."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from bot.core.tickets.content import DraftContent
from workers.chain.context import Context, Made
from workers.chain.data import Alikes, Asking, Critique, Gaps, Parts, Passages, Proposal, Rung, Triage
from workers.chain.news import Revision
from workers.chain.steps import (
    change,
    critique,
    draft,
    duplicates,
    gaps,
    questions,
    retrieve,
    revise,
    split,
    triage,
    verify,
)

Work = Callable[[Made, Context], BaseModel]


@dataclass(frozen=True)
class FlowStep:
    """A step that asks a model has a prompt per rung; one that is code alone has none and serves every rung.

    One that is `for_report` looks at the whole report, the others at the part of it that their ticket is about;
    `with_learned` are prompts for when reviews have taught something: until then nothing changes.
    """

    name: str
    needs: tuple[str, ...]
    output: type[BaseModel]
    work: Mapping[Rung, Work]
    prompts: Mapping[Rung, str]
    with_learned: Mapping[Rung, str] = field(default_factory=dict)
    for_report: bool = False

    def prompt(self, rung: Rung, made: Made) -> str:
        """The prompt it is done with; empty for none."""
        chosen = self.with_learned if rung in self.with_learned and made.learned else self.prompts
        return chosen.get(rung, "")

    @property
    def asks_model(self) -> bool:
        """Whether a model does it, where there is one."""
        return bool(self.prompts)


def _by_rung(model: Work, basic: Work, none: Work) -> Mapping[Rung, Work]:
    return {"model": model, "basic": basic, "none": none}


def _code(work: Work) -> Mapping[Rung, Work]:
    return _by_rung(work, work, work)


_ALL = ("thread", "whole", "matter", "triage", "retrieve", "duplicates", "gaps", "wish", "learned")


def _critique(name: str, *, after: str) -> FlowStep:
    """A check of what the step `after` has written."""
    work = _by_rung(critique.by_model, critique.by_small_model, critique.by_rules)
    return FlowStep(name, (*_ALL, after), Critique, work, {"model": "critique/v1", "basic": "critique/small-v1"})


def _revise(name: str, *, after: str, of: str) -> FlowStep:
    """What the step `of` has written, mended by what the check `after` found."""
    work = _by_rung(revise.by_model, revise.by_small_model, revise.by_rules)
    return FlowStep(
        name, (*_ALL, after, of), Proposal, work, {"model": revise.PROMPT}, {"model": revise.PROMPT_WITH_LEARNED}
    )


# Before the first comes reading the thread, after questions perhaps waiting, after split perhaps
# several tickets that each go on alone, after the last the review.
FLOW = (
    FlowStep(
        "triage",
        ("told",),
        Triage,
        _by_rung(triage.by_model, triage.by_rules, triage.by_rules),
        {"model": "triage/v3"},
    ),
    FlowStep("retrieve", ("told",), Passages, _code(retrieve.by_search), {}),
    FlowStep(
        "duplicates",
        ("told", "triage"),
        Alikes,
        _by_rung(duplicates.by_model, duplicates.by_rules, duplicates.by_rules),
        {"model": "duplicates/v2"},
    ),
    FlowStep(
        "gaps",
        ("told", "triage", "retrieve"),
        Gaps,
        _by_rung(gaps.by_model, gaps.by_rules, gaps.by_rules),
        {"model": "gaps/v1"},
    ),
    FlowStep("questions", ("thread", "triage", "gaps", "wish"), Asking, _code(questions.by_code), {}, for_report=True),
    FlowStep(
        "split",
        ("told", "regroup"),
        Parts,
        _by_rung(split.by_model, split.by_rules, split.by_rules),
        {"model": "split/v1"},
        for_report=True,
    ),
    FlowStep(
        "draft",
        ("told", "matter", "triage", "retrieve", "gaps", "wish", "learned"),
        Proposal,
        _by_rung(draft.by_model, draft.by_small_model, draft.by_rules),
        {"model": draft.PROMPT, "basic": "draft/small-v1"},
        {"model": draft.PROMPT_WITH_LEARNED},
    ),
    _critique("critique", after="draft"),
    _revise("revise", after="critique", of="draft"),
    _critique("critique again", after="revise"),
    _revise("revise again", after="critique again", of="revise"),
    FlowStep(
        "verify",
        (*_ALL, "revise again", "critique again"),
        DraftContent,
        _code(verify.by_code),
        {},
    ),
)

# After the draft: what happened in the thread since is worked into the text as it is, line by line.
CHANGE_FLOW = (
    FLOW[0],
    FlowStep(
        "change",
        ("told", "triage", "news", "wish", "learned"),
        Revision,
        _by_rung(change.by_model, change.by_rules, change.by_rules),
        {"model": "change/v1"},
    ),
)
