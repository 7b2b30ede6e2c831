"""What the company already knows: documents and past tickets, cut into passages that full-text search finds."""

from datetime import datetime

from sqlalchemy import Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class Document(Base):
    """A document or past ticket that was taken in. `kind`: document or ticket; unchanged content is not read again."""

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("kind", "path"),)
    id: Mapped[Id]
    kind: Mapped[str]
    path: Mapped[str]
    title: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    content_hash: Mapped[str]
    indexed_at: Mapped[datetime]
    created_at: Mapped[Created]


class Passage(Base):
    """A stretch of a document that can be quoted as evidence."""

    __tablename__ = "passages"
    __table_args__ = (
        UniqueConstraint("document_id", "position"),
        # Without a list of pending entries, which every search would have to read.
        Index("ix_passages_search", "search", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )
    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    position: Mapped[int]
    heading: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    search: Mapped[str] = mapped_column(
        TSVECTOR, Computed("to_tsvector('english', heading || ' ' || text)", persisted=True)
    )
