"""Promising work inside a transaction; the relay hears of it when the transaction commits."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.models import OutboxItem
from bot.core.outbox.due import CHANNEL
from bot.core.outbox.topics import QUEUES


def enqueue(session: Session, topic: str, subject: object, payload: dict[str, Any], *, delay: float = 0) -> None:
    """Promise `topic` for `subject` after `delay` seconds.

    Pending work for the same topic and subject coalesces: handlers read the present state of what they serve, so once
    is enough. The earlier of two times wins for immediate work; a delayed repeat moves the time back (quiet period).
    """
    assert topic in QUEUES
    at = now() + timedelta(seconds=delay)
    row = insert(OutboxItem).values(
        topic=topic, key=f"{topic}:{subject}", payload=payload, available_at=at, state="pending", attempts=0
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["key"],
            index_where=text("state = 'pending'"),
            set_={"available_at": at, "payload": payload, "published_at": None},
        ).returning(func.pg_notify(CHANNEL, ""))
    )
