"""Draft: the ticket's text with its sources; everything it says is checked afterwards by the next step."""

from pydantic import BaseModel, ConfigDict

from bot.core.tickets.content import SECTIONS, Statement, split_marks
from workers.chain.context import Context, Made
from workers.chain.data import Proposal, Source
from workers.chain.plain import quotations
from workers.chain.quoting import block, fit, lines, quote, small, unbarred
from workers.chain.words import sentences

PROMPT, PROMPT_WITH_LEARNED = "draft/v1", "draft/v2"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Claim(_Answer):
    """One sentence or list item and the marks of its sources."""

    text: str
    marks: list[str]


class DraftAnswer(_Answer):
    """What a model says; a section with nothing in it is an empty list."""

    title: str
    summary: list[Claim]
    why: list[Claim]
    steps: list[Claim]
    expected: list[Claim]
    actual: list[Claim]
    environment: list[Claim]
    wanted: list[Claim]
    decided: list[Claim]
    where: list[Claim]
    scope: list[Claim]
    criteria: list[Claim]
    open_questions: list[str]


class SmallAnswer(_Answer):
    """What a small model says."""

    title: str
    summary: str


def by_model(made: Made, context: Context) -> Proposal:
    """One call."""
    said, left_out = fit(made.thread, context.rung)
    variables, prompt = variables_of(made, said), PROMPT
    if made.learned:
        variables, prompt = variables | _learned(made), PROMPT_WITH_LEARNED
    answer = context.ask("smart", prompt, variables, DraftAnswer)
    return Proposal(
        title=unbarred(answer.title),
        sections={name: [_statement(claim) for claim in getattr(answer, name)] for name in SECTIONS},
        criteria=[_statement(claim) for claim in answer.criteria],
        open_questions=[unbarred(text) for text in answer.open_questions],
        unread=left_out,
    )


def by_small_model(made: Made, context: Context) -> Proposal:
    """Title and summary by the model, everything else as quotations; verification finds their sources."""
    plain = quotations(made.thread, made.triage.kind, made.gaps, summary=False)
    told = "\n".join(small(sentence) for _, sentence in lines(made.thread, context.rung, most=25))
    variables = {"kind": made.triage.kind, "report": told or "(no words)"}
    answer = context.ask("smart", "draft/small-v1", variables, SmallAnswer)
    sections = plain.sections | {"summary": [Statement(text=text) for text in sentences(answer.summary)[:3]]}
    _, left_out = fit(made.thread, context.rung)
    return plain.model_copy(update={"title": answer.title, "sections": sections, "unread": left_out})


def by_rules(made: Made, _: Context) -> Proposal:
    """Quotations alone. A reviewer's wish cannot be worked in by rules, so it stands as an open question."""
    plain = quotations(made.thread, made.triage.kind, made.gaps)
    if made.wish.instruction:
        asked = f"The reviewer asked: “{made.wish.instruction}” (written from quotations, so not worked in)"
        return plain.model_copy(update={"notes": [asked, *plain.notes]})
    return plain


def _statement(claim: Claim) -> Statement:
    """A claim with its marks, wherever the model put them."""
    text, inside = split_marks(unbarred(claim.text))
    marks = [mark.strip("[] ") for mark in claim.marks]
    return Statement(text=text, marks=list(dict.fromkeys([*marks, *inside])))


def variables_of(made: Made, said: list[Source]) -> dict[str, str]:
    """What the prompt is filled with; `said` is as much of the thread as fits."""
    return {
        "kind": made.triage.kind,
        "language": made.triage.language,
        "thread": quote(said),
        "documents": quote(made.passages.items),
        "missing": ", ".join(made.gaps.missing) or "nothing",
        "wish": _wish(made),
    }


def _learned(made: Made) -> dict[str, str]:
    """House rules one a line, and approved tickets as quotations without marks, so that none can be cited."""
    rules = [f"- {rule.text}" for rule in made.learned.rules]
    examples = [block(example.text) for example in made.learned.examples]
    return {"house_rules": "\n".join(rules) or "(none)", "examples": "\n\n".join(examples) or "(none)"}


def _wish(made: Made) -> str:
    """What the reviewer asked for, with the draft they saw; or that there is none."""
    if not made.wish.instruction:
        return "(none: this is the first draft)"
    return f"{block(made.wish.instruction)}\nThe draft they saw:\n{block(made.wish.draft)}"
