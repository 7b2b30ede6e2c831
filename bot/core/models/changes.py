"""What the thread said after a draft existed, held against the ticket; no rules about who decides on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class Change(Base):
    """One look at what happened in a thread since the ticket was written.

    `base` is the draft version it was held against, `seen` the newest audit event of the report that it knows.
    `content` is the proposed bot.core.tickets.content.DraftContent, `causes` maps message ids
    to new, edited, deleted or left (its report was taken out of the ticket).
    `state`: open, accepted, refused, outdated (something newer took its place) or noted (it changes nothing).
    `fields` are those accepted, `left` those that a person had changed meanwhile.
    """

    __tablename__ = "changes"
    __table_args__ = (
        Index(None, "ticket_id"),
        Index("uq_changes_open", "ticket_id", unique=True, postgresql_where=text("state = 'open'")),
    )
    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    base: Mapped[int]
    seen: Mapped[int]
    rung: Mapped[str]
    content: Mapped[dict[str, Any]]
    causes: Mapped[dict[str, Any]]
    state: Mapped[str]
    fields: Mapped[list[str]] = mapped_column(default=list)
    left: Mapped[list[str]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[Created]
