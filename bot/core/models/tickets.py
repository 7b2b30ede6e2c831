"""The ticket that lives through all of it, its drafts, the reviews of them and its delivery to the board."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.models.base import Base, Created, Id


class Ticket(Base):
    """The thing that lives from the first word to shipped; its state changes only through bot.core.tickets.

    `attention` is the sentence a person must read while the state is needs_attention, and `resume_state` is where
    the ticket goes on afterwards. `route_board` and `route_list` are where its
    card goes, chosen at approval (ids or names; empty: the default).
    """

    __tablename__ = "tickets"
    __table_args__ = (Index(None, "workspace_id", "state", "id"),)
    id: Mapped[Id]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    state: Mapped[str] = mapped_column(default="received")
    resume_state: Mapped[str | None]
    attention: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="feedback")
    title: Mapped[str] = mapped_column(default="")
    priority: Mapped[str] = mapped_column(default="")
    priority_reason: Mapped[str] = mapped_column(default="")
    decline_reason: Mapped[str] = mapped_column(default="")
    route_board: Mapped[str] = mapped_column(default="")
    route_list: Mapped[str] = mapped_column(default="")
    card_id: Mapped[str] = mapped_column(default="")
    card_url: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Created]
    updated_at: Mapped[Created]


class TicketReport(Base):
    """Which reports are part of which ticket; either side may be many.

    `joined_at` is empty for a report that the ticket was made for, and says when another one was added to it.
    """

    __tablename__ = "ticket_reports"
    __table_args__ = (Index(None, "report_id"),)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), primary_key=True)
    joined_at: Mapped[datetime | None]
    joined_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Match(Base):
    """An earlier ticket that a report looks the same as, shown to those who reported it; `why` is what shows it.

    `state`: open, joined (yes, it is), different (no, it is not) or expired (decided otherwise, or too late).
    """

    __tablename__ = "matches"
    __table_args__ = (UniqueConstraint("report_id", "ticket_id"),)
    id: Mapped[Id]
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    why: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[Created]


class TicketLink(Base):
    """A ticket's place among those that came from one report: `ticket_id` is the first of them, `other_id` the ticket.

    `relation`: sibling (the first one has a row too) or child (of a plan that the first one tells). `part` is a
    bot.core.tickets.parts.Part. `dropped` says that the thread does not ask for it any more.
    """

    __tablename__ = "ticket_links"
    __table_args__ = (UniqueConstraint("other_id"),)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    relation: Mapped[str]
    position: Mapped[int]
    part: Mapped[dict[str, Any]]
    dropped: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]


class Draft(Base):
    """One version of a ticket's text, never changed once written. `author_id` is empty when Inkling wrote it.

    `content` is a bot.core.tickets.content.DraftContent; `rung` says what wrote it: model, basic, none or person.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("ticket_id", "number"),)
    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    rung: Mapped[str]
    content: Mapped[dict[str, Any]]
    created_at: Mapped[Created]


class Review(Base):
    """A person's decision on a draft: approve, edit, decline or revise."""

    __tablename__ = "reviews"
    __table_args__ = (Index(None, "ticket_id"),)
    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decision: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Created]


class DeliveryPart(Base):
    """One part of a card (the card itself, its link, checklist, each item), each its own checkpoint.

    `state`: pending, in_flight (sent, outcome unknown until looked for) or done. `op_id` marks it on the board.
    """

    __tablename__ = "delivery_parts"
    __table_args__ = (UniqueConstraint("ticket_id", "part"),)
    id: Mapped[Id]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    part: Mapped[str]
    op_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="pending")
    external_id: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime | None]
    created_at: Mapped[Created]
