"""Runs the chain over a report, step by step, so that it can be interrupted anywhere and goes on where it was."""

import time
from typing import cast

from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot.core import log, reports
from bot.core.audit import INKLING
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import Report, Run, Ticket
from bot.core.outbox import enqueue, topics
from bot.core.reports import Ask
from bot.core.settings import settings
from bot.core.tickets import links, matches
from bot.core.tickets.content import DraftContent
from bot.core.tickets.life import hold, locked, move, tickets_of
from bot.core.tickets.review import submit
from bot.core.tickets.states import TERMINAL, State
from workers.base import Job
from workers.chain import ledger
from workers.chain.context import Context, Made
from workers.chain.data import Alikes, Asking, Parts, Rung
from workers.chain.division import part_of, settle
from workers.chain.flow import FLOW, FlowStep
from workers.chain.learned import learned_of
from workers.chain.patience import answered, wait_or_do_without
from workers.chain.thread import fingerprint, load
from workers.chain.wish import wish_of
from workers.intake.thread import read_thread
from workers.llm import ModelUnavailable

# A step that failed this often is done by code alone, so that a report always comes to an end.
MAX_ATTEMPTS = 3
# A thread that keeps changing while it is written up is written up this often; then the reviewer is told.
MAX_ROUNDS = 3
AT_WORK = (State.RECEIVED, State.CLARIFYING, State.DRAFTING)
_log = log.get("workers.chain")


def advance(job: Job) -> None:
    """Bring the report `payload["report_id"]` as far as it can go: to questions, to review, or to a later try.

    Its first ticket divides it if it holds several matters; the others are then each written by work of their own,
    which names its `ticket_id`.
    """
    run = _begin(int(job.payload["report_id"]), job.payload.get("ticket_id"))
    if run is None:
        return
    _read(run)
    for round_number in range(1, MAX_ROUNDS + 1):
        if Pass(run, patient=not job.payload.get("held")).go(last=round_number == MAX_ROUNDS):
            return
        _log.info("the thread changed, once more", run=run.id)


def _begin(report_id: int, ticket_id: int | None) -> Run | None:
    """The run to go on with; None when nothing is to be done now. Without a `ticket_id` all tickets go on."""
    with transaction() as session:
        report = session.get(Report, report_id, with_for_update=True)
        if report is None or not (tickets := tickets_of(session, report_id)):
            return None
        if ticket_id is None:
            links.wake(session, report, tickets[0])
        ticket = locked(session, ticket_id or tickets[0])
        run = ledger.current(session, ticket.id)
        waits = ticket.state == State.CLARIFYING and bool(reports.open_questions(session, report_id))
        if waits and report.wait_until is not None and report.wait_until > now():
            if run is not None:
                run.state = "waiting"
            return None
        over = report.wait_until is not None and (report.wait_until <= now() or ticket.state in TERMINAL)
        if (waits or over) and ticket.id == tickets[0]:
            reports.expire(session, report, needed=ticket.state not in TERMINAL)
        if ticket.state not in AT_WORK:
            if run is not None and ticket.state != State.NEEDS_ATTENTION:
                _end(run)
            return None
        if ticket.state == State.CLARIFYING:
            move(session, ticket, "draft", INKLING)
        if run is None:
            run = Run(report_id=report_id, ticket_id=ticket.id)
            session.add(run)
        run.state = "running"
        session.flush()
        return run


def _end(run: Run, error: str = "") -> None:
    run.state, run.finished_at, run.error = ("failed" if error else "done"), now(), error


def _read(run: Run) -> None:
    """Read the thread from Slack, once per report."""
    with transaction() as session:
        if session.get_one(Report, run.report_id).thread_read_at is not None:
            return
    entry = ledger.begin(run, "read", "once", "", "")
    if entry.output is not None:
        return
    begun = time.monotonic()
    try:
        read_thread(run.report_id)
    except Exception as error:
        ledger.wait(entry.id, str(error))
        raise
    ledger.finish(entry.id, None, None, _since(begun))


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _recorded(step: FlowStep, rung: Rung) -> Rung | None:
    """What is said to have done a step: `none` where code does it although a rung has a model; None if code always."""
    if not step.asks_model:
        return None
    return rung if rung in step.prompts else "none"


class Pass:
    """One way through the steps over the thread as it is at the start."""

    def __init__(self, run: Run, *, patient: bool = False) -> None:
        """With patience no questions are asked while people are being shown what the report looks the same as."""
        self.run, self.patient = run, patient
        config = settings()
        self.rung: Rung = "none" if not config.has_model else "model"
        if config.has_model and config.inkling_model_profile == "small":
            self.rung = "basic"
        self.rungs: dict[str, str] = {}
        with transaction() as session:
            thread, self.masker = load(session, session.get_one(Report, run.report_id), run.ticket_id)
            self.part = part_of(session, run)
            self.learned = learned_of(session, run, thread, self.masker)
            self.made = Made(thread, wish_of(session, run, thread, self.masker), self.part, self.learned)

    def go(self, *, last: bool) -> bool:
        """Whether this came to an end; False when the thread changed meanwhile (nothing was asked or submitted)."""
        if not self.made.whole.messages:
            return self._nothing_said()
        for step in FLOW:
            if step.for_report and self.part is not None:
                continue
            self.made.put(step.name, self.done(step))
            if step.name == "duplicates":
                self._show_match(self.made.alikes)
            if step.name == "questions" and self.made.asking.queries:
                return self._ask(self.made.asking)
            if step.name == "split" and (end := self._divide(self.made.parts, last=last)) is not None:
                return end
        return self._submit(cast("DraftContent", self.made.part("verify")), last=last)

    def done(self, step: FlowStep) -> BaseModel:
        """A step's output: from before, or made now; by the model while it is there and its answers can be used."""
        prompt = step.prompt(self.rung, self.made)
        parts = [self.made.part(name) for name in step.needs]
        input_hash = ledger.hash_of(prompt, parts)
        while True:
            entry = ledger.begin(self.run, step.name, input_hash, prompt, _recorded(step, self.rung) or "")
            if entry.output is not None:
                self.rungs[step.name] = entry.rung
                return step.output.model_validate(entry.output)
            tired = entry.attempt > MAX_ATTEMPTS or (step.asks_model and self.rung == "none")
            rung: Rung = "none" if tired else self.rung
            begun, context = time.monotonic(), Context(rung, self.masker, entry.id)
            try:
                output = step.work[rung](self.made, context)
            except ModelUnavailable as error:
                ledger.wait(entry.id, error.message)
                wait_or_do_without(self.run.id, error)
                self.rung = "none"
            except Exception as error:
                ledger.fail(entry.id, f"{type(error).__name__}: {error}")
                if rung == "none" or not step.asks_model:
                    raise
                _log.warning("step failed", step=step.name, attempt=entry.attempt, error=str(error)[:200])
            else:
                recorded = _recorded(step, rung)
                ledger.finish(entry.id, output, recorded, _since(begun))
                self.rungs[step.name] = recorded or ""
                if context.heard:
                    answered(self.run.id)
                return output

    def _now(self, session: Session) -> tuple[Report, Ticket, bool]:
        """Report and locked ticket, and whether the thread is still what this pass has read."""
        report = session.get_one(Report, self.run.report_id, with_for_update=True)
        ticket = locked(session, self.run.ticket_id)
        thread, _ = load(session, report, ticket.id)
        return report, ticket, fingerprint(thread) == fingerprint(self.made.whole)

    def _show_match(self, found: Alikes) -> None:
        """Show the people of the report the ticket that it looks the same as; the work goes on meanwhile."""
        same = next((one for one in found.items if one.relation != "related" and one.ticket_id), None)
        if same is None or self.part is not None:
            return
        with transaction() as session:
            report = session.get_one(Report, self.run.report_id, with_for_update=True)
            matches.show(session, report, same.ticket_id or 0, same.why)

    def _ask(self, asking: Asking) -> bool:
        with transaction() as session:
            report, ticket, same = self._now(session)
            run = session.get_one(Run, self.run.id)
            if ticket.state not in (State.RECEIVED, State.DRAFTING):
                return True
            if not same:
                return False
            if self.patient and (left := matches.time_left(session, report.id)):
                subject = {"report_id": report.id, "held": True}
                enqueue(session, topics.CHAIN, report.id, subject, delay=left)
                run.state = "waiting"
                return True
            asks = [Ask(query.field, query.text, query.suggestions, query.reason) for query in asking.queries]
            reports.ask(session, report, ticket, asks)
            run.state = "waiting"
            # People take their time: an outage found when they have answered is another one.
            run.model_down_since, run.error = None, ""
            return True

    def _divide(self, parts: Parts, *, last: bool) -> bool | None:
        """Give each part its ticket and go on with this one's; None when all of the report is one ticket."""
        with transaction() as session:
            report, ticket, same = self._now(session)
            if ticket.state not in (State.RECEIVED, State.DRAFTING):
                return True
            if not same and not last:
                return False
            self.part = settle(session, report, ticket, parts)
            if ticket.state == State.WITHDRAWN:
                return True
        if self.part is None:
            return None
        self.made = Made(self.made.whole, self.made.wish, self.part, self.learned)
        return self.go(last=last)

    def _submit(self, content: DraftContent, *, last: bool) -> bool:
        with transaction() as session:
            _, ticket, same = self._now(session)
            run = session.get_one(Run, self.run.id)
            if ticket.state not in (State.RECEIVED, State.DRAFTING):
                return True
            if not same and not last:
                return False
            if not same:
                note = "The thread went on while this was written: do its newest messages change anything?"
                content = content.model_copy(update={"open_questions": [*content.open_questions, note]})
            if ticket.state == State.RECEIVED:
                move(session, ticket, "draft", INKLING)
            submit(session, ticket, content, self.rungs["draft"], run.id)
            _end(run)
            return True

    def _nothing_said(self) -> bool:
        """Every message is gone: a person decides what that means."""
        sentence = "Every message of this report was deleted. Decline it, or write the ticket by hand."
        with transaction() as session:
            ticket = locked(session, self.run.ticket_id)
            if ticket.state in AT_WORK:
                hold(session, ticket, sentence)
            _end(session.get_one(Run, self.run.id), sentence)
        return True
