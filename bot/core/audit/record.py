"""Writing one audit event inside the transaction of what it tells about; nothing is ever changed here."""

from typing import Any

from sqlalchemy.orm import Session

from bot.core.audit.actors import Actor
from bot.core.models import AuditEvent


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    workspace_id: int | None = None,
    ticket_id: int | None = None,
    report_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add an event; `action` is `subject.past_participle`, such as `ticket.approved`. Values are plain JSON."""
    session.add(
        AuditEvent(
            workspace_id=workspace_id,
            ticket_id=ticket_id,
            report_id=report_id,
            actor=actor.id,
            actor_name=actor.name,
            action=action,
            before=before or {},
            after=after or {},
        )
    )
