"""Approved pairs as training data: what a model is asked for a draft, and the text that people approved, masked."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.learning.reviewed import Reviewed, approved
from bot.core.models import Report, Run, Step
from bot.core.tickets.content import SECTIONS, DraftContent, Statement
from bot.core.tickets.families import families
from bot.core.tickets.links import place_of
from bot.core.tickets.parts import Part
from workers.chain.asking import OPEN
from workers.chain.context import PROMPTS, Made
from workers.chain.data import Gaps, Passages, Thread, Triage, Wish
from workers.chain.quoting import fit
from workers.chain.steps.draft import PROMPT, Claim, shape_of, variables_of
from workers.chain.thread import load as load_thread
from workers.llm import Masker, load

# What the draft step was given by the steps before it, under their names.
_NEEDED: dict[str, type[BaseModel]] = {"triage": Triage, "retrieve": Passages, "gaps": Gaps}


class Pairs:
    """The pairs as JSON lines; `left_out` counts by reason what could not be one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.written = 0
        self.left_out: Counter[str] = Counter()

    def lines(self, since: datetime | None, kind: str) -> Iterator[str]:
        """One line per approved ticket, oldest first."""
        for pair in approved(self._session, since):
            if kind and pair.after.kind != kind:
                continue
            made = _made(self._session, pair)
            if isinstance(made, str):
                self.left_out[made] += 1
                continue
            self.written += 1
            yield json.dumps({"messages": _messages(*made, pair.after)}, ensure_ascii=False)


def _made(session: Session, pair: Reviewed) -> tuple[Made, Masker] | str:
    """What the draft step has before it for this ticket, or why that is not known any more.

    Thread and part are as they are now, what earlier steps found is from when Inkling wrote its last draft.
    """
    thread, masker = load_thread(session, session.get_one(Report, pair.report_id))
    if not thread.messages:
        return "every message was deleted since"
    place, family = place_of(session, pair.ticket_id), families(session, [pair.ticket_id]).get(pair.ticket_id)
    if place is None and family is not None and any(not one.dropped for one in family.of("child")):
        return "it tells the plan of a divided report, and what it was about is not kept"
    query = (
        select(Step)
        .join(Run, Run.id == Step.run_id)
        .where(Run.ticket_id == pair.ticket_id, Run.id <= (pair.run_id or 0))
        .where(Step.name.in_(_NEEDED), Step.state == "done")
        .order_by(Step.id)
    )
    outputs = {step.name: step.output for step in session.scalars(query)}
    if set(outputs) != set(_NEEDED):
        return "not written by the chain"
    made = Made(thread, Wish(), Part.model_validate(place.part) if place else None)
    for name, shape in _NEEDED.items():
        made.put(name, shape.model_validate(outputs[name]))
    # The text that was approved is of the kind that people decided on.
    made.put("triage", made.triage.model_copy(update={"kind": pair.after.kind}))
    return made, masker


def _messages(made: Made, masker: Masker, content: DraftContent) -> list[dict[str, str]]:
    said, _ = fit(made.thread, "model")
    variables = {name: masker.mask(value) for name, value in variables_of(made, said).items()}
    system, user = load(PROMPTS, PROMPT).fill(variables)
    answer = _answer(made, masker, content).model_dump_json()
    return [
        {"role": "system", "content": system},
        {"role": "user", "content": user},
        {"role": "assistant", "content": answer},
    ]


def _answer(made: Made, masker: Masker, content: DraftContent) -> BaseModel:
    """The approved text as a model would have had to say it, citing sources by the marks that they have now."""
    sources = [*made.thread.said, *made.passages.items]
    now: dict[tuple[str, int], str] = {(source.source, source.source_id): source.mark for source in sources}
    marks = {item.mark: now.get((item.source, item.source_id), "") for item in content.evidence}

    def claims(said: list[Statement]) -> list[Claim]:
        return [
            Claim(text=masker.mask(one.text), marks=[new for mark in one.marks if (new := marks.get(mark))])
            for one in said
        ]

    parts: dict[str, Any] = {name: claims(content.sections.get(name, [])) for name in SECTIONS}
    questions = [masker.mask(line) for line in content.open_questions if not _is_gap(line, made.thread)]
    parts |= {"criteria": claims(content.criteria), "open_questions": questions}
    # Each kind of ticket has its own parts; the shape leaves out what a model is not asked for.
    return shape_of(content.kind)(title=masker.mask(content.title), **parts)


def _is_gap(line: str, thread: Thread) -> bool:
    """Whether an open question is an untold part, which the chain adds by itself."""
    return line in OPEN.values() or any(line.startswith(asked.text) for asked in thread.asked)
