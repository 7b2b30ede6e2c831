"""What the steps of the chain hand to each other, as data; every one of these can be stored and read back."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.core.tickets.content import Alike, DraftContent, Kind, Statement, Verdict
from bot.core.tickets.parts import Part, Piece

Rung = Literal["model", "basic", "none"]
Field = Literal[
    "actual_behavior", "steps_to_reproduce", "expected_behavior", "environment", "impact", "desired_outcome"
]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Data):
    """Something that can be cited, its text masked. Marks: m1.. message, q1.. answer, d1.. document, t1.. ticket,
    c1.. code.

    `label` is for people; `who` is how a prompt names the speaker (or the question an answer belongs to).
    """

    mark: str
    source: Literal["message", "answer", "document", "ticket", "code"]
    source_id: int
    label: str
    text: str
    url: str = ""
    who: str = ""


class Asked(_Data):
    """A question that was asked: its field, words, fate (answered, unknown, expired) and the mark of its answer."""

    field: str
    text: str
    state: str
    round: int
    mark: str = ""


class Thread(_Data):
    """Everything that was said: messages and answers, masked; `masked` are the kinds, `digests` see DraftContent."""

    report_id: int
    kind_hint: str | None
    messages: list[Source]
    answers: list[Source]
    asked: list[Asked]
    note: str = ""
    masked: list[str] = []
    digests: dict[str, str] = {}

    @property
    def said(self) -> list[Source]:
        """Messages, then answers."""
        return [*self.messages, *self.answers]

    def told(self) -> "Thread":
        """The thread without questions that brought nothing: they change nothing for most steps."""
        return self.model_copy(update={"asked": [asked for asked in self.asked if asked.mark]})

    @property
    def text(self) -> str:
        """All of it as one text."""
        return "\n".join(source.text for source in self.said)


class Wish(_Data):
    """What a reviewer wants to be different, and the draft they saw: as data, and as masked text for a prompt.

    `regroup` is the last instruction, of this run or one before, that speaks of how many tickets there should be.
    """

    instruction: str = ""
    regroup: str = ""
    last: DraftContent | None = None
    draft: str = ""

    def decided(self, field: str) -> DraftContent | None:
        """The draft in which a person set this single field; None when nobody did."""
        return self.last if self.last and field in self.last.own.fields else None


class Signal(_Data):
    """One fact about impact and the mark of the message that says so; `unknown` has no mark."""

    value: str
    mark: str = ""


class Triage(_Data):
    """What kind of report it is, in which language, about what, and how much it matters.

    `other_words` are ways in which others may have reported the same, to search by; they are evidence of nothing.
    """

    kind: Kind
    language: str = "en"
    area: str = ""
    other_words: list[str] = []
    affected: Signal
    effect: Signal
    workaround: Signal
    stakes: Signal


class Passages(_Data):
    """What the company knows that may bear on the report; `where` names places in the `code` that it speaks of."""

    items: list[Source]
    code: list[Source] = []
    where: list[Statement] = []


class Alikes(_Data):
    """Earlier tickets that the report may be about."""

    items: list[Alike]


class Finding(_Data):
    """Where a needed field is told already: the mark of who says it, and the sentence."""

    field: Field
    mark: str
    quote: str


class Query(_Data):
    """A question worth asking."""

    field: Field
    text: str
    suggestions: list[str] = []
    reason: str = ""


class Gaps(_Data):
    """What the kind of report needs: found where, missing what, and a model's own questions about that."""

    found: list[Finding]
    missing: list[Field]
    queries: list[Query] = []


class Asking(_Data):
    """The questions to ask now, possibly none."""

    queries: list[Query]


class Parts(_Data):
    """The matters of a thread, each for a ticket of its own; no items: it is about one, or nothing tells them apart.

    `plan`: the items lead to one `goal`, in order. `left_out` is what is taken back or not planned, `aside` where.
    `opening` announces the items and tells none of them. One item alone stands where all others were left out.
    """

    relation: Literal["single", "siblings", "plan"] = "single"
    goal: str = ""
    items: list[Part] = []
    left_out: list[Statement] = []
    aside: list[Piece] = []
    opening: list[Piece] = []


class Proposal(_Data):
    """A draft before verification: `open_questions` are the writer's own, `notes` are ours for the reviewer.

    `unread` is how many characters of the thread did not fit; `quoted` says that no word of it is a model's.
    """

    title: str
    sections: dict[str, list[Statement]]
    criteria: list[Statement] = []
    open_questions: list[str] = []
    notes: list[str] = []
    unread: int = 0
    quoted: bool = False


class Critique(_Data):
    """What a check found of `draft`, the text as a reviewer would get it; `stuck`: a revision had changed nothing.

    `doubted` are sentences of the proposal's summary, whole and plain, that may not be what was said.
    """

    verdicts: list[Verdict]
    doubted: list[str] = []
    draft: str = ""
    stuck: bool = False

    @property
    def by_model(self) -> bool:
        """Whether a model had a say in it."""
        return any(verdict.by == "model" for verdict in self.verdicts)

    @property
    def faults(self) -> list[Verdict]:
        """The criteria that failed, if it is of use to write again."""
        return [] if self.stuck else [verdict for verdict in self.verdicts if not verdict.passed]
