"""A thread that goes on after its draft, as people in Slack see it: a thumbs-up or one quiet line, nothing else."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import Change, Message, Ticket
from bot.core.outbox import topics
from bot.core.slack.status import CHANGING
from bot.core.tickets import accepting
from tests.flows import slack_support
from tests.flows.chain_world import pm, rows
from tests.flows.slack_support import House, house
from workers.base import Job
from workers.chain import advance, change
from workers.notify import noted

REPORT = "@inkling The label printer prints yesterday's date since 4.2. Staff throw away fresh food because of it."
LATE = "It happens when I print a label after midnight."


@pytest.fixture
def slack(
    database: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[House, str]]:
    """A thread whose draft is in review; the house and the thread's ts."""
    for topic, handler in ((topics.CHAIN, advance), (topics.CHANGE, change.handle), (topics.NOTED, noted.handle)):
        monkeypatch.setitem(slack_support.HANDLERS, topic, handler)
    with house(settings_of) as running:
        root = running.say(REPORT)
        running.work(hurry=True)
        while state() == "clarifying":
            running.say("I don't know", thread_ts=root)
            running.work(hurry=True)
        assert state() == "in_review"
        yield running, root


def state() -> str:
    with transaction() as session:
        return session.scalars(select(Ticket)).one().state


def reactions(running: House, root: str, text: str) -> list[Any]:
    (message,) = [one for one in running.messages(thread_ts=root) if one["text"] == text]
    return [(one["name"], one["count"]) for one in message.get("reactions", [])]


def test_thanks_get_a_thumbs_up(slack: tuple[House, str]) -> None:
    """Small talk is noted once, also when the event comes twice; nothing is posted and nothing changes."""
    running, root = slack
    before = running.ours(thread_ts=root)
    running.say("thanks!", thread_ts=root, user="support-lead")
    running.work(hurry=True)
    running.work(hurry=True)
    assert reactions(running, root, "thanks!") == [("thumbsup", 1)]
    assert running.ours(thread_ts=root) == before
    noted.handle(Job({"message_id": rows(Message)[-1].id}, 1))
    assert reactions(running, root, "thanks!") == [("thumbsup", 1)]
    assert {row.state for row in rows(Change)} == {"noted"}


def test_without_the_permission_to_react_all_else_goes_on(slack: tuple[House, str]) -> None:
    """A missing scope is no failure: the message was read, and that is on record."""
    running, root = slack
    running.control("config", scopes=["chat:write", "channels:history", "users:read", "channels:read"])
    running.say("thanks!", thread_ts=root)
    assert set(running.work(hurry=True)) == {"done"}
    assert reactions(running, root, "thanks!") == []
    assert [row.state for row in rows(Change)] == ["noted"]


def test_one_status_message_says_it_and_takes_it_back(slack: tuple[House, str]) -> None:
    """News gets no thumbs-up and no new message: the status says that it is with the reviewer, until it is decided."""
    running, root = slack
    count = len(running.ours(thread_ts=root))
    running.say(LATE, thread_ts=root, user="support-lead")
    running.work(hurry=True)
    assert reactions(running, root, LATE) == []
    assert [row.state for row in rows(Change)] == ["open"]
    assert CHANGING.strip() in running.ours(thread_ts=root)[0]["text"]
    (late,) = [one["ts"] for one in running.messages(thread_ts=root) if one["text"] == LATE]
    edited = LATE.replace("midnight", "noon")
    running.control("edit", user="support-lead", channel="customers", ts=late, text=edited)
    running.work(hurry=True)
    assert [row.state for row in rows(Change)] == ["outdated", "open"]
    assert edited in str(rows(Change)[-1].content)
    with transaction() as session:
        accepting.accept(session, session.scalars(select(Ticket.id)).one(), pm(), ["steps"])
    running.work(hurry=True)
    assert CHANGING.strip() not in running.ours(thread_ts=root)[0]["text"]
    assert len(running.ours(thread_ts=root)) == count
    running.control("delete", user="support-lead", channel="customers", ts=late)
    running.work(hurry=True)
    assert rows(Change)[-1].state == "open"
    assert set(rows(Change)[-1].causes.values()) == {"deleted"}
