"""Draft: the ticket's text with its sources; everything it says is checked afterwards by the next step."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict, create_model

from bot.core.tickets.content import SECTIONS, Kind, Statement, split_marks
from workers.chain.context import Context, Made
from workers.chain.data import Proposal, Source
from workers.chain.plain import quotations
from workers.chain.quoting import beside, block, fit, lines, quote, small, unbarred
from workers.chain.words import sentences

PROMPT, PROMPT_WITH_LEARNED = "draft/v1", "draft/v2"


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Claim(_Answer):
    """One sentence or list item and the marks of its sources."""

    text: str
    marks: list[str]


# The parts of each kind of ticket, besides title, summary and open questions.
PARTS: dict[Kind, tuple[str, ...]] = {
    "bug": ("why", "steps", "expected", "actual", "environment", "decided", "where", "scope", "criteria"),
    "idea": ("why", "wanted", "environment", "decided", "where", "scope", "criteria"),
    "feedback": ("why", "steps", "expected", "actual", "environment", "wanted", "decided", "scope", "criteria"),
    "question": ("why", "environment", "decided", "where"),
    "not_actionable": ("actual", "decided"),
}


@lru_cache
def shape_of(kind: Kind) -> type[BaseModel]:
    """What a model says of a kind of ticket; a part with nothing in it is an empty list."""
    parts = dict.fromkeys(("summary", *PARTS[kind]), (list[Claim], ...))
    fields = {"title": (str, ...), **parts, "open_questions": (list[str], ...)}
    config = ConfigDict(extra="ignore")
    return create_model(f"{kind.title().replace('_', '')}Ticket", __config__=config, **fields)  # type: ignore[call-overload, no-any-return]  # fields are known only now


class SmallAnswer(_Answer):
    """What a small model says."""

    title: str
    summary: str


def by_model(made: Made, context: Context) -> Proposal:
    """One call."""
    said, left_out = fit(made.thread, context.rung)
    variables, prompt = variables_of(made, said), PROMPT
    if made.learned:
        variables, prompt = (
            variables | {"house_rules": house_rules(made), "examples": _examples(made)},
            PROMPT_WITH_LEARNED,
        )
    return as_proposal(context.ask("smart", prompt, variables, shape_of(made.triage.kind)), left_out)


def as_proposal(answer: BaseModel, left_out: int) -> Proposal:
    """A model's ticket as a draft before verification; `answer` has one of the shapes above."""
    return Proposal(
        title=unbarred(getattr(answer, "title", "")),
        sections={name: [_statement(claim) for claim in getattr(answer, name, [])] for name in SECTIONS},
        criteria=[_statement(claim) for claim in getattr(answer, "criteria", [])],
        open_questions=[unbarred(text) for text in getattr(answer, "open_questions", [])],
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
    plain = quotations(made.thread, made.triage.kind, made.gaps).model_copy(update={"quoted": True})
    if made.matter.title:
        plain = plain.model_copy(update={"title": made.matter.title})
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
        "thread": quote(said) + beside(made.matter),
        "documents": quote(made.passages.items),
        "missing": ", ".join(made.gaps.missing) or "nothing",
        "wish": _wish(made),
    }


def house_rules(made: Made) -> str:
    """The rules that hold for this ticket, one a line."""
    return "\n".join(f"- {rule.text}" for rule in made.learned.rules) or "(none)"


def _examples(made: Made) -> str:
    """Approved tickets as quotations without marks, so that none can be cited."""
    return "\n\n".join(block(example.text) for example in made.learned.examples) or "(none)"


def _wish(made: Made) -> str:
    """What the reviewer asked for, with the draft they saw; or that there is none."""
    if not made.wish.instruction:
        return "(none: this is the first draft)"
    return f"{block(made.wish.instruction)}\nThe draft they saw:\n{block(made.wish.draft)}"
