"""What people ask Inkling about what is known, and what it answered."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class Inquiry(Base):
    """Something somebody wants to know, and the answer as it was posted; `answered_at` is empty until then."""

    __tablename__ = "inquiries"
    __table_args__ = (UniqueConstraint("workspace_id", "channel_id", "ts"),)
    id: Mapped[Id]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    channel_id: Mapped[str]
    thread_ts: Mapped[str]
    ts: Mapped[str]
    text: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    created_at: Mapped[Created]
