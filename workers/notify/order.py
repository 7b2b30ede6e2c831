"""What is said first in a thread: the status, then the questions, then the reminder, also after Slack was away."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.errors import Later
from bot.core.models import OutboxItem, Post


def only_after(session: Session, key: str, topic: str, subject: object) -> None:
    """Raise Later while the post `key` is promised and nobody has seen it yet."""
    if shown_for(session, key) is not None:
        return
    promised = select(OutboxItem.id).where(
        OutboxItem.key == f"{topic}:{subject}", OutboxItem.state.in_(("pending", "in_flight"))
    )
    if session.scalar(promised.limit(1)) is not None:
        raise Later("Something else is said first in this thread.", 1, counts=False)


def shown_for(session: Session, key: str) -> timedelta | None:
    """How long ago the post `key` appeared in Slack; None when it has not."""
    posted = select(Post.ts).where(Post.key == key, Post.state == "sent")
    ts = session.scalar(posted)
    return timedelta(seconds=now().timestamp() - float(ts)) if ts else None
