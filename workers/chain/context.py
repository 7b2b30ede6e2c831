"""What a step gets besides its input: which rung it stands on, and a way to ask the model on its own account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from bot.core.redact import Masker
from bot.core.tickets.parts import Part
from workers.chain.data import Alikes, Asking, Critique, Gaps, Parts, Passages, Proposal, Rung, Thread, Triage, Wish
from workers.chain.house import Learned
from workers.chain.pieces import narrowed
from workers.llm import load, structured

Answer = TypeVar("Answer", bound=BaseModel)

PROMPTS = Path(__file__).parent / "prompts"
# Steps that write the draft and that check it, the last one first.
WRITERS, CRITICS = ("revise again", "revise", "draft"), ("critique again", "critique")
# Tokens an answer may have; models that think aloud need room in the full profile.
_MOST = {"model": 4000, "basic": 250}


@dataclass(frozen=True)
class Context:
    """One attempt at one step; `heard` are the prompts that a model has answered in it."""

    rung: Rung
    masker: Masker
    step_id: int
    heard: list[str] = field(default_factory=list)

    def ask(self, tier: str, prompt: str, variables: Mapping[str, str], shape: type[Answer]) -> Answer:
        """The model's answer in a shape; see workers.llm.structured for the errors."""
        answer = structured(
            tier,
            load(PROMPTS, prompt),
            variables,
            shape,
            masker=self.masker,
            max_tokens=_MOST[self.rung],
            step_id=self.step_id,
        )
        self.heard.append(prompt)
        return answer


class Made:
    """What the run has so far: its inputs, then the output of each finished step under the step's name.

    With a `part` the thread is what the ticket is about; `whole` stays all that was said.
    """

    def __init__(self, whole: Thread, wish: Wish, part: Part | None = None, learned: Learned | None = None) -> None:
        thread = narrowed(whole, part)
        self._parts: dict[str, Any] = {"whole": whole, "thread": thread, "told": thread.told()}
        self._parts |= {"matter": part or Part(title=""), "wish": wish, "regroup": Wish(regroup=wish.regroup)}
        self._learned = learned or Learned()

    def put(self, name: str, output: BaseModel) -> None:
        """Keep a step's output."""
        self._parts[name] = output

    def part(self, name: str) -> BaseModel:
        """An input or output by name."""
        if name == "learned":
            return self.learned
        return cast("BaseModel", self._parts[name])

    @property
    def thread(self) -> Thread:
        """What was said and asked."""
        return cast("Thread", self._parts["thread"])

    @property
    def whole(self) -> Thread:
        """What was said about any ticket of the report."""
        return cast("Thread", self._parts["whole"])

    @property
    def matter(self) -> Part:
        """Which part of the report this ticket is about; without a title: all of it."""
        return cast("Part", self._parts["matter"])

    @property
    def wish(self) -> Wish:
        """What a reviewer wants to be different."""
        return cast("Wish", self._parts["wish"])

    @property
    def triage(self) -> Triage:
        """Kind and signs of impact; the kind is a person's where one set it, or as reviewers always set it."""
        found = cast("Triage", self._parts["triage"])
        decided = self.wish.decided("kind")
        told = decided.kind if decided else None if self.thread.kind_hint else self._learned.kind(found.kind)
        return found.model_copy(update={"kind": told or found.kind})

    @property
    def learned(self) -> Learned:
        """What earlier reviews teach about tickets of this kind."""
        return self._learned.of_kind(self.triage.kind) if self._learned else self._learned

    @property
    def passages(self) -> Passages:
        """What the company knows."""
        return cast("Passages", self._parts["retrieve"])

    @property
    def alikes(self) -> Alikes:
        """Earlier tickets that the report may be about."""
        return cast("Alikes", self._parts["duplicates"])

    @property
    def gaps(self) -> Gaps:
        """What is told and what is missing."""
        return cast("Gaps", self._parts["gaps"])

    @property
    def asking(self) -> Asking:
        """The questions to ask now."""
        return cast("Asking", self._parts["questions"])

    @property
    def parts(self) -> Parts:
        """The matters of the report."""
        return cast("Parts", self._parts["split"])

    @property
    def proposal(self) -> Proposal:
        """The draft before verification, as it was last written."""
        return cast("Proposal", next(self._parts[name] for name in WRITERS if name in self._parts))

    @property
    def critique(self) -> Critique | None:
        """What the last check of the draft found; None before the first."""
        return cast("Critique | None", next((self._parts[name] for name in CRITICS if name in self._parts), None))

    @property
    def mended(self) -> bool:
        """Whether the draft was written again after its last check."""
        return "revise again" in self._parts and self._parts["revise again"] != self._parts["revise"]
