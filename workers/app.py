"""The Celery app: one task that takes an outbox id, and what each worker process does at its birth; no work of its own.

The broker is only a doorbell: a lost message is rung again by the relay, and a message that comes twice finds its item
claimed. So messages are acknowledged early and nothing relies on visibility timeouts.
"""

import os
import socket
import threading
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from bot.core import db, log, outbox
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import WorkerProcess
from bot.core.outbox.due import CLAIM_LIFE
from bot.core.settings import settings
from workers import base
from workers.process import die_with_parent
from workers.tasks import handlers

TASK = "inkling.perform"
BEAT_EVERY = 2.0
_log = log.get("workers.app")

app = Celery("inkling", broker=settings().redis_url)
app.conf.update(
    task_ignore_result=True,
    task_default_queue="chat",
    task_time_limit=CLAIM_LIFE.total_seconds() - 60,
    worker_prefetch_multiplier=1,
    worker_disable_prefetch=True,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "health_check_interval": 25,
        "visibility_timeout": 2 * CLAIM_LIFE.total_seconds(),
    },
)


class Process:
    """This worker process: its id, its queues, and the heartbeat that keeps its claims."""

    def __init__(self, queues: set[str]) -> None:
        self.id = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
        self.queues = queues
        self.handlers = handlers(queues)
        self.stopping = threading.Event()

    def live(self) -> None:
        """Write that this process is alive until it ends; a database that is away for a moment is tried again."""
        while not self.stopping.is_set():
            try:
                with transaction() as session:
                    row = insert(WorkerProcess).values(
                        id=self.id, queues=",".join(sorted(self.queues)), started_at=now(), seen_at=now()
                    )
                    session.execute(row.on_conflict_do_update(index_elements=["id"], set_={"seen_at": now()}))
            except Exception as error:  # noqa: BLE001 - a heartbeat that dies would hand over running work
                _log.warning("heartbeat failed", error=str(error))
            self.stopping.wait(BEAT_EVERY)

    def leave(self) -> None:
        """Say goodbye, so that nobody waits for this process."""
        self.stopping.set()
        with transaction() as session:
            session.execute(delete(WorkerProcess).where(WorkerProcess.id == self.id))


_process: Process | None = None


@setup_logging.connect
def _logging(**_: Any) -> None:  # noqa: ANN401 - the shape of Celery's signals
    log.configure()


def queues_from_command() -> set[str]:
    """The queues of this worker, from Celery's own selection."""
    return set(app.amqp.queues.consume_from) & set(outbox.topics.QUEUES.values())


@worker_process_init.connect
def _born(**_: Any) -> None:  # noqa: ANN401 - the shape of Celery's signals
    global _process  # noqa: PLW0603 - one process, one identity, set once after the fork
    die_with_parent()
    db.engine.cache_clear()
    _process = Process(queues_from_command())
    threading.Thread(target=_process.live, name="heartbeat", daemon=True).start()


@app.task(name=TASK)
def perform(item_id: int) -> str:
    """Do the outbox item with this id, if it still is to be done."""
    assert _process is not None
    return base.perform(item_id, _process.id, _process.handlers)
