"""Making a ticket of what is written already: the shortcut in a message's menu, and the reaction."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, text

from bot.core.db import transaction
from bot.core.models import Message, Person, Problem, Report, Ticket
from bot.core.tickets.states import State
from tests.flows.slack_support import House, Json, all_reports, house, inbox
from workers.base import Job
from workers.intake import pointed
from workers.intake.thread import read_thread

NORTH, SOUTH, LEAD = "csm-north", "csm-south", "support-lead"


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of) as running:
        yield running


def make_ticket(slack: House, ts: str, *, user: str = LEAD, channel: str = "customers") -> Json:
    return slack.control("shortcut", user=user, channel=channel, ts=ts, callback_id="inkling.make_ticket")


def react(slack: House, ts: str, *, user: str = LEAD, name: str = "ticket", remove: bool = False) -> None:
    slack.control("react", user=user, channel="customers", ts=ts, name=name, remove=remove)
    slack.delivered()


def point(slack: House, how: str, ts: str, *, user: str = LEAD) -> None:
    if how == "shortcut":
        make_ticket(slack, ts, user=user)
    else:
        react(slack, ts, user=user)


def told(slack: House, *, user: str = LEAD, channel: str = "customers") -> list[str]:
    """What only this person reads there."""
    return [message["text"] for message in slack.look("messages", channel=channel, user=user)["ephemerals"]]


def said() -> list[tuple[str, str]]:
    """Who wrote what, in all reports."""
    with transaction() as session:
        query = select(Person.slack_user_id, Message.text).join(Message, Message.author_id == Person.id)
        return [(str(user), words) for user, words in session.execute(query.order_by(Message.report_id, Message.ts))]


def reporter() -> str:
    with transaction() as session:
        query = select(Person.slack_user_id).join(Report, Report.reporter_id == Person.id)
        return str(session.scalars(query).one())


def outcomes() -> list[str]:
    return [item.outcome for item in inbox() if item.kind in ("shortcut", "reaction")]


@pytest.mark.parametrize("how", ["shortcut", "reaction"])
def test_a_message_becomes_a_report_in_its_thread(slack: House, how: str) -> None:
    """Who points is the reporter, who wrote it stays its author, and the status appears below the message."""
    ts = slack.say("the panel says &lt;offline&gt; & is red", user=SOUTH)
    point(slack, how, ts)
    slack.work()
    (report,) = all_reports()
    assert (report.channel_id, report.thread_ts, report.origin) == ("C0CUSTOMERS", ts, how)
    assert said() == [("U0CSMSOUTH", "the panel says &lt;offline&gt; & is red")]
    assert reporter() == "U0SUPPORT1"
    assert [message["text"] for message in slack.ours(thread_ts=ts)] == ["On it. Reading the thread."]
    assert told(slack) == []
    with transaction() as session:
        assert len(session.scalars(select(Ticket)).all()) == 1


@pytest.mark.parametrize("how", ["shortcut", "reaction"])
def test_a_reply_stands_for_its_whole_thread(slack: House, how: str) -> None:
    """Pointing at a reply finds the thread that it is part of; all of it is read, and each keeps its author."""
    root = slack.say("the panel is red", user=SOUTH)
    reply = slack.say("since Monday", user=NORTH, thread_ts=root)
    slack.say("here too", user="backend-dev-1", thread_ts=root)
    point(slack, how, reply)
    slack.work()
    (report,) = all_reports()
    assert report.thread_ts == root
    read_thread(report.id)
    assert said() == [("U0CSMSOUTH", "the panel is red"), ("U0CSMNORTH", "since Monday"), ("U0BACKEND1", "here too")]
    assert len(slack.ours(thread_ts=root)) == 1


def test_everything_at_once_is_one_report(slack: House) -> None:
    """Two reactions, two shortcuts and a mention in one thread before anybody works: one report, one status."""
    root = slack.say("the panel is red", user=SOUTH)
    reply = slack.say("since Monday", user=NORTH, thread_ts=root)
    react(slack, root, user=LEAD)
    react(slack, reply, user=SOUTH)
    make_ticket(slack, reply, user=NORTH)
    make_ticket(slack, root, user=LEAD)
    slack.say("@inkling please", user="pm", thread_ts=root)
    slack.work()
    assert len(all_reports()) == 1
    assert [message["text"] for message in slack.ours()] == ["On it. Reading the thread."]
    assert outcomes() == ["known"] * 4
    with transaction() as session:
        assert len(session.scalars(select(Ticket)).all()) == 1


def test_the_first_of_two_gestures_makes_the_report(slack: House) -> None:
    """Two people point at once: one report, whose reporter is the first; only the other shortcut is told."""
    ts = slack.say("the panel is red", user=SOUTH)
    make_ticket(slack, ts, user=LEAD)
    make_ticket(slack, ts, user=NORTH)
    slack.work()
    assert len(all_reports()) == 1
    assert outcomes() == ["report", "known"]
    assert (told(slack), told(slack, user=NORTH)) == ([], ["This is looked after already. It is only just received."])


def test_a_known_report_is_told_with_how_it_stands(slack: House) -> None:
    """The shortcut on any message of a report's thread changes nothing; only who used it reads how it stands."""
    root = slack.say("@inkling the panel is red", user=SOUTH)
    reply = slack.say("since Monday", user=NORTH, thread_ts=root)
    slack.work()
    with transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        ticket.state, ticket.decline_reason = State.DECLINED, "we <drop> it"
        events = session.execute(text("select count(*) from audit_events")).scalar()
    for ts in (root, reply, slack.ours()[0]["ts"]):
        assert make_ticket(slack, ts)["status"] == "ok"
    react(slack, reply)
    slack.work()
    sentence = "This is looked after already. It is declined: we &lt;drop&gt; it."
    assert told(slack) == [sentence] * 3
    assert told(slack, user=NORTH) == []
    assert len(all_reports()) == 1
    with transaction() as session:
        assert session.execute(text("select count(*) from audit_events")).scalar() == events


def test_where_we_are_no_member_the_message_goes_on_by_direct_message(slack: House) -> None:
    """The words come with the shortcut; the person is told why, and the thread with its author is opened with them."""
    root = slack.say("the build is red", user="backend-dev-1", channel="incidents")
    ts = slack.say("since Monday", user="backend-dev-1", channel="incidents", thread_ts=root)
    make_ticket(slack, ts, channel="incidents")
    slack.work()
    (report,) = all_reports()
    assert report.channel_id.startswith("D")
    assert said() == [("U0BACKEND1", "since Monday")]
    (word,) = told(slack, channel="incidents")
    assert word.startswith("I'm not a member of #incidents, so I know only this one message.")
    first, status = slack.ours(channel=report.channel_id)
    assert "not a member of #incidents" in first["text"]
    assert "support-lead makes a ticket of what backend-dev-1 wrote:" in first["text"]
    assert "since Monday" in first["text"]
    assert status["thread_ts"] == first["ts"] == report.thread_ts
    read_thread(report.id)
    assert "not a member" in all_reports()[0].thread_note
    with transaction() as session:
        assert session.scalars(select(Problem)).all() == []


def test_the_same_message_from_elsewhere_is_known_too(slack: House) -> None:
    """A second shortcut on the message, at once or later, makes no second report and tells no reason of the first."""
    ts = slack.say("the build is red", user="backend-dev-1", channel="incidents")
    make_ticket(slack, ts, channel="incidents")
    make_ticket(slack, ts, channel="incidents", user="pm")
    slack.work()
    with transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        ticket.state, ticket.decline_reason = State.DECLINED, "nobody else's business"
    make_ticket(slack, ts, channel="incidents", user="mobile-dev-1")
    slack.work()
    assert len(all_reports()) == 1
    assert outcomes() == ["report", "known", "known"]
    assert told(slack, user="pm", channel="incidents")[0].startswith("This is looked after already.")
    assert told(slack, user="mobile-dev-1", channel="incidents") == ["This is looked after already. It is declined."]


def test_what_cannot_be_a_report_is_explained(slack: House) -> None:
    """Our own message outside a report, and a message without words, are answered with what to do instead."""
    slack.say("@inkling", user=SOUTH)
    slack.work()
    silent = slack.sandbox.sandbox.world.add("C0CUSTOMERS", {"user": "U0CSMSOUTH", "text": ""})["ts"]
    make_ticket(slack, slack.ours()[0]["ts"])
    make_ticket(slack, silent)
    react(slack, silent)
    slack.work()
    assert all_reports() == []
    first, second = told(slack)
    assert first.startswith("That message is mine.")
    assert second.startswith("There are no words in that message")


def test_what_another_app_wrote_can_be_made_a_ticket(slack: House) -> None:
    """An alert of another app keeps its name as author; a reaction does not make one, since no person wrote it."""
    alert = {"user": "", "bot_id": "B0ALERTS", "username": "Alerts", "subtype": "bot_message", "text": "disk is full"}
    ts = slack.sandbox.sandbox.world.add("C0CUSTOMERS", alert)["ts"]
    react(slack, ts)
    slack.work()
    assert (all_reports(), outcomes()) == ([], ["nothing of a person's"])
    make_ticket(slack, ts)
    slack.work()
    assert said() == [("B0ALERTS", "disk is full")]
    with transaction() as session:
        assert session.scalars(select(Person).where(Person.slack_user_id == "B0ALERTS")).one().label == "Alerts"
    read_thread(all_reports()[0].id)
    assert said() == [("B0ALERTS", "disk is full")]


def test_other_reactions_never_reach_the_inbox(slack: House) -> None:
    """Another emoji, a reaction on our own message and a reaction that is taken back leave nothing behind."""
    ts = slack.say("the panel is red", user=SOUTH)
    root = slack.say("@inkling it broke")
    slack.work()
    kept = len(inbox())
    react(slack, ts, name="eyes")
    react(slack, slack.ours(thread_ts=root)[0]["ts"])
    assert len(inbox()) == kept
    react(slack, ts)
    react(slack, ts, remove=True)
    slack.work()
    assert len(inbox()) == kept + 1
    assert len(all_reports()) == 2


@pytest.mark.parametrize(("setting", "used", "count"), [(":Bug:", "bug", 1), ("", "ticket", 0), ("bug", "ticket", 0)])
def test_the_emoji_is_a_setting(
    slack: House, settings_of: Callable[..., None], setting: str, used: str, count: int
) -> None:
    """INKLING_REACTION names another emoji, with colons or without; empty turns the reaction off."""
    settings_of(INKLING_REACTION=setting)
    react(slack, slack.say("the panel is red", user=SOUTH), name=used)
    slack.work()
    assert len(all_reports()) == count


def test_redelivered_reactions_and_repeated_work_change_nothing(slack: House) -> None:
    """The same envelope again is not kept; a worker that is killed after its commit repeats nothing."""
    ts = slack.say("the panel is red", user=SOUTH)
    item = {"type": "message", "channel": "C0CUSTOMERS", "ts": ts}
    body = {
        "type": "event_callback",
        "team_id": "T0ROOMQUILL",
        "event_id": "Ev1",
        "authorizations": [{"user_id": "U0INKLING", "is_bot": True}],
        "event": {"type": "reaction_added", "user": "U0SUPPORT1", "reaction": "ticket", "item": item},
    }
    for _ in range(3):
        assert slack.control("raw_event", envelope=body)["status"] == 200
    make_ticket(slack, slack.say("this too", user=SOUTH))
    assert [row.kind for row in inbox()] == ["reaction", "shortcut"]
    slack.work()
    assert len(all_reports()) == 2
    with transaction() as session:
        events = session.execute(text("select count(*) from audit_events")).scalar()
    for row in inbox():
        pointed.handle(Job({"inbox_id": row.id}, 2))
    slack.work()
    assert (outcomes(), told(slack)) == (["report", "report"], [])
    with transaction() as session:
        assert session.execute(text("select count(*) from audit_events")).scalar() == events


@pytest.mark.parametrize("kind", ["ratelimited", "http_500", "drop_before"])
def test_slack_may_be_away_while_we_look(slack: House, kind: str) -> None:
    """Trouble on the way puts the look off; the next try makes the one report."""
    slack.fault("conversations.replies", kind)
    react(slack, slack.say("the panel is red", user=SOUTH))
    assert "later" in slack.work(hurry=True)
    assert len(all_reports()) == 1


@pytest.mark.parametrize("code", ["missing_scope", "thread_not_found", "not_in_channel"])
def test_what_slack_does_not_show(slack: House, code: str) -> None:
    """A reaction we may not look behind makes nothing; a shortcut brings its words and needs no look."""
    ts = slack.say("the panel is red", user=SOUTH)
    slack.fault("conversations.replies", f"error:{code}", times=2)
    react(slack, ts)
    slack.work()
    assert all_reports() == []
    make_ticket(slack, ts)
    slack.work()
    assert said() == [("U0CSMSOUTH", "the panel is red")]


def test_a_word_that_cannot_be_given_stops_nothing(slack: House) -> None:
    """The address to answer at is dead: nothing fails, nothing is tried for ever."""
    ts = slack.say("@inkling it broke")
    slack.work()
    slack.fault("response_url", "http_500")
    make_ticket(slack, ts)
    assert set(slack.work()) == {"done"}
    assert told(slack) == []
