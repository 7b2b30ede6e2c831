"""What people said: reports, the messages of their threads, and the questions we asked back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class Report(Base):
    """What someone said, with its whole thread. One Slack thread is one report.

    `thread_ts` is empty for a slash command until its thread has been opened. `wait_until` is set while questions
    are open: after it the draft is written without answers. `private` until Slack says that the channel is public.
    """

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("workspace_id", "channel_id", "thread_ts"), Index(None, "wait_until"))
    id: Mapped[Id]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    channel_id: Mapped[str]
    channel_name: Mapped[str] = mapped_column(default="")
    private: Mapped[bool] = mapped_column(default=True)
    thread_ts: Mapped[str | None]
    origin: Mapped[str]
    kind_hint: Mapped[str | None]
    permalink: Mapped[str] = mapped_column(default="")
    thread_read_at: Mapped[datetime | None]
    thread_note: Mapped[str] = mapped_column(default="")
    wait_until: Mapped[datetime | None]
    created_at: Mapped[Created]


class Message(Base):
    """One message of a report's thread as a person wrote it (Slack's escaping undone)."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("report_id", "ts"),)
    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    ts: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    created_at: Mapped[Created]


class Question(Base):
    """What we asked back. `state`: open, answered, unknown (not known), expired (nobody answered in time) or moot.

    A moot one is not needed any more: its ticket was declined, withdrawn or joined another.
    """

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("report_id", "round", "position"),)
    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    round: Mapped[int]
    position: Mapped[int]
    field: Mapped[str]
    text: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    suggestions: Mapped[list[str]]
    state: Mapped[str] = mapped_column(default="open")
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    created_at: Mapped[Created]


class Post(Base):
    """A message of ours in Slack, found again by `key`. `state`: sending (outcome unknown until seen) or sent."""

    __tablename__ = "posts"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    channel_id: Mapped[str]
    thread_ts: Mapped[str | None]
    ts: Mapped[str | None]
    op_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="sending")
    content_hash: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Created]
