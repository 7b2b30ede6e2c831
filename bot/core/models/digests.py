"""Channels that want to read once a week what became of what they said."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class Digest(Base):
    """A channel's weekly digest; the next one tells of the seven days before `next_at`."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("workspace_id", "channel_id"), Index(None, "next_at"))
    id: Mapped[Id]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    channel_id: Mapped[str]
    wanted_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    next_at: Mapped[datetime]
    created_at: Mapped[Created]
