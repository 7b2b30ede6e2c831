"""What one fair prompt makes of the same thread, without the chain: the figure that the chain has to beat.

The prompt gets the whole thread at once, masked and quoted as in the chain. It asks its questions in the ticket, and
nobody answers them. Each of its sentences may lean on the whole thread, so only what no message says is unsupported.
"""

import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.core.db import transaction
from bot.core.models import Report, Run, Step
from bot.core.tickets.content import DraftContent, Evidence, Kind, Statement
from bot.core.tickets.life import tickets_of
from workers.chain.data import Field
from workers.chain.quoting import quote, unbarred
from workers.chain.thread import load as thread_of
from workers.chain.words import sentences
from workers.evals.dataset import Case
from workers.evals.patience import patiently
from workers.evals.play import Asked, Played, Player, used
from workers.llm import ModelOutputError, load, structured

NAME = "single-prompt"
PROMPTS = Path(__file__).parent / "prompts"
_PROMPT, _MOST_TOKENS = "single/v1", 2000


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Question(_Answer):
    field: Field
    text: str


class Ticket(_Answer):
    """What the model says."""

    kind: Kind
    title: str
    description: list[str]
    criteria: list[str]
    questions: list[_Question]


class SinglePrompt(Player):
    """Plays cases with one call each."""

    def play(self, case: Case, number: int) -> Played:
        """Receive the thread and write the ticket at once; an answer that cannot be used is no ticket."""
        report_id = self.receive(case, number)
        with transaction() as session:
            report = session.get_one(Report, report_id)
            thread, masker = thread_of(session, report)
            run = Run(report_id=report_id, ticket_id=tickets_of(session, report_id)[0], state="done")
            session.add(run)
            session.flush()
            step = Step(run_id=run.id, name="single", input_hash="", state="done", prompt=_PROMPT)
            session.add(step)
            session.flush()
            step_id = step.id
        began = time.monotonic()
        prompt, variables = load(PROMPTS, _PROMPT), {"thread": quote(thread.said)}
        try:
            answer = patiently(
                lambda: structured(
                    "smart", prompt, variables, Ticket, masker=masker, max_tokens=_MOST_TOKENS, step_id=step_id
                )
            )
        except ModelOutputError:
            return Played("needs_attention", [], [], **used(report_id), seconds=_since(began), rung="single")
        asked = [Asked(question.field, unbarred(question.text), 1, "") for question in answer.questions]
        draft = _draft(answer, thread.text)
        return Played("in_review", [draft], asked, **used(report_id), seconds=_since(began), rung="single")


def _since(began: float) -> float:
    return round(time.monotonic() - began, 2)


def _draft(answer: Ticket, said: str) -> DraftContent:
    def stated(text: str) -> Statement:
        return Statement(text=unbarred(text), marks=["m1"])

    described = [part for text in answer.description for part in sentences(unbarred(text)) or [text]]
    return DraftContent(
        kind=answer.kind,
        title=unbarred(answer.title),
        sections={"summary": [stated(text) for text in described]},
        criteria=[stated(text) for text in answer.criteria],
        open_questions=[unbarred(question.text) for question in answer.questions],
        priority="P3",
        priority_reason="not asked for",
        evidence=[Evidence(mark="m1", source="message", source_id=0, label="the thread", quote=said)],
    )
