"""Inquiries among reports in Slack: one answer each, no report lost, none grown by what is asked beside it."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from bot.core import reports
from bot.core.db import transaction
from bot.core.models import AuditEvent, Inquiry, Problem
from tests.flows.chain_world import rows
from tests.flows.inquiry_world import ask, inquiries, known
from tests.flows.slack_support import House, all_reports, house
from workers.base import Job
from workers.inquiries.answer import handle
from workers.intake.thread import read_thread

ASKED = "what do we know about exports?"
FAULTS = ["drop_before", "drop_after", "http_500", "half_answer", "ratelimited", "timeout_after"]


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr("workers.notify.client.TIMEOUT", 1)
    with house(settings_of) as running:
        yield running


def texts(report_id: int) -> list[str]:
    with transaction() as session:
        return [message.text for message in reports.messages_of(session, report_id)]


def actions() -> list[str]:
    return [row.action for row in rows(AuditEvent) if row.action.startswith("inquiry.")]


def test_an_inquiry_is_answered_in_its_thread_and_is_no_report(slack: House) -> None:
    """One mention is one row, one answer, two audit events; what is asked and what is answered is kept."""
    answer = ask(slack, f"Hi, {ASKED}")
    assert answer.startswith("I don't know: nothing about exports")
    assert all_reports() == []
    (inquiry,) = inquiries()
    assert (inquiry.text, inquiry.thread_ts) == (f"Hi, {ASKED}", inquiry.ts)
    assert inquiry.answer == answer
    assert inquiry.answered_at is not None
    assert actions() == ["inquiry.received", "inquiry.answered"]
    assert len(slack.ours(thread_ts=inquiry.ts)) == 1


def test_a_report_is_still_a_report(slack: House) -> None:
    """A mention that asks and tells is written up."""
    slack.say("@inkling what happened to my bookings?? they vanished")
    slack.work()
    assert inquiries() == []
    assert [texts(report.id) for report in all_reports()] == [["what happened to my bookings?? they vanished"]]


def test_events_that_come_twice_make_one_answer(slack: House) -> None:
    """Slack delivers again under another id, and tells of a mention in a thread as two kinds of event."""
    ts = slack.say(f"@inkling {ASKED}")
    for number, kind in enumerate(("app_mention", "message", "app_mention")):
        event = {
            "type": kind,
            "user": "U0CSMNORTH",
            "text": f"<@U0INKLING> {ASKED}",
            "ts": ts,
            "channel": "C0CUSTOMERS",
        }
        envelope = {
            "type": "event_callback",
            "team_id": "T0ROOMQUILL",
            "event_id": f"Ev{number}",
            "authorizations": [{"user_id": "U0INKLING", "is_bot": True}],
            "event": event | {"thread_ts": ts},
        }
        slack.control("raw_event", envelope=envelope)
    assert set(slack.work()) == {"done"}
    (inquiry,) = inquiries()
    handle(Job({"inquiry_id": inquiry.id}, 2))
    assert len(slack.ours(thread_ts=ts)) == 1
    assert all_reports() == []
    assert actions() == ["inquiry.received", "inquiry.answered"]


def test_in_a_reports_thread_it_is_answered_and_no_message_added(slack: House) -> None:
    """Beside a report one may ask; only who mentions us asks us, and reading the thread later changes nothing."""
    ts = slack.say("@inkling it broke")
    slack.work()
    (report,) = all_reports()
    answer = ask(slack, "what happened to my request?", thread_ts=ts)
    assert answer.startswith("it broke: received on ")
    assert texts(report.id) == ["it broke"]
    slack.say(ASKED, thread_ts=ts)
    slack.work()
    read_thread(report.id)
    assert texts(report.id) == ["it broke", ASKED]
    assert len(inquiries()) == 1
    assert len(slack.ours(thread_ts=ts)) == 2


def test_a_report_below_an_inquiry_has_both(slack: House) -> None:
    """Who was taken for asking says it again in the thread: the report is the whole thread."""
    ts = slack.say(f"@inkling {ASKED}")
    slack.work()
    slack.say("@inkling they fail for Tallow & Finch", thread_ts=ts)
    slack.work()
    (report,) = all_reports()
    read_thread(report.id)
    assert texts(report.id) == [ASKED, "they fail for Tallow & Finch"]


def test_in_a_direct_message_no_mention_is_needed(slack: House) -> None:
    """Asked, it is answered below; told, it is a report."""
    asked = str(slack.control("dm", user="csm-north", text=ASKED)["ts"])
    slack.control("dm", user="csm-north", text="the export is empty")
    slack.work()
    (inquiry,), (report,) = inquiries(), all_reports()
    assert (inquiry.ts, texts(report.id)) == (asked, ["the export is empty"])
    (answer,) = slack.ours(channel=inquiry.channel_id, thread_ts=asked)
    assert answer["text"].endswith("Was that a report? Tell me what happened or what you need, and I'll write it up.")


def test_a_command_that_asks_is_answered_to_the_asker_alone(slack: House) -> None:
    """A command has no thread; `/bug` and its like always report."""
    known("Exports are slow")
    for command in ("/inkling", "/bug"):
        slack.control("command", user="support-lead", channel="customers", command=command, text=ASKED)
    slack.work()
    (inquiry,) = inquiries()
    assert [report.origin for report in all_reports()] == ["mention", "command"]
    (answer,) = [call for call in slack.calls("chat.postMessage") if "mention" in call["args"]["text"]]
    assert answer["args"]["channel"] == "D0SUPPORT1"
    assert inquiry.answer.startswith("1 ticket mentions exports: ")


@pytest.mark.parametrize("kind", FAULTS)
def test_slack_down_and_up_again_is_one_answer(slack: House, kind: str) -> None:
    """The answer is composed once, whatever is known by the time it can be posted."""
    known("Exports are slow")
    slack.fault("chat.postMessage", kind, times=2, seconds=2)
    ts = slack.say(f"@inkling {ASKED}")
    assert "later" in slack.work()
    known("Exports are empty")
    slack.work(hurry=True)
    (answer,) = [message for message in slack.ours(thread_ts=ts) if "mention" in message["text"]]
    assert answer["text"].startswith("1 ticket mentions exports: Exports are slow")
    assert actions() == ["inquiry.received", "inquiry.answered"]


def test_where_we_may_not_post_the_asker_hears_by_direct_message(slack: House) -> None:
    """Nothing is lost, and people are told what to fix."""
    ts = slack.say(f"@inkling {ASKED}")
    slack.control("leave", user="inkling", channel="customers")
    slack.work(hurry=True)
    assert slack.ours(thread_ts=ts) == []
    (sent,) = [call for call in slack.calls("chat.postMessage") if call["ok"]]
    assert sent["args"]["channel"].startswith("D")
    with transaction() as session:
        (problem,) = session.scalars(select(Problem))
    assert problem.sentence.startswith("Inkling is not a member of C0CUSTOMERS.")


def test_what_is_gone_or_cannot_be_posted_ends_quietly(slack: House, settings_of: Callable[..., None]) -> None:
    """No row, no token: done."""
    handle(Job({"inquiry_id": 999}, 1))
    settings_of(SLACK_BOT_TOKEN="")
    slack.say(f"@inkling {ASKED}")
    assert set(slack.work()) == {"done"}
    assert [row.answered_at for row in rows(Inquiry)] == [None]
