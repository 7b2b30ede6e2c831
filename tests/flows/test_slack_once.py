"""Posting once: whatever happens between us and Slack, people read each message one time, and in the end they do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import OutboxItem, Post, Problem, Report
from bot.core.outbox import enqueue, topics
from tests.flows.slack_support import HANDLERS, House, house
from workers.base import perform

FAULTS = ["drop_before", "drop_after", "http_500", "half_answer", "ratelimited", "error:internal_error"]


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    # A second is as long as ten for what is shown here.
    monkeypatch.setattr("workers.notify.client.TIMEOUT", 1)
    with house(settings_of) as running:
        yield running


@pytest.mark.parametrize("kind", [*FAULTS, "timeout_before", "timeout_after", "error:invalid_auth"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_status_appears_once_through_any_trouble(slack: House, kind: str, times: int) -> None:
    """A post of unknown outcome is looked for before it is sent again; one that was refused is sent again."""
    slack.fault("chat.postMessage", kind, times=times, seconds=2)
    slack.say("@inkling it broke")
    outcomes = slack.work(hurry=True)
    assert "later" in outcomes
    assert "retry" not in outcomes
    assert [message["text"] for message in slack.ours()] == ["On it. Reading the thread."]
    with transaction() as session:
        assert session.scalars(select(Post)).one().state == "sent"
        assert session.scalars(select(Problem)).all() == []


@pytest.mark.parametrize("kind", FAULTS)
def test_the_root_of_a_command_appears_once(slack: House, kind: str) -> None:
    """At the top of a channel the message is looked for in the channel's history."""
    slack.fault("chat.postMessage", kind)
    slack.control("command", user="csm-north", channel="customers", command="/bug", text="it broke")
    slack.work(hurry=True)
    assert [message["text"].split("\n")[0] for message in slack.ours()] == [
        "csm-north reports a bug:",
        "On it. Reading the thread.",
    ]


@pytest.mark.parametrize("method", ["conversations.replies", "chat.update"])
@pytest.mark.parametrize("kind", [*FAULTS, "error:message_not_found"])
def test_looking_and_updating_may_fail_too(slack: House, method: str, kind: str) -> None:
    """Trouble while looking for a message, or while changing it, ends with one message that says the newest."""
    slack.fault("chat.postMessage", "drop_after")
    slack.fault(method, kind)
    slack.say("@inkling it broke")
    slack.work(hurry=True)
    with transaction() as session:
        session.add(Problem(key="model", sentence="The model is away."))
        report_id = session.scalars(select(Report.id)).one()
        enqueue(session, topics.STATUS, report_id, {"report_id": report_id})
    slack.work(hurry=True)
    shown = [message["text"] for message in slack.ours()]
    # A message Slack denies having ("message_not_found") is replaced, whatever really became of it.
    assert shown[-1].startswith("The model is away.")
    assert len(shown) == (2 if (method, kind) == ("chat.update", "error:message_not_found") else 1)


def test_where_we_may_not_look_we_wait_before_posting_again(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the right to read, a post of unknown outcome is left alone for a while, then sent rather than lost."""
    slack.fault("chat.postMessage", "drop_before")
    slack.fault("conversations.replies", "error:missing_scope", times=99)
    slack.say("@inkling it broke")
    first = slack.work()
    assert first[-1] == "later"
    assert slack.ours() == []
    monkeypatch.setattr("workers.notify.post._BLIND_WAIT", timedelta(0))
    slack.work(hurry=True)
    assert len(slack.ours()) == 1


def test_a_refused_token_is_a_problem_until_it_works(slack: House, settings_of: Callable[..., None]) -> None:
    """The desk shows which setting to fix; afterwards the message goes out by itself and the problem is gone."""
    slack.fault("chat.postMessage", "error:missing_scope", times=1)
    slack.fault("chat.postMessage", "error:token_revoked", times=1)
    slack.say("@inkling it broke")
    assert slack.work()[-1] == "later"
    with transaction() as session:
        assert "permission" in session.scalars(select(Problem)).one().sentence
    slack.work(hurry=True)
    with transaction() as session:
        assert session.scalars(select(Problem)).all() == []
    assert len(slack.ours()) == 1


_WORKER = """
from sqlalchemy import select
from bot.core.db import transaction
from bot.core.models import OutboxItem
from tests.flows.slack_support import HANDLERS
from workers.base import perform
while True:
    with transaction() as session:
        due = select(OutboxItem.id).where(OutboxItem.state == "pending", OutboxItem.topic.in_(HANDLERS))
        ids = session.scalars(due).all()
    for item in ids:
        perform(item, "doomed", HANDLERS)
"""


def test_a_worker_killed_while_posting_leaves_one_message(slack: House, database: str) -> None:
    """kill -9 after Slack took the message and before we knew: the next worker finds it and posts no second one."""
    slack.fault("chat.postMessage", "timeout_after", seconds=3)
    slack.say("@inkling it broke")
    environment = os.environ | {"SLACK_API_URL": f"{slack.base}/api/", "DATABASE_URL": database}
    doomed = subprocess.Popen([sys.executable, "-c", _WORKER], env=environment)
    try:
        deadline = time.monotonic() + 20
        while not slack.ours():
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        doomed.send_signal(signal.SIGKILL)
        doomed.wait()
    with transaction() as session:
        assert session.scalars(select(Post)).one().state == "sending"
        stuck = session.scalars(select(OutboxItem.id).where(OutboxItem.state == "in_flight")).all()
    assert [perform(item, "heir", HANDLERS) for item in stuck] == ["done"]
    slack.work(hurry=True)
    assert len(slack.ours()) == 1
