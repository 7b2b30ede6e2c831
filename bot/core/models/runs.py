"""What the chain did: a run over a report, a row per step, a row per model call with its price."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class Run(Base):
    """One pass of the chain over a report. `state`: running, waiting (for a person), done or failed.

    `purpose`: draft, or change when it only looks at what happened in the thread since.
    """

    __tablename__ = "runs"
    __table_args__ = (Index(None, "report_id"),)
    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    purpose: Mapped[str] = mapped_column(default="draft")
    state: Mapped[str] = mapped_column(default="running")
    instruction: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
    model_down_since: Mapped[datetime | None]
    created_at: Mapped[Created]
    finished_at: Mapped[datetime | None]


class Step(Base):
    """One unit of a run; a finished step is never run again for the same input."""

    __tablename__ = "steps"
    __table_args__ = (UniqueConstraint("run_id", "name", "input_hash"),)
    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    name: Mapped[str]
    input_hash: Mapped[str]
    state: Mapped[str] = mapped_column(default="running")
    attempt: Mapped[int] = mapped_column(default=1)
    rung: Mapped[str] = mapped_column(default="")
    prompt: Mapped[str] = mapped_column(default="")
    output: Mapped[dict[str, Any] | None]
    error: Mapped[str] = mapped_column(default="")
    latency_ms: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]
    finished_at: Mapped[datetime | None]


class ModelCall(Base):
    """One call to a model: what it cost in tokens, money and time. `outcome`: ok, repaired or why it failed."""

    __tablename__ = "model_calls"
    __table_args__ = (Index(None, "step_id"), Index(None, "created_at"))
    id: Mapped[Id]
    step_id: Mapped[int | None] = mapped_column(ForeignKey("steps.id"))
    tier: Mapped[str]
    model: Mapped[str]
    prompt: Mapped[str]
    outcome: Mapped[str]
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_cached: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)
    cost_usd: Mapped[Decimal | None] = mapped_column(Numeric(12, 6))
    latency_ms: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]
