"""Taking work from the outbox and giving it back: one living process at a time per key, with a fence against ghosts."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Update, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.models import OutboxItem
from bot.core.outbox.due import CHANNEL, CLAIM_LIFE, alive


@dataclass(frozen=True)
class Claim:
    """Work in hand. `attempt` is the fence: a process that was thought dead cannot finish what another took over."""

    id: int
    topic: str
    key: str
    payload: dict[str, Any]
    attempt: int


def claim(session: Session, item_id: int, process_id: str) -> Claim | None:
    """Take the item if it is due and nobody alive works on its key; None when there is nothing to do."""
    key = session.scalar(select(OutboxItem.key).where(OutboxItem.id == item_id))
    if key is None:
        return None
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
    item = session.scalars(select(OutboxItem).where(OutboxItem.id == item_id).with_for_update()).one()
    living = set(session.scalars(alive()))
    busy = session.scalars(
        select(OutboxItem.claimed_by).where(
            OutboxItem.key == key, OutboxItem.state == "in_flight", OutboxItem.claimed_at > now() - CLAIM_LIFE
        )
    ).all()
    if any(owner in living for owner in busy) or item.state not in ("pending", "in_flight"):
        return None
    if item.state == "pending" and item.available_at > now():
        return None
    item.state, item.claimed_by, item.claimed_at = "in_flight", process_id, now()
    item.attempts += 1
    return Claim(item.id, item.topic, item.key, item.payload, item.attempts)


def _ours(held: Claim) -> Update:
    return update(OutboxItem).where(
        OutboxItem.id == held.id, OutboxItem.state == "in_flight", OutboxItem.attempts == held.attempt
    )


def finish(session: Session, held: Claim) -> bool:
    """The work is done; False when another process took it over meanwhile."""
    return _end(session, held, state="done", error="")


def give_up(session: Session, held: Claim, error: str) -> None:
    """The work cannot be done and is not tried again."""
    _end(session, held, state="dead", error=error)


def _end(session: Session, held: Claim, *, state: str, error: str) -> bool:
    """Let go of the key. What was promised for it meanwhile was perhaps rung for in vain, so it is rung for anew."""
    ended = _ours(held).values(state=state, done_at=now(), last_error=error).returning(OutboxItem.id)
    if session.execute(ended).first() is None:
        return False
    next_one = update(OutboxItem).where(OutboxItem.key == held.key, OutboxItem.state == "pending")
    session.execute(next_one.values(published_at=None).returning(func.pg_notify(CHANNEL, "")))
    return True


def put_back(session: Session, held: Claim, error: str, seconds: float, *, counts: bool = True) -> None:
    """Try again after `seconds`; without `counts` the try is not held against the item (it waited for a person).

    A little more than `seconds` (at most five), so that what failed together does not all come back together.
    """
    seconds += random.uniform(0, min(seconds / 5, 5))  # noqa: S311  # a spread, no secret
    values: dict[str, Any] = {
        "state": "pending",
        "available_at": now() + timedelta(seconds=seconds),
        "published_at": None,
        "claimed_by": None,
        "last_error": error,
    }
    if not counts:
        values["attempts"] = func.greatest(OutboxItem.attempts - 1, 0)
    try:
        with session.begin_nested():
            session.execute(_ours(held).values(**values))
    except IntegrityError:
        # The same work was promised again while this try ran: the new promise stands for both.
        finish(session, held)
