"""Work leaves a transaction and is done once: claims, coalescing, retries, takeovers, and the relay's bell."""

import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text, update

from bot.core import outbox
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import OutboxItem, WorkerProcess
from bot.core.outbox import topics
from workers import base, relay
from workers.base import Job


def promise(subject: int = 1, delay: float = 0) -> int:
    """Promise a status for report `subject`; returns the item's id."""
    with transaction() as session:
        outbox.enqueue(session, topics.STATUS, subject, {"report_id": subject}, delay=delay)
        return item(session).id


def item(session: Any, number: int = -1) -> OutboxItem:
    found: OutboxItem = session.scalars(select(OutboxItem).order_by(OutboxItem.id)).all()[number]
    return found


def alive(process_id: str, *, seconds_ago: float = 0) -> str:
    """A worker process that was heard of so long ago."""
    with transaction() as session:
        seen = now() - timedelta(seconds=seconds_ago)
        session.add(WorkerProcess(id=process_id, queues="chat", seen_at=seen))
    return process_id


def do_nothing(job: Job) -> None:
    """A handler that has nothing to do."""


def test_done_work_is_not_done_again(database: str) -> None:
    """A bell that rings twice finds the item done."""
    calls: list[Job] = []
    number, me = promise(), alive("a")
    assert base.perform(number, me, {topics.STATUS: calls.append}) == "done"
    assert base.perform(number, me, {topics.STATUS: calls.append}) == "nothing"
    assert calls == [Job({"report_id": 1}, 1)]


def test_the_same_promise_coalesces(database: str) -> None:
    """Two promises for the same subject are one item; for another subject a second one."""
    first = promise(1)
    assert promise(1) == first
    assert promise(2) != first


def test_a_promise_made_while_the_work_runs_is_kept(database: str) -> None:
    """News during the work makes a new item, which waits for the running one and is then done."""
    me, seen = alive("a"), []

    def slow(_: Job) -> None:
        second = promise(1)
        seen.append(base.perform(second, me, {topics.STATUS: do_nothing}))

    assert base.perform(promise(1), me, {topics.STATUS: slow}) == "done"
    assert seen == ["nothing"]
    with transaction() as session:
        assert item(session).state == "pending"
        assert base.perform(item(session).id, me, {topics.STATUS: do_nothing}) == "done"


@pytest.mark.parametrize("attempt", [1, base.MAX_ATTEMPTS])
def test_what_waited_for_its_key_is_rung_for_at_once(database: str, attempt: int) -> None:
    """Rung for while the same work ran, a promise is due again as soon as that ends or is given up, not 20 s later."""
    me, first = alive("a"), promise(1)
    with transaction() as session:
        session.execute(update(OutboxItem).values(attempts=attempt - 1))

    def slow(_: Job) -> None:
        second = promise(1)
        with transaction() as session:
            outbox.mark_published(session, [second])
        assert base.perform(second, me, {topics.STATUS: do_nothing}) == "nothing"
        if attempt > 1:
            raise RuntimeError("boom")

    with relay.leadership() as connection:
        assert isinstance(connection, psycopg.Connection)
        base.perform(first, me, {topics.STATUS: slow})
        rings = list(connection.notifies(timeout=0.2))
    with transaction() as session:
        assert outbox.due(session) == [(item(session).id, topics.STATUS)]
        assert item(session).id != first
    assert len(rings) == 2, "one with the promise, one when its key is free"


def test_work_of_a_silent_process_is_taken_over(database: str) -> None:
    """While its process lives an item is left alone; silent for eight seconds, another takes it and is due."""
    number, other = promise(), alive("b")
    alive("a")
    with transaction() as session:
        assert outbox.claim(session, number, "a")
    assert base.perform(number, other, {topics.STATUS: do_nothing}) == "nothing"
    with transaction() as session:
        assert outbox.due(session) == []
        session.execute(
            update(WorkerProcess).where(WorkerProcess.id == "a").values(seen_at=now() - timedelta(seconds=9))
        )
    with transaction() as session:
        assert outbox.due(session) == [(number, topics.STATUS)]
    assert base.perform(number, other, {topics.STATUS: do_nothing}) == "done"


def test_a_ghost_cannot_finish(database: str) -> None:
    """A process thought dead that comes back does not mark work as done that another took over."""
    number = promise()
    alive("a", seconds_ago=60)
    alive("b")
    with transaction() as session:
        ghost = outbox.claim(session, number, "a")
    with transaction() as session:
        assert outbox.claim(session, number, "b")
    assert ghost is not None
    with transaction() as session:
        assert outbox.finish(session, ghost) is False
        assert item(session).state == "in_flight"


def test_later_waits_and_does_not_count(database: str) -> None:
    """Work that waits for the outside world is put back with its reason and no mark against it."""

    def wait(_: Job) -> None:
        raise Later("The board is away.", 60, counts=False)

    assert base.perform(promise(), alive("a"), {topics.STATUS: wait}) == "later"
    with transaction() as session:
        row = item(session)
        assert (row.state, row.attempts, row.last_error) == ("pending", 0, "The board is away.")
        assert row.available_at > now() + timedelta(seconds=50)


def test_a_failing_handler_is_retried_and_then_given_up(database: str) -> None:
    """Each failure moves the item back a little; after eight it is dead, and never a loop."""

    def fail(_: Job) -> None:
        raise RuntimeError("boom")

    number, me = promise(), alive("a")
    results = []
    for _ in range(base.MAX_ATTEMPTS):
        with transaction() as session:
            session.execute(update(OutboxItem).values(available_at=now()))
        results.append(base.perform(number, me, {topics.STATUS: fail}))
    assert results == ["retry"] * 7 + ["dead"]
    with transaction() as session:
        assert item(session).last_error == "RuntimeError: boom"


def test_a_process_killer_is_given_up(database: str) -> None:
    """An item whose process dies every time is not started a ninth time."""
    number = promise()
    for attempt in range(base.MAX_ATTEMPTS):
        with transaction() as session:
            assert outbox.claim(session, number, f"gone-{attempt}")
    assert base.perform(number, alive("b"), {topics.STATUS: do_nothing}) == "dead"


class Bell:
    """What the relay needs of Celery: a place to ring."""

    def __init__(self) -> None:
        self.rung: list[int] = []

    def send_task(self, _name: str, *, args: list[int], queue: str, retry: bool) -> None:
        # The timetable promises work for the other queue meanwhile.
        if (queue, retry) == ("chat", False):
            self.rung += args


def promise_and_roll_back() -> None:
    with transaction() as session:
        outbox.enqueue(session, topics.STATUS, 2, {"report_id": 2})
        raise RuntimeError("rolled back")


def test_the_relay_hears_of_work_at_once(database: str) -> None:
    """A committed promise is rung within a moment, a rolled back one never."""
    bell, stop = Bell(), threading.Event()
    leader = threading.Thread(target=relay.run, args=(bell, "t", stop))
    leader.start()
    try:
        number = promise()
        with pytest.raises(RuntimeError, match="rolled back"):
            promise_and_roll_back()
        for _ in range(100):
            if bell.rung:
                break
            threading.Event().wait(0.02)
    finally:
        stop.set()
        leader.join(10)
    assert bell.rung == [number]


def test_one_relay_leads(database: str) -> None:
    """A second relay stands by, and leads as soon as the first one's connection is gone."""
    with relay.leadership() as first:
        assert isinstance(first, psycopg.Connection)
        with relay.leadership() as second:
            assert second is None
    with relay.leadership() as third:
        assert third is not None


def test_a_lost_ring_is_rung_again(database: str) -> None:
    """The broker may lose a message: what was rung and not claimed is due again after a while."""
    number = promise()
    with transaction() as session:
        outbox.mark_published(session, [number])
        assert outbox.due(session) == []
        session.execute(text("update outbox set published_at = now() - interval '30 seconds'"))
    with transaction() as session:
        assert outbox.due(session) == [(number, topics.STATUS)]
