"""Plays a report through the product's own chain, with a reporter who answers only what is asked; no judgement."""

import time
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import func, select

from bot.core import access, reports
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import ModelCall, Question, Report, Run, Step, Ticket
from bot.core.tickets.content import DraftContent
from bot.core.tickets.life import tickets_of
from bot.core.tickets.review import latest_draft
from workers.base import Job
from workers.chain import advance
from workers.evals.dataset import Case
from workers.evals.patience import patiently
from workers.retrieval.embedding import embed_all
from workers.retrieval.tickets import handle as remember

CHANNEL = "C0EVALS"
# A run ends after at most two rounds of questions; more passes than this mean that something is wrong.
MAX_PASSES = 6


@dataclass(frozen=True)
class Asked:
    """A question that was asked, in which round, and what the reporter said ("" is "don't know")."""

    field: str
    text: str
    round: int
    answer: str


@dataclass(frozen=True)
class Played:
    """What became of a report: its tickets' newest drafts (empty when none), what was asked, and what it took.

    `state` is the first ticket's; `seconds` leaves out nothing but the time that people take to answer, and is less
    than `call_seconds`, those of all calls added up, where calls run side by side. `same` are the earlier cases that
    a draft says it is the same as ("" for a ticket of no case).
    """

    state: str
    drafts: list[DraftContent]
    asked: list[Asked]
    calls: int
    tokens: int
    cost_usd: float
    call_seconds: float
    seconds: float
    rung: str
    same: tuple[str, ...] = ()


class Player:
    """Plays cases into a database of its own, one thread each; several may play at once."""

    def __init__(self, stamp: int) -> None:
        self._stamp = stamp
        self._case_of: dict[int, str] = {}

    def play(self, case: Case, number: int) -> Played:
        """Receive the thread, run the chain and answer until there is a draft or nothing more happens."""
        began = time.monotonic()
        report_id = self.receive(case, number)
        for _ in range(MAX_PASSES):
            # What a report looks the same as is shown to nobody here.
            _advance(report_id=report_id, held=True)
            _write_others(report_id)
            if not _answer(report_id, case):
                break
        played = self._outcome(report_id, time.monotonic() - began)
        self._remember(report_id, case)
        return played

    def receive(self, case: Case, number: int) -> int:
        """Keep the whole thread as a report; its id."""

        def ts(position: int, minutes: int) -> str:
            return f"{self._stamp + minutes * 60 + position}.{number:06d}"

        with transaction() as session:
            team = access.workspace_of(session, "T0EVALS")
            people = {
                user: access.person_of_slack(session, team.id, f"U-{user}", user)
                for user in {said.user for said in case.thread}
            }
            first, *rest = case.thread
            report, _ = reports.receive(
                session,
                people[first.user],
                workspace_id=team.id,
                channel_id=CHANNEL,
                thread_ts=ts(0, 0),
                ts=ts(0, 0),
                text=first.text,
                origin="mention",
            )
            for position, said in enumerate(rest, 1):
                reports.add_message(
                    session, report, people[said.user], ts=ts(position, said.minutes_after), text=said.text
                )
            # Here the whole thread is known; there is no Slack to read it from.
            report.thread_read_at = now()
            return report.id

    def _outcome(self, report_id: int, seconds: float) -> Played:
        with transaction() as session:
            ticket_ids = tickets_of(session, report_id)
            drafts = [draft for ticket_id in ticket_ids if (draft := latest_draft(session, ticket_id))]
            questions = session.scalars(select(Question).where(Question.report_id == report_id).order_by(Question.id))
            written = [DraftContent.model_validate(draft.content) for draft in drafts]
            same = [one.ticket_id for draft in written for one in draft.alike if one.relation != "related"]
            return Played(
                state=session.get_one(Ticket, ticket_ids[0]).state,
                drafts=written,
                asked=[Asked(one.field, one.text, one.round, one.answer) for one in questions],
                **used(report_id),
                seconds=round(seconds, 2),
                rung=drafts[0].rung if drafts else "",
                same=tuple(dict.fromkeys(self._case_of.get(ticket or 0, "") for ticket in same)),
            )

    def _remember(self, report_id: int, case: Case) -> None:
        """Let later cases find this one's tickets, as the workers would."""
        with transaction() as session:
            ticket_ids = tickets_of(session, report_id)
        for ticket_id in ticket_ids:
            self._case_of[ticket_id] = case.id
            remember(Job({"ticket_id": ticket_id}, 1))
        patiently(embed_all)


def _advance(**payload: int) -> None:
    """Do a piece of the chain's work; what asks to wait is tried again. At last raises Later."""
    patiently(lambda: advance(Job(payload, 1)))


def _write_others(report_id: int) -> None:
    """Do the work that was promised for the other tickets of a divided report."""
    with transaction() as session:
        _, *others = tickets_of(session, report_id)
    for ticket_id in others:
        _advance(report_id=report_id, ticket_id=ticket_id)


def _answer(report_id: int, case: Case) -> bool:
    """Answer what is open, or let the wait end when this reporter never answers; False when nothing is open."""
    with transaction() as session:
        waiting = reports.open_questions(session, report_id)
        report = session.get_one(Report, report_id)
        if waiting and not case.answers:
            report.wait_until = now()
            return True
        person = access.person_of_slack(session, report.workspace_id, "U-reporter", "reporter")
        for question in waiting:
            said = case.answers.get(question.field) or case.answers.get("anything_else")
            reports.answer(session, question.id, person, said)
        return bool(waiting)


class Used(TypedDict):
    """What the model calls for a report took."""

    calls: int
    tokens: int
    cost_usd: float
    call_seconds: float


def used(report_id: int) -> Used:
    """The sums over all model calls of a report's runs."""
    sums = select(
        func.count(ModelCall.id),
        func.coalesce(func.sum(ModelCall.tokens_in + ModelCall.tokens_out), 0),
        func.coalesce(func.sum(ModelCall.cost_usd), 0),
        func.coalesce(func.sum(ModelCall.latency_ms), 0),
    )
    with transaction() as session:
        of_report = sums.join(Step, Step.id == ModelCall.step_id).join(Run).where(Run.report_id == report_id)
        calls, tokens, cost, latency = session.execute(of_report).one()
    return Used(calls=calls, tokens=int(tokens), cost_usd=float(cost or 0), call_seconds=round(int(latency) / 1000, 2))
