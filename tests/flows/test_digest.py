"""The weekly digest: asked for in words, once a week, of one channel, and quiet when there is nothing to tell."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core import digests
from bot.core.audit import INKLING, record
from bot.core.db import transaction
from bot.core.models import AuditEvent, Digest, OutboxItem, Report, Ticket
from bot.core.outbox import topics
from bot.core.tickets.life import tickets_of
from tests.flows import slack_support
from tests.flows.slack_support import House, house
from workers.intake.digests import wish
from workers.notify import digest


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    more = {topics.DIGEST: digest.handle, topics.DIGEST_ASKED: digest.tell}
    monkeypatch.setattr(slack_support, "HANDLERS", slack_support.HANDLERS | more)
    with house(settings_of) as running:
        yield running


def wanted() -> list[Digest]:
    with transaction() as session:
        return list(session.scalars(select(Digest)))


def monday(monkeypatch: pytest.MonkeyPatch, *, weeks: int = 0) -> datetime:
    """Let the channel's Monday have come (and some weeks more), and promise what is due then."""
    (row,) = wanted()
    moment = row.next_at + timedelta(weeks=weeks, minutes=5)
    monkeypatch.setattr(digests, "now", lambda: moment)
    with transaction() as session:
        digests.due(session)
        digests.due(session)
    return moment


def ended(state: str, *, title: str, reason: str = "", card: str = "") -> None:
    """Bring the ticket of the newest report to an end, as its own verbs record it."""
    with transaction() as session:
        report = session.scalars(select(Report).order_by(Report.id.desc()).limit(1)).one()
        ticket = session.get_one(Ticket, tickets_of(session, report.id)[0])
        ticket.state, ticket.title, ticket.decline_reason, ticket.card_url = state, title, reason, card
        action = {"shipped": "ticket.ship", "declined": "ticket.decline"}[state]
        record(session, INKLING, action, workspace_id=ticket.workspace_id, ticket_id=ticket.id)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("weekly digest", True),
        ("Please send us a weekly digest here!", True),
        ("Can you post a digest every week, please?", None),
        ("stop the weekly digest", False),
        ("No more digests here.", False),
        ("digest off", False),
        ("the weekly digest shows last week's bookings", None),
        ("our customers want a weekly digest of their bookings", None),
        ("digest", None),
    ],
)
def test_only_who_asks_for_it_gets_it(text: str, meant: object) -> None:
    """A few plain orders are understood; a report that speaks of digests stays a report."""
    assert wish(text) is meant


def test_a_channel_asks_once_and_stops(slack: House) -> None:
    """Asking twice makes one digest and no report; each word gets one answer in its thread; the trail tells both."""
    first = slack.say("@inkling weekly digest")
    again = slack.say("@inkling weekly digest please")
    slack.work()
    assert len(wanted()) == 1
    for ts in (first, again):
        (said,) = slack.ours(thread_ts=ts)
        assert said["text"].startswith("Once a week I'll say here what came in, what shipped and what was declined")
    stop = slack.say("@inkling stop the digest")
    slack.work()
    assert wanted() == []
    (said,) = slack.ours(thread_ts=stop)
    assert said["text"].startswith("No more digests here.")
    with transaction() as session:
        assert session.scalars(select(Report)).all() == []
        actions = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("digest.%"))).all()
    assert actions == ["digest.started", "digest.stopped"]


def test_a_direct_message_is_sent_to_a_channel(slack: House) -> None:
    """There is nothing to sum up for one person alone; the answer says where to ask."""
    slack.control("dm", user="csm-north", text="weekly digest")
    slack.delivered()
    slack.work()
    assert wanted() == []
    assert slack.ours("D0CSMNORTH")[-1]["text"].startswith("A digest is for a channel.")


def test_the_week_is_told_on_monday_once(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came in, shipped and was declined in this channel, once; what happened elsewhere or before is left out."""
    slack.say("@inkling weekly digest")
    slack.say("@inkling the export stops at row 17")
    slack.work()
    ended("shipped", title="Export stops at row 17", card="https://trello.test/c/1")
    slack.say("@inkling please let us book offline")
    slack.work()
    ended("declined", title="Book offline, <!channel>", reason="We drop it in spring.")
    slack.say("@inkling the lamp is dark", channel="product")
    slack.work()
    ended("shipped", title="Lamp is dark")
    monday(monkeypatch)
    slack.work(hurry=True)
    (told,) = [message for message in slack.ours() if message["text"].startswith("This week here:")]
    assert told["text"].splitlines()[:2] == [
        "This week here: 2 reports came in, 1 shipped, 1 declined.",
        "Shipped: Export stops at row 17. Card",
    ]
    assert "Not now: Book offline" in told["text"]
    assert "“We drop it in spring”" in told["text"]
    assert "<!channel>" not in str(told)
    assert "Lamp" not in str(told)
    slack.say("@inkling one more thing")
    slack.work()
    monday(monkeypatch)
    slack.work(hurry=True)
    news = [message for message in slack.ours() if message["text"].startswith("This week here:")]
    assert len(news) == 1, "what was told is not told again, and what came in is of another week"


def test_a_week_without_news_is_passed_over(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing came in and nothing ended: no message; and after weeks away only the newest week is told."""
    slack.say("@inkling weekly digest")
    slack.work()
    before = len(slack.messages())
    monday(monkeypatch)
    slack.work(hurry=True)
    assert len(slack.messages()) == before
    moment = monday(monkeypatch, weeks=3)
    with transaction() as session:
        promised = session.scalars(select(OutboxItem).where(OutboxItem.state == "pending")).all()
        until = [item.payload["until"] for item in promised if item.topic == topics.DIGEST]
    (row,) = wanted()
    assert until == [(row.next_at - timedelta(days=7)).isoformat()]
    assert moment < row.next_at


def test_a_digest_that_was_ended_meanwhile_is_not_posted(slack: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The channel says stop after Monday's work was promised: silence."""
    slack.say("@inkling weekly digest")
    slack.say("@inkling the export stops at row 17")
    slack.work()
    monday(monkeypatch)
    with transaction() as session:
        session.delete(session.scalars(select(Digest)).one())
    slack.work(hurry=True)
    assert not [message for message in slack.ours() if message["text"].startswith("This week here:")]
