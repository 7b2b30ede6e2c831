"""Workspaces, people and the ways they prove who they are; no rules about what they may do."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class Workspace(Base):
    """One Slack workspace; every report and ticket knows its own."""

    __tablename__ = "workspaces"
    id: Mapped[Id]
    team_id: Mapped[str] = mapped_column(unique=True)
    enterprise_id: Mapped[str | None]
    name: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    bot_user_id: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Created]


class Person(Base):
    """Somebody who reports, reviews or administers; known by a desk name, a Slack id, or both."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("workspace_id", "slack_user_id"),)
    id: Mapped[Id]
    workspace_id: Mapped[int | None] = mapped_column(ForeignKey("workspaces.id"))
    slack_user_id: Mapped[str | None]
    name: Mapped[str | None] = mapped_column(unique=True)
    display_name: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="reporter")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Created]

    @property
    def label(self) -> str:
        """What to call this person in text."""
        return self.display_name or self.name or self.slack_user_id or "somebody"


class Home(Base):
    """Somebody's App Home: when they last opened it, and what Slack was given to show there and when."""

    __tablename__ = "homes"
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    opened_at: Mapped[datetime]
    content_hash: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link that signs a person in once; only the hash of its token is kept."""

    __tablename__ = "sign_in_links"
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class DeskSession(Base):
    """A signed-in browser; only the hash of its cookie is kept, so it can be revoked but not stolen from here."""

    __tablename__ = "desk_sessions"
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    csrf_token: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[Created]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiToken(Base):
    """A bearer token for /api/v1; only its hash is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (Index(None, "person_id"),)
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[Created]
    revoked_at: Mapped[datetime | None]
