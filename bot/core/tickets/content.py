"""The text of a draft as data: statements with marks, and the evidence the marks point to; no rendering, no rows."""

import re
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

# not_actionable: solved meanwhile, empty of facts, or not about the product.
Kind = Literal["bug", "idea", "feedback", "question", "not_actionable"]
KINDS: tuple[Kind, ...] = ("bug", "idea", "feedback", "question", "not_actionable")

# Sections in reading order, with their headings on desk and card.
SECTIONS = {
    "summary": "",
    "why": "Why it matters",
    "steps": "To reproduce",
    "expected": "Expected",
    "actual": "Actual",
    "environment": "Environment",
    "wanted": "Wanted",
    "decided": "Decided in the thread",
    "where": "Where to look",
    "scope": "Not part of this",
}

MARK = re.compile(r"\[([a-z]\d+(?:\s*,\s*[a-z]\d+)*)\]")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Evidence(_Data):
    """Where a claim comes from. Marks: m1.. messages, q1.. answers, d1.. documents, t1.. past tickets, c1.. code."""

    mark: str = Field(pattern=r"^[a-z]\d+$")
    source: Literal["message", "answer", "document", "ticket", "code"]
    source_id: int
    label: str
    quote: str
    url: str = ""


class Statement(_Data):
    """One sentence or list item and the marks of its evidence; `by` says who wrote it."""

    text: str
    marks: list[str] = []
    by: Literal["inkling", "person"] = "inkling"
    assumed: bool = False


class Removed(_Data):
    """A statement that verification took out, and why."""

    text: str
    why: str


class Verdict(_Data):
    """Whether a draft meets a criterion of the rubric; `reason` quotes what failed, `by` says who judged."""

    criterion: str
    passed: bool
    reason: str = ""
    by: Literal["code", "model"] = "code"


class Own(_Data):
    """What people decided in earlier versions, which writing it again must not undo.

    `fields` they set, `lines` they wrote among open questions and assumptions, `struck` texts they took out.
    """

    fields: list[Literal["title", "kind", "priority"]] = []
    lines: list[str] = []
    struck: list[str] = []


class FollowedRule(_Data):
    """A house rule that held when the draft was written, by its id and version."""

    rule: int
    version: int


class Alike(_Data):
    """An earlier ticket that may be about the same, and what shows it; a person decides what follows.

    `relation`: same, shipped or declined (the same, and what became of it), or related. `ticket_id` is empty for one
    that Inkling did not make; `standing` says how it stands, `since` when it was made.
    """

    relation: Literal["same", "related", "shipped", "declined"]
    ticket_id: int | None
    document_id: int
    title: str
    standing: str
    since: date | None
    url: str
    why: str


class DraftContent(_Data):
    """Everything a draft says. `sections` has keys of SECTIONS; criteria can be answered yes or no.

    `masked` are placeholders of personal data with digests of their values (bot.core.redact), never the values.
    """

    kind: Kind
    title: str
    sections: dict[str, list[Statement]] = {}
    criteria: list[Statement] = []
    open_questions: list[str] = []
    assumptions: list[str] = []
    priority: Literal["P1", "P2", "P3", "P4"]
    priority_reason: str
    labels: list[str] = []
    evidence: list[Evidence] = []
    removed: list[Removed] = []
    verdicts: list[Verdict] = []
    alike: list[Alike] = []
    own: Own = Own()
    masked: dict[str, str] = {}
    house_rules: list[FollowedRule] = []

    def statements(self) -> list[Statement]:
        """Every statement in reading order, criteria last."""
        body = [statement for name in SECTIONS for statement in self.sections.get(name, [])]
        return body + self.criteria

    def cited(self) -> list[Evidence]:
        """The evidence that some statement really points to."""
        used = {mark for statement in self.statements() for mark in statement.marks}
        return [item for item in self.evidence if item.mark in used]


def with_kind(labels: list[str], old: str, new: str) -> list[str]:
    """The labels of a draft whose kind becomes another: the first labels of a card follow its kind, none is double."""
    return list(dict.fromkeys(new if label == old else label for label in labels))


def split_marks(line: str) -> tuple[str, list[str]]:
    """`"Both were confirmed [m1, q2]."` -> the text without marks, and the marks in order."""
    marks = [mark.strip() for group in MARK.findall(line) for mark in group.split(",")]
    text = re.sub(r"\s+([.,;:])", r"\1", MARK.sub("", line))
    return " ".join(text.split()), list(dict.fromkeys(marks))


def with_marks(statement: Statement) -> str:
    """The statement as a person edits it: text, then its marks in brackets."""
    return f"{statement.text} [{', '.join(statement.marks)}]" if statement.marks else statement.text
