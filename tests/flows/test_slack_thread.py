"""Reading a whole thread before writing: all of it, once, with names, and a note where it could not be read."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from bot.core import reports
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import AuditEvent, Message, OutboxItem, Person, Question, Report, Ticket, Workspace
from bot.core.reports import Ask
from bot.core.tickets.life import locked
from tests.flows.slack_support import House, all_reports, house
from workers.intake.thread import read_thread


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of) as running:
        yield running


def thread(slack: House) -> Report:
    """A thread of three people that Inkling is called into at its end."""
    root = slack.say("the panel is red, says @pm", user="csm-south")
    slack.say("since 2026.44 &amp; only on Web", user="support-lead", thread_ts=root)
    slack.say("@inkling please write this up", user="csm-north", thread_ts=root)
    slack.work()
    return all_reports()[0]


def said() -> list[tuple[str, str]]:
    with transaction() as session:
        query = select(Person.display_name, Message.text).join(Message, Message.author_id == Person.id)
        return [(name, text) for name, text in session.execute(query.order_by(Message.ts))]


def test_what_was_said_before_the_mention_is_read(slack: House) -> None:
    """Every message of a person is stored as written, by name; ours are not, and nobody is woken by it."""
    report = thread(slack)
    with transaction() as session:
        before = sorted(session.scalars(select(OutboxItem.id)))
    read_thread(report.id)
    assert said() == [
        ("csm-south", "the panel is red, says @pm"),
        ("support-lead", "since 2026.44 &amp; only on Web"),
        ("csm-north", "please write this up"),
    ]
    with transaction() as session:
        read = session.get_one(Report, report.id)
        assert (read.channel_name, read.thread_note) == ("customers", "")
        assert read.permalink.startswith("http")
        assert read.thread_read_at is not None
        assert session.scalars(select(Workspace)).one().name == "Roomquill"
        assert sorted(session.scalars(select(OutboxItem.id))) == before


def test_a_thread_is_read_once(slack: House) -> None:
    """A second call asks Slack nothing."""
    report = thread(slack)
    read_thread(report.id)
    calls = len(slack.look("calls")["calls"])
    read_thread(report.id)
    assert len(slack.look("calls")["calls"]) == calls


def test_old_messages_are_no_answers(slack: House) -> None:
    """Messages that stood in the thread already do not close a question."""
    report = thread(slack)
    with transaction() as session:
        ticket = locked(session, session.scalars(select(Ticket)).one().id)
        reports.ask(session, session.get_one(Report, report.id), ticket, [Ask("environment", "Which version?")])
    read_thread(report.id)
    with transaction() as session:
        assert session.scalars(select(Question)).one().state == "open"


def test_long_threads_are_read_page_by_page(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """All pages are followed up to a limit, and the note says when there is more."""
    monkeypatch.setattr("workers.intake.thread.PAGE", 3)
    monkeypatch.setattr("workers.intake.thread.MOST", 10)
    root = slack.say("@inkling the panel is red")
    for number in range(8):
        slack.control("say", user="support-lead", channel="customers", text=f"reply {number}", thread_ts=root)
    slack.delivered()
    slack.work()
    read_thread(all_reports()[0].id)
    assert len(said()) == 9
    with transaction() as session:
        assert session.scalars(select(Report)).one().thread_note == ""
        session.scalars(select(Report)).one().thread_read_at = None
    slack.control("say", user="support-lead", channel="customers", text="one more", thread_ts=root)
    slack.control("say", user="support-lead", channel="customers", text="and another", thread_ts=root)
    slack.delivered()
    read_thread(all_reports()[0].id)
    with transaction() as session:
        assert session.scalars(select(Report)).one().thread_note.startswith("The thread is very long")


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("missing_scope", "may not read this thread"),
        ("not_in_channel", "not a member"),
        ("thread_not_found", "gone from Slack"),
        ("team_access_not_granted", "(team_access_not_granted)"),
    ],
)
def test_what_cannot_be_read_is_noted(slack: House, code: str, note: str) -> None:
    """A refusal does not stop the report: a sentence says what is missing, and the trail keeps it."""
    report = thread(slack)
    slack.fault("conversations.replies", f"error:{code}")
    read_thread(report.id)
    with transaction() as session:
        read = session.get_one(Report, report.id)
        assert note in read.thread_note
        assert read.thread_read_at is not None
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "report.thread_read")).one()
        assert event.after["note"] == read.thread_note


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("conversations.replies", "ratelimited"),
        ("users.info", "ratelimited"),
        ("conversations.replies", "http_500"),
        ("chat.getPermalink", "drop_before"),
        ("conversations.replies", "half_answer"),
        ("auth.test", "error:invalid_auth"),
    ],
)
def test_trouble_on_the_way_is_tried_later(slack: House, method: str, kind: str) -> None:
    """Rate limits and outages put the reading off; the next try finishes it."""
    report = thread(slack)
    slack.fault(method, kind)
    with pytest.raises(Later) as later:
        read_thread(report.id)
    assert later.value.counts is False
    read_thread(report.id)
    assert len(said()) == 3


def test_an_edit_that_was_missed_is_made_good(slack: House) -> None:
    """Slack's present text wins over what an event told us."""
    report = thread(slack)
    with transaction() as session:
        session.scalars(select(Message)).one().text = "old"
    read_thread(report.id)
    assert said()[-1] == ("csm-north", "please write this up")


def test_without_a_token_nothing_is_asked(slack: House, settings_of: Callable[..., None]) -> None:
    """Seeded reports and installations without Slack go on at once."""
    report = thread(slack)
    settings_of(SLACK_BOT_TOKEN="")
    calls = len(slack.look("calls")["calls"])
    read_thread(report.id)
    assert len(slack.look("calls")["calls"]) == calls
    assert all_reports()[0].thread_read_at is not None
