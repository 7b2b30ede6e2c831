"""One reminder while questions are open: by day, once, and not when everything is answered."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.core import reports
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import OutboxItem, Person, Post, Report
from bot.core.outbox import topics
from bot.core.reports import Ask
from bot.core.tickets.life import locked, tickets_of
from tests.flows.slack_support import House, all_reports, house
from workers.base import Job
from workers.notify import order, quiet, remind

# Tomorrow: the questions have been there for a while.
NOON = now().replace(hour=12, minute=0) + timedelta(days=1)


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of) as running:
        running.say("@inkling it broke")
        running.work()
        yield running


def asked() -> Report:
    """Ask two questions about the one report."""
    (report,) = all_reports()
    with transaction() as session:
        row = session.get_one(Report, report.id)
        ticket = locked(session, tickets_of(session, report.id)[0])
        reports.ask(session, row, ticket, [Ask("impact", "Who is hit?"), Ask("environment", "Where was it?")])
    return report


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let it be `moment`, with 12 hours left to answer."""
    for module in (remind, quiet, order):
        monkeypatch.setattr(module, "now", lambda: moment)
    with transaction() as session:
        session.execute(update(Report).values(wait_until=moment + timedelta(hours=12)))


def texts(slack: House, report: Report) -> list[str]:
    return [
        message["text"] for message in slack.ours(thread_ts=report.thread_ts or "") if "still open" in message["text"]
    ]


def test_the_reminder_is_promised_for_half_of_the_wait(slack: House) -> None:
    """With the usual day to answer it comes after half a day."""
    asked()
    with transaction() as session:
        item = session.scalars(select(OutboxItem).where(OutboxItem.topic == topics.REMIND)).one()
    assert timedelta(hours=11, minutes=59) < item.available_at - now() < timedelta(hours=12, minutes=1)


def test_who_waits_briefly_is_not_reminded(slack: House, settings_of: Callable[..., None]) -> None:
    """A team that waits minutes gets no reminder."""
    settings_of(INKLING_ANSWER_WAIT="10m")
    asked()
    with transaction() as session:
        assert session.scalars(select(OutboxItem).where(OutboxItem.topic == topics.REMIND)).all() == []


def test_one_reminder_by_day(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how many questions are open and what happens without an answer; a second try adds nothing."""
    report = asked()
    slack.work()
    at(monkeypatch, NOON)
    for _ in range(2):
        remind.handle(Job({"report_id": report.id, "round": 1}, 1))
    (text,) = texts(slack, report)
    assert text.startswith("2 questions above are still open.")
    assert text.endswith("in 12 hours.")


def test_never_at_night(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """At night it waits for the morning."""
    report = asked()
    slack.work()
    at(monkeypatch, NOON.replace(hour=23))
    with pytest.raises(Later) as later:
        remind.handle(Job({"report_id": report.id, "round": 1}, 1))
    # The reporter lives an hour east of Greenwich.
    assert (later.value.counts, round(later.value.seconds / 3600)) == (False, 8)
    assert texts(slack, report) == []


def test_no_reminder_once_all_is_answered(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers in time are not followed by a reminder."""
    report = asked()
    at(monkeypatch, NOON)
    with transaction() as session:
        person = session.scalars(select(Person).limit(1)).one()
        for question in reports.open_questions(session, report.id):
            reports.answer(session, question.id, person, None)
    remind.handle(Job({"report_id": report.id, "round": 1}, 1))
    assert texts(slack, report) == []


def test_not_before_the_questions_nor_right_after_them(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack was away when it was due: it waits for the questions, and then for an hour more."""
    report = asked()
    job = Job({"report_id": report.id, "round": 1}, 1)
    at(monkeypatch, NOON)
    with pytest.raises(Later, match="said first"):
        remind.handle(job)
    slack.work()
    with transaction() as session:
        shown = float(str(session.scalar(select(Post.ts).where(Post.key == f"questions:{report.id}:1"))))
    at(monkeypatch, datetime.fromtimestamp(shown + 600, UTC))
    with pytest.raises(Later) as later:
        remind.handle(job)
    assert round(later.value.seconds / 60) == 50
    assert texts(slack, report) == []
