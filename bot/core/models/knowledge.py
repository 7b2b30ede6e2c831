"""What the company already knows: sources, the documents, code and tickets in them, cut into passages to be found."""

from datetime import datetime
from typing import Any

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class Source(Base):
    """Where knowledge comes from. `kind`: docs (a folder, file or zip), code (a repository), board, or tickets.

    `audience` are the Slack channels whose reports may use it; None: all. `link` is a pattern of addresses with
    {path}, {line} and {commit}. `state`: waiting, running, ready or failed, and `note` says why. `seen` of `total`
    tell how far a run is; `outcome` what the last one did; `problems` name what could not be read, and why.
    """

    __tablename__ = "sources"
    __table_args__ = (UniqueConstraint("kind", "location"),)
    id: Mapped[Id]
    kind: Mapped[str]
    location: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    audience: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    link: Mapped[str] = mapped_column(default="")
    commit: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="waiting")
    note: Mapped[str] = mapped_column(default="")
    seen: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problems: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime | None]
    refreshed_at: Mapped[datetime | None]
    created_at: Mapped[Created]


class Upload(Base):
    """A file that was handed over at the desk, to be read on whatever machine; its source is at `upload:NAME`."""

    __tablename__ = "uploads"
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str]
    content: Mapped[bytes]
    created_at: Mapped[Created]


class Document(Base):
    """One thing that a source holds; unchanged content is not read again. `kind`: document, code or ticket.

    A ticket of Inkling's own has `ticket_id`, its workspace and, where its report came from a private channel or it
    cites a restricted source, an `audience` of its own (Slack channels). `happened_at` is when the thing was made;
    `status` is how a card of a board stands, in the board's words.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("source_id", "path"),)
    id: Mapped[Id]
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id", ondelete="CASCADE"))
    workspace_id: Mapped[int | None] = mapped_column(ForeignKey("workspaces.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), unique=True)
    kind: Mapped[str]
    path: Mapped[str]
    title: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="")
    audience: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    content_hash: Mapped[str]
    happened_at: Mapped[datetime | None]
    indexed_at: Mapped[datetime]
    created_at: Mapped[Created]


class Passage(Base):
    """A stretch of a document that can be quoted as evidence; it keeps its id while its words stay.

    `kind` is its document's. `line` is where it begins in a file of code, from 1; `symbol` what it defines there.
    """

    __tablename__ = "passages"
    __table_args__ = (
        Index(None, "document_id"),
        # Whoever writes empties their lists of pending entries, which every search would have to read.
        Index("ix_passages_search", "search", postgresql_using="gin"),
        Index("ix_passages_search_tickets", "search", postgresql_using="gin", postgresql_where=text("kind = 'ticket'")),
    )
    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    kind: Mapped[str]
    position: Mapped[int]
    heading: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    symbol: Mapped[str] = mapped_column(default="")
    line: Mapped[int | None]
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "setweight(to_tsvector('english', inkling_words(heading)), 'A')"
            " || setweight(to_tsvector('english', inkling_words(text)), 'D')",
            persisted=True,
        ),
    )


class Embedding(Base):
    """The meaning of a passage as one model sees it; several models may stand side by side while one is replaced."""

    __tablename__ = "embeddings"
    __table_args__ = (Index(None, "kind", "model"),)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    vector: Mapped[Any] = mapped_column(HALFVEC())


class EmbeddingModel(Base):
    """A model that passages are embedded with; `ready` once all were, and from then on it is asked what is near."""

    __tablename__ = "embedding_models"
    name: Mapped[str] = mapped_column(primary_key=True)
    dimensions: Mapped[int]
    ready: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]
