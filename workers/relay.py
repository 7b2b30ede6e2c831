"""The relay: hears of new outbox items from Postgres and rings the workers' doorbell; one leads, others stand by."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from celery import Celery
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy.exc import SQLAlchemyError

from bot.core import log, outbox
from bot.core.db import transaction
from bot.core.outbox.topics import QUEUES
from bot.core.settings import settings
from workers.schedule import Timetable

# Delayed items give no notice when their time comes, so the table is looked at this often (seconds).
LOOK_EVERY = 0.5
_LOCK = 0x1D1E02
_log = log.get("workers.relay")


@contextmanager
def leadership() -> Iterator[psycopg.Connection | None]:
    """A listening connection that holds the relay's lock, or None when another process leads.

    The lock belongs to the connection: when this process dies, Postgres gives it to the next one at once.
    """
    address = settings().database.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as connection:
        row = connection.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if row is None or not row[0]:
            yield None
            return
        connection.execute(f"listen {outbox.CHANNEL}")
        yield connection


def ring(app: Celery, task: str) -> int:
    """Ring once for everything due; returns how much that was. A broker that is away leaves all as it was."""
    with transaction() as session:
        items = outbox.due(session)
        rung = []
        for item_id, topic in items:
            try:
                app.send_task(task, args=[item_id], queue=QUEUES[topic], retry=False)
            except BrokerError as error:
                _log.warning("broker away", error=str(error))
                break
            rung.append(item_id)
        outbox.mark_published(session, rung)
    return len(rung)


def lead(connection: psycopg.Connection, app: Celery, task: str, stop: threading.Event) -> None:
    """Ring and keep the timetable until told to stop or the database goes away."""
    timetable = Timetable()
    while not stop.is_set():
        timetable.tick()
        if ring(app, task) == 0:
            for _ in connection.notifies(timeout=LOOK_EVERY, stop_after=1):
                pass


def run(app: Celery, task: str, stop: threading.Event) -> None:
    """Lead if nobody does, else stand by; survive a database that is away."""
    standing_by = False
    while not stop.is_set():
        try:
            with leadership() as connection:
                if connection is not None:
                    _log.info("leading")
                    standing_by = False
                    lead(connection, app, task, stop)
                elif not standing_by:
                    _log.info("standing by: another relay leads")
                    standing_by = True
        except (psycopg.OperationalError, SQLAlchemyError) as error:
            _log.warning("database away", error=str(error).splitlines()[0])
        stop.wait(1)
