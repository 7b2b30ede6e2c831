"""What the relay should ring the doorbell for: due work, and work whose bell or worker was lost."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.models import OutboxItem, WorkerProcess

CHANNEL = "inkling_outbox"
# A worker process writes that it is alive every 2 s; four missed beats and its work is taken over.
SILENT_AFTER = timedelta(seconds=8)
# The broker is only a doorbell and may lose a ring; ring again after this.
RING_AGAIN_AFTER = timedelta(seconds=20)
_MOST = 200  # rung for in one transaction

# A task may run this long at most (workers.app kills it before), so an older claim was never finished.
CLAIM_LIFE = timedelta(minutes=15)


def alive() -> Select[str]:
    """Ids of worker processes heard of lately."""
    return select(WorkerProcess.id).where(WorkerProcess.seen_at > now() - SILENT_AFTER)


def due(session: Session) -> list[tuple[int, str]]:
    """(id, topic) of work to ring for, oldest first."""
    moment = now()
    fresh = and_(
        OutboxItem.state == "pending",
        OutboxItem.available_at <= moment,
        or_(OutboxItem.published_at.is_(None), OutboxItem.published_at < moment - RING_AGAIN_AFTER),
    )
    orphaned = and_(
        OutboxItem.state == "in_flight",
        or_(OutboxItem.claimed_by.not_in(alive()), OutboxItem.claimed_at < moment - CLAIM_LIFE),
        or_(OutboxItem.published_at.is_(None), OutboxItem.published_at < moment - SILENT_AFTER),
    )
    rows = session.execute(
        select(OutboxItem.id, OutboxItem.topic).where(or_(fresh, orphaned)).order_by(OutboxItem.id).limit(_MOST)
    )
    return [(row.id, row.topic) for row in rows]


def mark_published(session: Session, ids: Iterable[int]) -> None:
    """Remember that the bell was rung for these."""
    session.execute(update(OutboxItem).where(OutboxItem.id.in_(list(ids))).values(published_at=now()))
