"""The hash chain over the audit trail: sealing what is new, and checking all of it."""

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bot.core.models import AuditEvent, AuditSeal

_GENESIS = "0" * 64
# Sealers take turns; the number only has to differ from other advisory locks of Inkling.
_LOCK = 0x1D1E01


def _hash(previous: str, event: AuditEvent) -> str:
    fields = [
        event.id,
        event.at.isoformat(),
        event.workspace_id,
        event.ticket_id,
        event.report_id,
        event.actor,
        event.actor_name,
        event.action,
        event.before,
        event.after,
    ]
    return hashlib.sha256((previous + json.dumps(fields, sort_keys=True)).encode()).hexdigest()


def seal(session: Session, limit: int = 5000) -> int:
    """Seal events that have none yet, oldest first; returns how many. Events commit out of order, seals do not."""
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1)).first()
    number, previous = (last.id, last.hash) if last else (0, _GENESIS)
    unsealed = select(AuditEvent).where(~select(AuditSeal.id).where(AuditSeal.event_id == AuditEvent.id).exists())
    count = 0
    for event in session.scalars(unsealed.order_by(AuditEvent.id).limit(limit)):
        number, previous, count = number + 1, _hash(previous, event), count + 1
        session.add(AuditSeal(id=number, event_id=event.id, hash=previous))
    return count


@dataclass(frozen=True)
class Verdict:
    """`broken_at` is the number of the first seal that does not fit, or None; `unsealed` are too new to have one."""

    sealed: int
    unsealed: int
    broken_at: int | None


def verify(session: Session) -> Verdict:
    """Walk the whole chain: a changed, missing or inserted event or seal breaks it."""
    previous, expected = _GENESIS, 0
    rows = session.execute(
        select(AuditSeal, AuditEvent)
        .join(AuditEvent, AuditEvent.id == AuditSeal.event_id, isouter=True)
        .order_by(AuditSeal.id)
        .execution_options(yield_per=1000)
    )
    for link, event in rows:
        expected += 1
        if event is None or link.id != expected or link.hash != _hash(previous, event):
            return Verdict(expected - 1, 0, expected)
        previous = link.hash
    total = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    return Verdict(expected, total - expected, None)
