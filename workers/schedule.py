"""The timetable: small things to do every so often, by whoever leads the relay; each in a transaction of its own."""

import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.core import audit, digests, log
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import InboxItem, OutboxItem, Report, Source, WorkerProcess
from bot.core.outbox import enqueue, topics

# A source is looked at again after the first time; one that is being read so long may have lost its reader.
REFRESH_AFTER, STALLED_AFTER = timedelta(hours=24), timedelta(minutes=10)
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
    """Drop what nobody will look at again: finished outbox items after a week, worker processes long gone.

    An event that is about nothing known is not waited for longer than a day.
    """
    week = now() - timedelta(days=7)
    session.execute(delete(OutboxItem).where(OutboxItem.state == "done", OutboxItem.done_at < week))
    stale = InboxItem.about.is_not(None) & (InboxItem.created_at < now() - timedelta(days=1))
    session.execute(update(InboxItem).where(stale).values(about=None))
    session.execute(delete(WorkerProcess).where(WorkerProcess.seen_at < now() - timedelta(hours=1)))


def refresh_old(session: Session) -> None:
    """Promise to look again at every source that was begun a day ago, and at those whose reading may have died."""
    begun = func.coalesce(Source.started_at, Source.created_at)
    # One that is still being read leaves such work at once.
    due = (begun < now() - REFRESH_AFTER) | ((Source.state == "running") & (begun < now() - STALLED_AFTER))
    for source_id in session.scalars(select(Source.id).where(Source.kind != "tickets", due)):
        enqueue(session, topics.INGEST, source_id, {"source_id": source_id})


def embed_missing(session: Session) -> None:
    """Promise to embed what is not, which is everything after a change of the model in the settings."""
    enqueue(session, topics.EMBED, "passages", {})


TIMETABLE: tuple[tuple[float, Callable[[Session], None]], ...] = (
    (1, end_waiting),
    (3, seal_audit),
    (60, digests.due),
    (600, tidy),
    (600, refresh_old),
    (600, embed_missing),
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
