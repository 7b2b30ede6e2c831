"""The timetable: small things to do every so often, by whoever leads the relay; each in a transaction of its own."""

import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core import audit, log
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import OutboxItem, Report, WorkerProcess
from bot.core.outbox import enqueue, topics

_log = log.get("workers.schedule")


def seal_audit(session: Session) -> None:
    """Seal what is new in the audit trail."""
    audit.seal(session)


def end_waiting(session: Session) -> None:
    """Wake the chain for reports whose time to wait for an answer is over."""
    query = select(Report.id).where(Report.wait_until <= now()).limit(100)
    for report_id in session.scalars(query):
        enqueue(session, topics.CHAIN, report_id, {"report_id": report_id})


def tidy(session: Session) -> None:
    """Drop what nobody will look at again: finished outbox items after a week, worker processes long gone."""
    week = now() - timedelta(days=7)
    session.execute(delete(OutboxItem).where(OutboxItem.state == "done", OutboxItem.done_at < week))
    session.execute(delete(WorkerProcess).where(WorkerProcess.seen_at < now() - timedelta(hours=1)))


TIMETABLE: tuple[tuple[float, Callable[[Session], None]], ...] = (
    (1, end_waiting),
    (3, seal_audit),
    (600, tidy),
)


class Timetable:
    """Remembers when each entry is due next (seconds, by a clock that never goes back)."""

    def __init__(self) -> None:
        self._due = [0.0] * len(TIMETABLE)

    def tick(self) -> None:
        """Do what is due."""
        for index, (every, work) in enumerate(TIMETABLE):
            if time.monotonic() >= self._due[index]:
                with transaction() as session:
                    work(session)
                self._due[index] = time.monotonic() + every
