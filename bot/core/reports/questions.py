"""Questions we ask back and their answers, by button, modal or reply; anyone in the thread may answer, once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.audit import INKLING, Actor, record
from bot.core.clock import now
from bot.core.models import Message, Person, Question, Report, Ticket
from bot.core.outbox import enqueue, topics
from bot.core.settings import settings
from bot.core.tickets.life import move

MAX_QUESTIONS, MAX_ROUNDS = 3, 2
# Who waits less than this is not reminded.
WORTH_REMINDING = timedelta(hours=1)
_NUMBERED = re.compile(r"^\s*(?:Q?(\d)\s*[.):\-])\s*(.+?)(?=^\s*Q?\d\s*[.):\-]|\Z)", re.MULTILINE | re.DOTALL)
_UNKNOWN = re.compile(
    r"^\W*(i\s+)?(don'?t|do not|no)\s+(know|idea|clue)\W*$|^\W*(not sure|unknown|idk)\W*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Ask:
    """A question to be asked: what it is about (`field`), its words, answers to offer, and why if not obvious."""

    field: str
    text: str
    suggestions: Sequence[str] = ()
    reason: str = ""


def questions_of(session: Session, report_id: int) -> list[Question]:
    """Every question about a report, in the order asked."""
    query = select(Question).where(Question.report_id == report_id).order_by(Question.round, Question.position)
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def open_questions(session: Session, report_id: int) -> list[Question]:
    """Questions still waiting for an answer."""
    return [question for question in questions_of(session, report_id) if question.state == "open"]


def locked_report(session: Session, report_id: int) -> Report:
    """The report, locked, so that what is said happens one after the other.

    Of two people who answer the last two questions at once, the second then sees that nothing is open any more; and a
    message either comes before the draft that is being submitted, or after it, but not unseen beside it.
    """
    return session.get_one(Report, report_id, with_for_update=True)


def ask(session: Session, report: Report, ticket: Ticket, asks: Sequence[Ask]) -> int:
    """Ask the next round (at most 3 questions) and wait; `ticket` is locked. Returns the round's number, from 1."""
    assert 0 < len(asks) <= MAX_QUESTIONS
    number = max((question.round for question in questions_of(session, report.id)), default=0) + 1
    assert number <= MAX_ROUNDS
    for position, item in enumerate(asks, 1):
        session.add(
            Question(
                report_id=report.id,
                round=number,
                position=position,
                field=item.field,
                text=item.text,
                reason=item.reason,
                suggestions=list(item.suggestions),
            )
        )
    report.wait_until = now() + settings().inkling_answer_wait
    move(session, ticket, "ask", INKLING, {"round": number, "questions": [item.text for item in asks]})
    subject, payload = f"{report.id}:{number}", {"report_id": report.id, "round": number}
    enqueue(session, topics.QUESTIONS, subject, payload)
    wait = settings().inkling_answer_wait
    if wait >= WORTH_REMINDING:
        enqueue(session, topics.REMIND, subject, payload, delay=wait.total_seconds() / 2)
    return number


def answer(
    session: Session, question_id: int, person: Person, text: str | None, *, message: Message | None = None
) -> bool:
    """Answer an open question; None means "don't know". False when somebody was faster or the wait is over."""
    question = session.get(Question, question_id)
    if question is None:
        return False
    report = locked_report(session, question.report_id)
    session.refresh(question)
    if question.state != "open":
        return False
    known = text is not None and bool(text.strip()) and not _UNKNOWN.match(text)
    question.state = "answered" if known else "unknown"
    question.answer = (text or "").strip() if known else ""
    question.answered_by, question.answered_at = person.id, now()
    question.message_id = message.id if message else None
    record(
        session,
        Actor.of(person),
        "question.answered",
        workspace_id=report.workspace_id,
        report_id=report.id,
        after={"question": question.text, "state": question.state, "answer": question.answer},
    )
    session.flush()
    enqueue(
        session, topics.QUESTIONS, f"{report.id}:{question.round}", {"report_id": report.id, "round": question.round}
    )
    if not open_questions(session, report.id):
        report.wait_until = None
        enqueue(session, topics.CHAIN, report.id, {"report_id": report.id}, delay=1)
    return True


def answer_by_reply(session: Session, report: Report, author: Person, message: Message) -> bool:
    """Use a reply in the thread as an answer; True when it closed at least one question.

    Numbered lines answer the questions with those numbers. A reply to one open question, or any reply of the reporter,
    answers all that is open: the chain reads the whole thread again and asks once more only for what is still missing.
    """
    waiting = open_questions(session, report.id)
    if not waiting:
        return False
    numbered = _numbered(message.text)
    by_number = [question for question in waiting if question.position in numbered]
    if by_number:
        given = [(question, numbered[question.position]) for question in by_number]
    elif len(waiting) == 1 or author.id == report.reporter_id:
        given = [(question, message.text) for question in waiting]
    else:
        return False
    closed = 0
    for question, text in given:
        closed += answer(session, question.id, author, text, message=message)
    return closed > 0


def _numbered(text: str) -> dict[int, str]:
    return {int(number): answer.strip() for number, answer in _NUMBERED.findall(text)}


def follow_reply(session: Session, message: Message) -> None:
    """Answers given by a reply say what the reply says now; a reply that was deleted answers nothing any more."""
    numbered = _numbered(message.text)
    for question in session.scalars(select(Question).where(Question.message_id == message.id)):
        text = "" if message.deleted_at else numbered.get(question.position, message.text).strip()
        known = bool(text) and not _UNKNOWN.match(text)
        question.state, question.answer = "answered" if known else "unknown", text if known else ""


def expire(session: Session, report: Report) -> int:
    """Stop waiting: open questions are closed unanswered and will stand in the draft. Returns how many."""
    waiting = open_questions(session, report.id)
    for question in waiting:
        question.state = "expired"
        enqueue(
            session,
            topics.QUESTIONS,
            f"{report.id}:{question.round}",
            {"report_id": report.id, "round": question.round},
        )
    report.wait_until = None
    if waiting:
        record(
            session,
            INKLING,
            "question.expired",
            workspace_id=report.workspace_id,
            report_id=report.id,
            after={"questions": [item.text for item in waiting]},
        )
    return len(waiting)
