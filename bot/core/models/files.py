"""Files that people put beside their words: what was promised, what came, and why one is not here."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class File(Base):
    """One file of a message, at its `position` there. `name`, `mimetype` and `size` are Slack's word for it.

    `state`: waiting (to be fetched), kept, refused or gone; `note` is a sentence about the last two. `media_type`, and
    a picture's `width` and `height`, are our own finding. The content is read
    only where it is asked for: nobody should hold several at once.
    """

    __tablename__ = "files"
    __table_args__ = (UniqueConstraint("message_id", "slack_id"),)
    id: Mapped[Id]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    position: Mapped[int]
    slack_id: Mapped[str]
    name: Mapped[str]
    mimetype: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    address: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="waiting")
    note: Mapped[str] = mapped_column(default="")
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    sha256: Mapped[str] = mapped_column(default="")
    media_type: Mapped[str] = mapped_column(default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[Created]
