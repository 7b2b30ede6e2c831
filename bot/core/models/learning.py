"""What was learned from reviews: house rules with every version they had; no rules about who may change them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class HouseRule(Base):
    """A short rule for the drafts of a workspace. `state`: proposed, on, off or refused.

    `kind` is a kind of ticket, empty for all. `scope` is empty (everywhere), `channel:<id>` or `board:<name>`.
    `effect` is a bot.core.learning.Effect that code applies, or empty: then only a model can follow the text.
    `origin` holds the reviews it came from, with excerpts; `created_by` is empty when Inkling proposed it.
    """

    __tablename__ = "house_rules"
    __table_args__ = (Index(None, "workspace_id", "state"),)
    id: Mapped[Id]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    state: Mapped[str] = mapped_column(default="proposed")
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str]
    kind: Mapped[str] = mapped_column(default="")
    scope: Mapped[str] = mapped_column(default="")
    effect: Mapped[dict[str, Any]] = mapped_column(default=dict)
    origin: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[Created]
    updated_at: Mapped[Created]


class HouseRuleVersion(Base):
    """A house rule as it was after each change, never changed itself; `person_id` is empty when Inkling did it."""

    __tablename__ = "house_rule_versions"
    __table_args__ = (UniqueConstraint("rule_id", "number"),)
    id: Mapped[Id]
    rule_id: Mapped[int] = mapped_column(ForeignKey("house_rules.id"))
    number: Mapped[int]
    state: Mapped[str]
    text: Mapped[str]
    kind: Mapped[str]
    scope: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
