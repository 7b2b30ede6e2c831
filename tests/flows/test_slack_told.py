"""What became of a ticket is told to each of its reporters, alone, once, by day; to nobody else."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.core import access, audit, reports
from bot.core.audit import Actor
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import Message, OutboxItem, Person, Report, Ticket, TicketReport
from bot.core.outbox import topics
from bot.core.tickets import joining, review
from bot.core.tickets.life import locked, move, reports_of, restore
from bot.core.tickets.states import State
from tests.flows.inquiry_world import known
from tests.flows.slack_support import HANDLERS, LEAD, NORTH, House, house
from tests.flows.test_slack_once import _WORKER
from workers.base import perform
from workers.notify import quiet

NOON = now().replace(hour=12, minute=0)
NORTH_DM, LEAD_DM = "D0CSMNORTH", "D0SUPPORT1"


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    at(monkeypatch, NOON)
    with house(settings_of) as running:
        for user in (NORTH, LEAD):
            running.control("home", user=user, tab="messages")
        yield running


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(quiet, "now", lambda: moment)


def pm() -> Actor:
    with transaction() as session:
        return Actor.of(access.add_person(session, "pm", "reviewer"))


def on_board(text: str = "it broke", **fields: object) -> int:
    made = {"title": "Panel confirms offline", "state": "on_board", "card_url": "https://trello.com/c/x"}
    ticket_id = known(text, **(made | fields))  # type: ignore[arg-type]  # fields of a report or a ticket
    quieten()
    return ticket_id


def quieten() -> None:
    """The threads of these reports are no matter here: there is no message to hang a status on."""
    with transaction() as session:
        session.execute(update(OutboxItem).where(OutboxItem.topic != topics.TOLD).values(state="done"))


def ship(ticket_id: int) -> None:
    with transaction() as session:
        move(session, locked(session, ticket_id), "ship", audit.INKLING)
    quieten()


def decline(ticket_id: int, reason: str = "we drop offline booking in spring.") -> None:
    with transaction() as session:
        review.decline(session, ticket_id, pm(), reason)
    quieten()


def add(report_of: int, ticket_id: int) -> None:
    """Somebody says that the report of one ticket is the same as another ticket."""
    with transaction() as session:
        joining.join(session, report_of, ticket_id, Actor.of(session.scalars(select(Person)).all()[0]))
    quieten()


def told(slack: House, channel: str = NORTH_DM) -> list[str]:
    slack.work(hurry=True)
    assert all(message["pings"] == [] for message in slack.ours(channel))
    return [message["text"] for message in slack.ours(channel)]


def test_shipped_is_told_once(slack: House) -> None:
    """By direct message, with when and where it was reported and the card; nothing else tells it again."""
    ticket_id = on_board(at=datetime(2020, 5, 3, tzinfo=NOON.tzinfo))
    ship(ticket_id)
    text = "Shipped: Panel confirms offline. You reported it in May 2020: thread."
    assert told(slack) == [text]
    (message,) = slack.ours(NORTH_DM)
    shown = str(message["blocks"])
    assert "https://roomquill.slack.com/archives/C0CUSTOMERS/p" in shown
    assert "https://trello.com/c/x" in shown
    with transaction() as session:
        session.execute(update(OutboxItem).where(OutboxItem.topic == topics.TOLD).values(state="pending"))
    assert told(slack) == [text]
    assert len(slack.calls("chat.postMessage")) == 1


def test_a_decline_is_told_with_its_reason(slack: House) -> None:
    """In the reviewer's words, which call nobody."""
    decline(known("let me <!channel> export", title="Export @here"), "no exports, @channel.")
    (text,) = told(slack)
    assert text == (
        "Not now: “no exports, @\u200bchannel”. You reported Export @\u200bhere today: thread. "
        "Your report is kept with the decision."
    )


def test_whoever_joined_is_told_and_who_replied_is_not(slack: House) -> None:
    """Each of those whose report is part of the ticket; a colleague who wrote in the thread is none of them."""
    ticket_id = on_board()
    with transaction() as session:
        (report_id,) = reports_of(session, ticket_id)
        session.get_one(Ticket, ticket_id).state = "in_review"
        report = session.get_one(Report, report_id)
        south = access.person_of_slack(session, report.workspace_id, "U0CSMSOUTH")
        session.add(Message(report_id=report.id, ts="1900000000.1", author_id=south.id, text="same here"))
    add(known("it broke for me too", by=LEAD), ticket_id)
    decline(ticket_id)
    assert len(told(slack)) == 1
    assert told(slack, LEAD_DM)[0].startswith("Not now: “we drop offline booking in spring”. You reported Panel")
    assert len(slack.calls("chat.postMessage")) == 2


def test_what_was_said_in_private_stays_there(slack: House) -> None:
    """Who may not know the ticket that their report joined reads their own words, and no card."""
    ticket_id = on_board(text="hushed", title="Merger", state="in_review", by=LEAD, channel="GSECRET", private=True)
    mine = known("it broke for me")
    with transaction() as session:
        # As when the channel became private after they had joined.
        session.add(TicketReport(ticket_id=ticket_id, report_id=reports_of(session, mine)[0], joined_at=now()))
        session.get_one(Ticket, ticket_id).state = "on_board"
    quieten()
    ship(ticket_id)
    assert told(slack) == ["Shipped: it broke for me. You reported it today: thread."]
    assert "trello" not in str(slack.ours(NORTH_DM))


@pytest.mark.parametrize("gone", ["parted", "deleted"])
def test_who_is_out_of_it_is_not_told(slack: House, gone: str) -> None:
    """Neither who said that it is another thing after all, nor who took back every word."""
    ticket_id = on_board(state="in_review")
    mine = known("me too", by=LEAD)
    add(mine, ticket_id)
    decline(ticket_id)
    with transaction() as session:
        (report_id,) = reports_of(session, mine)
        if gone == "parted":
            joining.leave(session, mine, Actor.of(session.scalars(select(Person)).all()[0]))
        else:
            session.execute(update(Message).where(Message.report_id == report_id).values(deleted_at=now()))
    quieten()
    assert len(told(slack)) == 1
    assert told(slack, LEAD_DM) == []


def test_what_is_taken_back_in_time_is_not_told(slack: House) -> None:
    """A decision waits a moment before it is told; a ticket that went back by then is no news."""
    ticket_id = known("it broke")
    decline(ticket_id)
    assert "done" not in slack.work()
    with transaction() as session:
        restore(session, locked(session, ticket_id), State.IN_REVIEW, pm())
    quieten()
    assert told(slack) == []
    decline(ticket_id, "not this year")
    assert [text[:25] for text in told(slack)] == ["Not now: “not this year”."]


def test_a_report_in_our_direct_message_is_answered_there(slack: House) -> None:
    """The news is a reply in its thread; no second message beside it."""
    ts = slack.control("dm", user=NORTH, text="it broke")["ts"]
    slack.work(hurry=True)
    with transaction() as session:
        ticket_id = session.scalars(select(Ticket.id)).one()
        session.get_one(Ticket, ticket_id).state = "on_board"
        session.get_one(Ticket, ticket_id).title = "Panel confirms offline"
    ship(ticket_id)
    assert told(slack)[-1] == "Shipped: Panel confirms offline."
    assert [message["thread_ts"] for message in slack.ours(NORTH_DM)] == [ts, ts]


def test_not_at_night(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for the morning where the person is, and that is no failed try."""
    at(monkeypatch, NOON.replace(hour=23))
    ship(on_board())
    with transaction() as session:
        item = session.scalars(select(OutboxItem).where(OutboxItem.topic == topics.TOLD)).one()
        item.available_at = now()
    assert slack.work() == ["later"]
    assert slack.ours(NORTH_DM) == []
    with transaction() as session:
        item = session.get_one(OutboxItem, item.id)
        # They live an hour east of Greenwich.
        assert timedelta(hours=7, minutes=30) < item.available_at - now() < timedelta(hours=8, minutes=30)
        assert item.attempts == 0
    at(monkeypatch, NOON)
    assert len(told(slack)) == 1


def test_a_reply_to_the_news_belongs_to_the_report(slack: House) -> None:
    """Thanks are no new report."""
    ship(on_board())
    told(slack)
    (message,) = slack.ours(NORTH_DM)
    slack.control("dm", user=NORTH, text="Not quite: it still does", thread_ts=message["ts"])
    slack.work(hurry=True)
    with transaction() as session:
        (report,) = session.scalars(select(Report)).all()
        assert [row.text for row in reports.messages_of(session, report.id)][-1] == "Not quite: it still does"


def test_a_worker_killed_while_telling_leaves_one_message(slack: House, database: str) -> None:
    """kill -9 after Slack took the message and before we knew: the next worker finds it and posts no second one."""
    slack.fault("chat.postMessage", "timeout_after", seconds=3)
    ship(on_board())
    # By day wherever this runs.
    night = (
        "from datetime import timedelta\nfrom workers.notify import told\ntold.until_morning = lambda _: timedelta()\n"
    )
    environment = os.environ | {"SLACK_API_URL": f"{slack.base}/api/", "DATABASE_URL": database}
    with transaction() as session:
        session.execute(update(OutboxItem).where(OutboxItem.state == "pending").values(available_at=now()))
    doomed = subprocess.Popen([sys.executable, "-c", night + _WORKER], env=environment)
    try:
        deadline = time.monotonic() + 30
        while not slack.ours(NORTH_DM):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        doomed.send_signal(signal.SIGKILL)
        doomed.wait()
    with transaction() as session:
        stuck = session.scalars(select(OutboxItem.id).where(OutboxItem.state == "in_flight")).all()
    assert [perform(item, "heir", HANDLERS) for item in stuck] == ["done"]
    assert len(told(slack)) == 1
