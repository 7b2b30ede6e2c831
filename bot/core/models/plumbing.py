"""What moves work between processes: inbox, outbox, living workers, audit events and their seals."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class InboxItem(Base):
    """Something that arrived from outside, kept before it is answered; a redelivery finds its row.

    `about` is set while it waits for the message or thread that it is about, which may arrive after it.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index(None, "about", postgresql_where=text("about IS NOT NULL")),
    )
    id: Mapped[Id]
    source: Mapped[str]
    external_id: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[Created]
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    about: Mapped[str | None]


class OutboxItem(Base):
    """Work to be done outside a transaction. Items with the same `key` run one at a time and coalesce while pending.

    `state`: pending, in_flight (claimed by a living worker process), done or dead (given up, a person was told).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("uq_outbox_pending_key", "key", unique=True, postgresql_where=text("state = 'pending'")),
        Index("ix_outbox_due", "available_at", postgresql_where=text("state = 'pending'")),
        Index("ix_outbox_in_flight", "key", postgresql_where=text("state = 'in_flight'")),
    )
    id: Mapped[Id]
    topic: Mapped[str]
    key: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[Created]
    published_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Created]
    done_at: Mapped[datetime | None]


class WorkerProcess(Base):
    """A worker process that is alive: it writes `seen_at` every few seconds; work of a silent one is taken over."""

    __tablename__ = "worker_processes"
    id: Mapped[str] = mapped_column(primary_key=True)
    queues: Mapped[str]
    started_at: Mapped[Created]
    seen_at: Mapped[Created]


class AuditEvent(Base):
    """One thing that happened. The table only grows: a trigger refuses change, deletion and truncation."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "ticket_id"), Index(None, "report_id"))
    id: Mapped[Id]
    at: Mapped[Created]
    workspace_id: Mapped[int | None] = mapped_column(ForeignKey("workspaces.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    actor: Mapped[str]
    actor_name: Mapped[str]
    action: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


class AuditSeal(Base):
    """The hash chain over audit events: each seal covers one event and the seal before it."""

    __tablename__ = "audit_seals"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_events.id"), unique=True)
    hash: Mapped[str]


class Problem(Base):
    """Something outside that a person must fix (a refused key, a missing list); gone once it works again."""

    __tablename__ = "problems"
    key: Mapped[str] = mapped_column(primary_key=True)
    sentence: Mapped[str]
    since: Mapped[Created]
