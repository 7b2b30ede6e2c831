"""From a mention, message, edit or command in Slack to reports and messages in the database."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.core import reports
from bot.core.db import transaction
from bot.core.models import Message, OutboxItem, Person, Report, Ticket, Workspace
from bot.core.outbox import topics
from bot.core.reports import Ask
from bot.core.tickets.life import locked
from tests.flows.slack_support import HANDLERS, House, all_reports, house, inbox
from workers.base import Job, perform
from workers.intake import handle


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of) as running:
        yield running


def texts() -> list[str]:
    with transaction() as session:
        query = select(Message).where(Message.deleted_at.is_(None)).order_by(Message.report_id, Message.ts)
        return [message.text for message in session.scalars(query)]


def test_a_mention_becomes_a_report_and_is_answered_in_its_thread(slack: House) -> None:
    """One mention (two events) is one report with one message, one ticket and one first word in the thread."""
    ts = slack.say('@inkling the panel confirms twice & says "a < b"')
    slack.work()
    (report,) = all_reports()
    assert (report.channel_id, report.thread_ts, report.origin) == ("C0CUSTOMERS", ts, "mention")
    assert texts() == ['the panel confirms twice & says "a < b"']
    assert [message["text"] for message in slack.ours(thread_ts=ts)] == ["On it. Reading the thread."]
    with transaction() as session:
        assert session.scalars(select(Workspace)).one().bot_user_id == "U0INKLING"
        assert len(session.scalars(select(Ticket)).all()) == 1


def test_a_redelivered_event_changes_nothing(slack: House) -> None:
    """The same envelope again is acknowledged and not kept again."""
    body = {
        "type": "event_callback",
        "team_id": "T0ROOMQUILL",
        "api_app_id": "A0INKLING",
        "event_id": "Ev1",
        "authorizations": [{"user_id": "U0INKLING", "is_bot": True}],
        "event": {"type": "app_mention", "user": "U1", "text": "<@U0INKLING> hm", "ts": "1.000001", "channel": "C1"},
    }
    for _ in range(3):
        assert slack.control("raw_event", envelope=body)["status"] == 200
    assert len(inbox()) == 1


def test_replies_edits_and_deletions_follow_the_thread(slack: House) -> None:
    """Replies join the report, an edit changes the stored text, a deletion takes the message out."""
    ts = slack.say("@inkling it broke")
    slack.work()
    first = slack.say("on the panel", user="support-lead", thread_ts=ts)
    second = slack.say("nonsense", thread_ts=ts)
    slack.work()
    slack.control("edit", user="support-lead", channel="customers", ts=first, text="on the door panel")
    slack.control("delete", user="csm-north", channel="customers", ts=second)
    slack.work()
    assert texts() == ["it broke", "on the door panel"]


def send_raw(slack: House, event_id: str, event: dict[str, Any]) -> None:
    """Post an event as it is, where the sandbox would not make one like it."""
    known = {"type": "event_callback", "team_id": "T0ROOMQUILL"}
    authorizations = [{"user_id": "U0INKLING", "is_bot": True}]
    body = known | {"event_id": event_id, "authorizations": authorizations, "event": event}
    assert slack.control("raw_event", envelope=body)["status"] == 200


def test_a_deleted_first_message_goes_although_it_has_replies(slack: House) -> None:
    """Slack tells of it as an edit that leaves Slackbot's tombstone: the message is taken out, the replies stay."""
    ts = slack.say("@inkling it broke, password: Winter-2026-Sun!")
    slack.say("on the panel", user="support-lead", thread_ts=ts)
    slack.work()
    grave = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted."}
    event = {
        "type": "message",
        "subtype": "message_changed",
        "channel": "C0CUSTOMERS",
        "channel_type": "channel",
        "message": grave | {"ts": ts, "thread_ts": ts},
        "previous_message": {"type": "message", "user": "U0CSMNORTH", "text": "it broke", "ts": ts},
        "ts": "1900000000.000001",
    }
    send_raw(slack, "Ev1", event)
    slack.work()
    assert texts() == ["on the panel"]


def test_a_second_mention_in_a_thread_joins_the_report(slack: House) -> None:
    """A mention in a known thread adds its text to the same report."""
    ts = slack.say("@inkling it broke")
    slack.work()
    slack.say("@inkling also on Web", thread_ts=ts)
    slack.work()
    assert len(all_reports()) == 1
    assert texts() == ["it broke", "also on Web"]


def test_a_mention_inside_a_thread_reports_the_thread(slack: House) -> None:
    """The mention may be nothing but the mention when it stands in a thread; the caller is the reporter."""
    root = slack.say("the panel is red", user="csm-south")
    slack.say("@inkling", user="support-lead", thread_ts=root)
    slack.work()
    (report,) = all_reports()
    with transaction() as session:
        assert report.thread_ts == root
        assert session.get_one(Person, report.reporter_id).slack_user_id == "U0SUPPORT1"


def test_an_empty_mention_gets_a_hint_and_no_report(slack: House) -> None:
    """Nothing but the mention at the top of a channel is answered once with an example."""
    ts = slack.say("@inkling")
    slack.work()
    assert all_reports() == []
    (hint,) = slack.ours(thread_ts=ts)
    assert hint["text"].startswith("Say what happened")


def test_other_talk_and_other_bots_are_none_of_our_business(slack: House) -> None:
    """Top-level talk and our own messages are not even kept; replies in unknown threads make no report."""
    ts = slack.say("lunch?")
    assert inbox() == []
    slack.say("yes", thread_ts=ts)
    slack.say("@inkling it broke")
    slack.work()
    assert len(all_reports()) == 1
    assert all(item.payload["event"].get("user") != "U0INKLING" for item in inbox())


def test_a_direct_message_is_a_report(slack: House) -> None:
    """What is written to Inkling directly needs no mention; a reply in its thread joins it."""
    ts = str(slack.control("dm", user="csm-north", text="the export is empty")["ts"])
    slack.work()
    (report,) = all_reports()
    assert (report.origin, report.thread_ts) == ("message", ts)
    slack.say("since Monday", channel=report.channel_id, thread_ts=ts)
    slack.work()
    assert texts() == ["the export is empty", "since Monday"]
    assert len(all_reports()) == 1


@pytest.mark.parametrize(
    ("command", "kind"), [("/inkling", None), ("/bug", "bug"), ("/idea", "idea"), ("/feedback", "feedback")]
)
def test_a_command_opens_a_thread_of_its_own(slack: House, command: str, kind: str | None) -> None:
    """A command is acknowledged at once; its report is quoted in the channel and the status hangs below."""
    answer = slack.control("command", user="csm-north", channel="customers", command=command, text="a <b> & *c*")
    assert answer["response"]["text"].startswith("On it.")
    assert slack.work().count("done") >= 3
    (report,) = all_reports()
    assert (report.kind_hint, report.origin, texts()) == (kind, "command", ["a <b> & *c*"])
    root, status = slack.ours()
    assert root["ts"] == report.thread_ts == status["thread_ts"]
    assert "csm-north" in root["text"]
    assert "a &lt;b&gt; &amp; *c*" in root["text"]
    assert report.permalink.endswith(f"p{root['ts'].replace('.', '')}")
    slack.say("and d", thread_ts=root["ts"])
    slack.work()
    assert texts() == ["a <b> & *c*", "and d"]


def test_a_command_where_we_are_no_member_goes_on_by_direct_message(slack: House) -> None:
    """Commands work everywhere; where we may not post, the thread is opened with the reporter, and nothing is wrong."""
    slack.control("command", user="support-lead", channel="incidents", command="/bug", text="it broke")
    slack.work()
    (report,) = all_reports()
    assert report.channel_id.startswith("D")
    root, status = slack.ours(channel=report.channel_id)
    assert "not a member of #incidents" in root["text"]
    assert status["thread_ts"] == root["ts"]
    with transaction() as session:
        assert session.execute(text("select count(*) from problems")).scalar() == 0


def test_forty_thousand_characters_are_kept(slack: House) -> None:
    """A very long report is stored whole; what is shown of it is clipped."""
    long = "x" * 39_999 + "!"
    slack.control("command", user="csm-north", channel="customers", command="/bug", text=long)
    slack.work()
    assert texts() == [long]
    assert len(slack.ours()) == 2


def test_unstorable_characters_do_not_lose_the_report(slack: House) -> None:
    """NUL and half a surrogate pair are dropped or replaced; everything else is kept."""
    event = {
        "type": "app_mention",
        "user": "U0CSMNORTH",
        "text": "<@U0INKLING> a\x00b\ud800 \U0001f600",
        "ts": "1.000001",
        "channel": "C0CUSTOMERS",
    }
    send_raw(slack, "Ev\x00\ud800", event)
    slack.work()
    assert texts() == ["ab\ufffd \U0001f600"]


def test_handling_an_inbox_row_twice_changes_nothing(slack: House) -> None:
    """A worker killed after its commit repeats the row; the second time does nothing."""
    slack.say("@inkling it broke")
    slack.control("command", user="csm-north", channel="customers", command="/bug", text="this too")
    slack.work()
    with transaction() as session:
        count = session.execute(text("select count(*) from audit_events")).scalar()
    for item in inbox():
        handle(Job({"inbox_id": item.id}, 2))
    with transaction() as session:
        assert session.execute(text("select count(*) from audit_events")).scalar() == count
        assert len(session.scalars(select(Report)).all()) == 2


def test_questions_asked_before_a_command_has_its_thread_wait_for_it(slack: House) -> None:
    """A fast chain may ask before the root is posted: the questions follow below it, and never come before."""
    slack.control("command", user="csm-north", channel="customers", command="/bug", text="it broke")
    with transaction() as session:
        item = session.scalars(select(OutboxItem).where(OutboxItem.topic == topics.INTAKE)).one()
    assert perform(item.id, "test", HANDLERS) == "done"
    with transaction() as session:
        ticket = locked(session, session.scalars(select(Ticket)).one().id)
        reports.ask(session, session.scalars(select(Report)).one(), ticket, [Ask("impact", "Who is affected?")])
        asked = session.scalars(select(OutboxItem).where(OutboxItem.topic == topics.QUESTIONS)).one()
    assert perform(asked.id, "test", HANDLERS) == "done"
    assert slack.ours() == []
    slack.work()
    root, *below = slack.ours()
    assert {message["thread_ts"] for message in below} == {root["ts"]}
    assert any("Who is affected?" in message["text"] for message in below)
