"""Slack is away for an hour: nothing is lost, nothing is said twice, and what comes afterwards is no storm."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import redis
from sqlalchemy import select, update

from bot.core import reports
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import OutboxItem, Person, Report
from bot.core.outbox import topics
from bot.core.reports import Ask
from bot.core.tickets.life import hold, locked, resume, tickets_of
from tests.flows.slack_support import HANDLERS, House, Json, all_reports, house
from workers.base import perform
from workers.notify import remind

WORK = HANDLERS | {topics.REMIND: remind.handle}
PLACES = ("customers", "product")
# Each pause is as long as it can be by then, so an hour has this many.
PAUSES = 120
FIRST, LAST = "Trello refused the key.", "Trello refused the board."


@pytest.fixture
def slack(
    database: str, redis_url: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    monkeypatch.setattr("workers.notify.client.TIMEOUT", 0.2)
    with house(settings_of) as running:
        yield running


def due(*, hurry: bool) -> list[int]:
    """What is to be done now, the newest first, for bells keep no order; with `hurry` all that is put off too."""
    with transaction() as session:
        query = select(OutboxItem.id).where(OutboxItem.state == "pending", OutboxItem.topic.in_(WORK))
        if hurry:
            session.execute(update(OutboxItem).values(available_at=now()).where(OutboxItem.id.in_(query)))
        return list(session.scalars(query.where(OutboxItem.available_at <= now()).order_by(OutboxItem.id.desc())))


def round_of_work(redis_url: str) -> Counter[str]:
    """All pauses are over and everything is tried once more; how that ended."""
    store = redis.Redis.from_url(redis_url)
    if names := [name for name in store.scan_iter("inkling:slack:*") if not str(name).endswith(":failed'")]:
        store.delete(*names)
    return Counter(perform(item, "test", WORK) for item in due(hurry=True))


def settled() -> None:
    """Work as the relay would ring, at its own pace, until nothing is left."""
    deadline = time.monotonic() + 60
    while True:
        for item in due(hurry=False):
            perform(item, "test", WORK)
        with transaction() as session:
            # A reminder hours away is no part of the rush.
            soon = OutboxItem.available_at < now() + timedelta(minutes=5)
            left = select(OutboxItem.id).where(OutboxItem.state == "pending", OutboxItem.topic.in_(WORK), soon)
            if session.scalars(left).first() is None:
                return
        assert time.monotonic() < deadline
        time.sleep(0.1)


def ask(report: Report) -> None:
    with transaction() as session:
        ticket = locked(session, tickets_of(session, report.id)[0])
        reports.ask(
            session, session.get_one(Report, report.id), ticket, [Ask("impact", "Who?"), Ask("environment", "Where?")]
        )


def stand(report: Report, sentence: str) -> None:
    """Let the ticket of a report be held with this sentence, whatever it was before."""
    with transaction() as session:
        ticket = locked(session, tickets_of(session, report.id)[0])
        if ticket.attention:
            resume(session, ticket)
        hold(session, ticket, sentence)


def answer_one(report: Report) -> None:
    with transaction() as session:
        person = session.get_one(Person, report.reporter_id)
        reports.answer(session, reports.open_questions(session, report.id)[0].id, person, "Everyone")


def trouble(slack: House, kind: str, settings_of: Callable[..., None]) -> None:
    """From now on every call suffers this."""
    slack.sandbox.sandbox.faults.clear()
    settings_of(SLACK_API_URL=f"{slack.base}/api/" if kind != "refused" else "http://127.0.0.1:9/api/")
    if kind not in ("refused", "none"):
        slack.fault("*", kind, times=100_000, seconds=0.4 if kind.startswith("timeout") else 30)


def said(slack: House) -> dict[str, list[str]]:
    """What we said in each thread, in order."""
    return {
        str(report.thread_ts): [message["text"] for message in slack.ours(report.channel_id, str(report.thread_ts))]
        for report in all_reports()
    }


def test_an_hour_without_slack(slack: House, redis_url: str, settings_of: Callable[..., None]) -> None:
    """Refused, slow, broken and 429 in turn: afterwards one status with the last state, and one message a round."""
    for place in PLACES:
        slack.say("@inkling it broke", channel=place)
    settled()
    old = all_reports()
    ask(old[0])
    settled()
    before = said(slack)

    began: dict[str, float] = {}
    for number, kind in enumerate(("refused", "timeout_before", "http_500", "timeout_after", "ratelimited")):
        trouble(slack, kind, settings_of)
        began[kind] = time.time()
        for place in PLACES:
            root = slack.say(f"@inkling it broke again {number}", channel=place)
            slack.say("on the panel", user="support-lead", channel=place, thread_ts=root)
        for _ in range(4):
            outcomes = round_of_work(redis_url)
            assert set(outcomes) <= {"done", "later"}, outcomes
            for report in all_reports()[1:]:
                stand(report, f"{FIRST} {kind}")
    new = all_reports()[2:]
    assert len(new) == 10
    assert sum(len(lines) for lines in said(slack).values()) <= 4 + 4, "what was sent but never confirmed"
    answer_one(old[0])
    for report in (*new, old[1]):
        stand(report, LAST)
    ask_again(new[0])
    with transaction() as session:
        session.execute(update(Report).where(Report.id == old[0].id).values(wait_until=now() - timedelta(minutes=1)))

    trouble(slack, "none", settings_of)
    back = time.time()
    print(f"outcomes when back: {dict(round_of_work(redis_url))}")
    settled()
    after = said(slack)
    bounded(slack, began, back)
    made = made_between(slack, back, time.time())
    print(f"calls afterwards: {len(made)}: {dict(Counter(one['method'] for one in made))}")
    check(after, before, old, new)
    # A new report costs its post and at most one look and one change; each old thread one change.
    assert len(made) <= 3 * len(new) + 2 + 2
    assert [one["status"] for one in made] == [200] * len(made)


def made_between(slack: House, begin: float, end: float) -> list[Json]:
    """The calls that reached Slack then; it lists one that it answers slowly only once that is over."""
    return [call for call in slack.look("calls")["calls"] if begin <= call["at"] < end]


def bounded(slack: House, began: dict[str, float], back: float) -> None:
    """In each of the four rounds of a trouble one call finds out for all; a 429 is of one channel or method only."""
    ends = [*list(began.values())[1:], back]
    for (kind, begin), end in zip(began.items(), ends, strict=True):
        made = len(made_between(slack, begin, end))
        print(f"{kind}: {made} calls")
        assert made <= 4 * (1 if kind != "ratelimited" else 8), (kind, made)


def ask_again(report: Report) -> None:
    """Questions about a report whose status nobody has seen yet; their promise is rung for before the status."""
    with transaction() as session:
        ticket = locked(session, tickets_of(session, report.id)[0])
        resume(session, ticket)
    ask(report)


def check(after: dict[str, list[str]], before: dict[str, list[str]], old: list[Report], new: list[Report]) -> None:
    """Each thread says what it should, once and in order."""
    kept, shown = before[str(old[0].thread_ts)], after[str(old[0].thread_ts)]
    assert len(kept) == len(shown) == 2
    assert shown[1] != kept[1], "the answer shows in the questions"
    first, second = after[str(new[0].thread_ts)]
    assert first.startswith("Two quick questions")
    assert "Who?" in second
    for report in (old[1], *new[1:]):
        (text,) = after[str(report.thread_ts)]
        assert text.startswith(LAST)
    assert not any("still open" in text for lines in after.values() for text in lines)
