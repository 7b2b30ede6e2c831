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
from bot.core.reports.doubt import says_nothing
from bot.core.settings import settings
from bot.core.tickets.life import move

MAX_QUESTIONS, MAX_ROUNDS = 3, 2
# Who waits less than this is not reminded.
WORTH_REMINDING = timedelta(hours=1)
# "1. yes", "Q2) no", "3 - maybe"; but not "1.2.3 on Android", "3:15 pm", "2-factor login" or "2 - 3 people".
_NUMBER = re.compile(r"^\s*Q?(\d)\s*(?:[.):](?!\d)|-\s(?!\s*\d))", re.MULTILINE)


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
    known = text is not None and bool(text.strip()) and not says_nothing(text)
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
    _show(session, question)
    if not open_questions(session, report.id):
        report.wait_until = None
        enqueue(session, topics.CHAIN, report.id, {"report_id": report.id}, delay=1)
    return True


def answer_by_reply(session: Session, report: Report, author: Person, message: Message) -> bool:
    """Use a reply in the thread as an answer; True when it closed at least one question.

    Numbered lines answer the questions with those numbers; where others are among them they count something else, such
    as steps. A reply to one open question, or any reply of the reporter, answers all that is open: the chain reads the
    whole thread again and asks once more only for what is still missing.
    """
    waiting = open_questions(session, report.id)
    if not waiting:
        return False
    numbered = _numbered(message.text, {question.position for question in waiting})
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


def _numbered(text: str, waiting: set[int]) -> dict[int, str]:
    """Answers by number; none where the numbers are not those of the `waiting` questions, each at most once."""
    before, *parts = _NUMBER.split(text)
    given = {int(number): answer.strip() for number, answer in zip(parts[::2], parts[1::2], strict=True)}
    # To a single question all that was said is the answer, but for its number.
    if not given.keys() <= waiting or 2 * len(given) < len(parts) or (len(waiting) == 1 and before.strip()):
        return {}
    return {number: answer for number, answer in given.items() if answer}


def follow_reply(session: Session, message: Message) -> None:
    """Answers given by a reply say what the reply says now; a reply that was deleted answers nothing any more."""
    asked = questions_of(session, message.report_id)
    closed = [question for question in asked if question.message_id == message.id]
    for question in closed:
        numbered = _numbered(message.text, _waited(asked, closed, question.round))
        text = "" if message.deleted_at else numbered.get(question.position, message.text).strip()
        known = bool(text) and not says_nothing(text)
        before = question.state, question.answer
        question.state, question.answer = "answered" if known else "unknown", text if known else ""
        if before != (question.state, question.answer):
            _show(session, question)


def _waited(asked: list[Question], closed: list[Question], number: int) -> set[int]:
    """The positions of round `number` that were open until the reply that `closed` some of them."""
    since = min(question.answered_at for question in closed if question.answered_at)
    return {one.position for one in asked if one.round == number and (not one.answered_at or one.answered_at >= since)}


def _show(session: Session, question: Question) -> None:
    """Promise that the message with this question will show how it stands."""
    payload = {"report_id": question.report_id, "round": question.round}
    enqueue(session, topics.QUESTIONS, f"{question.report_id}:{question.round}", payload)


def expire(session: Session, report: Report, *, needed: bool = True) -> int:
    """Stop waiting: open questions are closed unanswered and will stand in the draft. Returns how many.

    Those that are not `needed` any more, since there will be no draft, are closed as moot.
    """
    waiting = open_questions(session, report.id)
    for question in waiting:
        question.state = "expired" if needed else "moot"
        _show(session, question)
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
