"""Replies in the thread as answers: numbers that are none, doubt that tells something, and edits that are shown."""

import pytest
from sqlalchemy import select, text

from bot.core import access, reports
from bot.core.db import transaction
from bot.core.models import OutboxItem, Person, Report, Ticket
from bot.core.outbox import topics
from bot.core.reports import Ask
from bot.core.tickets.life import locked
from tests.flows import chain_world as world
from workers.chain.thread import load

FIELDS = ("environment", "steps_to_reproduce", "impact")
STEPS = "1. open\n2. click export\n3. nothing happens"


def asked(count: int) -> int:
    """A report with the first `count` questions open; its id."""
    report_id = world.receive("The export is empty")
    with transaction() as session:
        ticket = locked(session, session.scalars(select(Ticket)).one().id)
        asks = [Ask(field, f"{field}?") for field in FIELDS[:count]]
        reports.ask(session, session.get_one(Report, report_id), ticket, asks)
        session.execute(text("delete from outbox"))
    return report_id


def reply(report_id: int, words: str, *, ts: str = "1700000100.000000", by: str = "cook") -> None:
    with transaction() as session:
        report = session.get_one(Report, report_id)
        person = access.person_of_slack(session, report.workspace_id, f"U-{by}", by)
        reports.add_message(session, report, person, ts=ts, text=words)


def change(report_id: int, words: str | None, *, ts: str = "1700000100.000000") -> None:
    with transaction() as session:
        session.execute(text("delete from outbox"))
        reports.change_message(session, session.get_one(Report, report_id), ts=ts, text=words)


def answers(report_id: int) -> list[str]:
    """What each question has for an answer, or its state."""
    with transaction() as session:
        return [one.answer or one.state for one in reports.questions_of(session, report_id)]


def promised() -> list[str]:
    with transaction() as session:
        return list(session.scalars(select(OutboxItem.topic)))


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("1.2.3 on Android", 3),
        ("2-factor login, then export", 3),
        ("3:15 pm yesterday", 3),
        ("2 - 3 people", 3),
        ("1.2.3 on Android", 1),
        (STEPS, 1),
        (STEPS, 2),
    ],
)
def test_numbers_that_are_no_answers_by_number(database: str, words: str, count: int) -> None:
    """Versions, times and steps are not cut up: the whole reply answers what is open."""
    report_id = asked(count)
    reply(report_id, words)
    assert answers(report_id) == [words] * count


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("1. 2026.44\n2) two customers", ["2026.44", "two customers"]),
        ("Sure:\nQ1: Web\n2 - two customers", ["Web", "two customers"]),
        ("2. two customers", ["open", "two customers"]),
        ("1. Web\n1. iPad", ["1. Web\n1. iPad"] * 2),
    ],
)
def test_answers_by_number(database: str, words: str, left: list[str]) -> None:
    """Numbers of open questions, each once, answer just those."""
    report_id = asked(2)
    reply(report_id, words)
    assert answers(report_id) == left


def test_the_last_question_may_be_answered_by_its_number(database: str) -> None:
    """Who answers one by one goes on counting; what stands before the number is not lost either."""
    report_id = asked(2)
    reply(report_id, "1. Web")
    reply(report_id, "2. two customers", ts="1700000101.000000")
    assert answers(report_id) == ["Web", "two customers"]
    change(report_id, "On the panel:\n2. two customers", ts="1700000101.000000")
    assert answers(report_id) == ["Web", "On the panel:\n2. two customers"]


def test_an_edit_is_read_like_the_reply(database: str) -> None:
    """The numbers of an edited reply are held against the questions that were open when it came."""
    report_id = asked(2)
    reply(report_id, "1. Web")
    change(report_id, "1. iPad")
    reply(report_id, "everyone", ts="1700000101.000000")
    change(report_id, "1. iPad 9")
    assert answers(report_id) == ["iPad 9", "everyone"]
    change(report_id, STEPS, ts="1700000101.000000")
    assert answers(report_id) == ["iPad 9", STEPS]


def test_an_edit_or_deletion_of_an_answer_is_shown(database: str) -> None:
    """The message with the questions is brought up to date when an answer changes, and only then."""
    report_id = asked(1)
    reply(report_id, "on the iPad")
    change(report_id, "on the  iPad 9")
    assert topics.QUESTIONS in promised()
    change(report_id, "on the  iPad 9 ")
    assert topics.QUESTIONS not in promised()
    change(report_id, None)
    assert topics.QUESTIONS in promised()
    assert answers(report_id) == ["unknown"]


@pytest.mark.parametrize(
    "words", ["Not sure, but it was Chrome 130 on Windows", "No idea why, only Safari 17 shows it"]
)
def test_an_answer_that_begins_with_doubt_reaches_the_chain(database: str, words: str) -> None:
    """The chain takes the state that the core gave the question, and the words with it."""
    report_id = asked(1)
    with transaction() as session:
        question = reports.open_questions(session, report_id)[0]
        reports.answer(session, question.id, session.scalars(select(Person)).one(), words)
    with transaction() as session:
        thread, _ = load(session, session.get_one(Report, report_id))
    assert [source.text for source in thread.answers] == [words]
    assert [one.state for one in thread.asked] == ["answered"]


def test_not_knowing_with_an_excuse_is_no_answer(database: str) -> None:
    """An apology is not quoted as if it told something."""
    report_id = asked(1)
    reply(report_id, "No idea, they only told us afterwards.")
    assert answers(report_id) == ["unknown"]
    with transaction() as session:
        thread, _ = load(session, session.get_one(Report, report_id))
    assert thread.answers == []
    assert [one.state for one in thread.asked] == ["unknown"]
