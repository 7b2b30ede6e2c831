"""What a ticket holds in the API besides its text: the other tickets of its report, and a change that waits."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from bot.core.models import Change
from bot.core.tickets.changes import Cause, FieldChange
from bot.core.tickets.families import Linked


class LinkOut(BaseModel):
    """Another ticket of the same report: `relation` is sibling, parent (tells the plan) or child (a part of it).

    `position` counts from 1 in the order of the report or plan, and is 0 for a parent.
    """

    id: int
    relation: str
    title: str
    state: str
    position: int

    @classmethod
    def of(cls, linked: Linked) -> "LinkOut":
        """The shape of a linked ticket."""
        ticket = linked.ticket
        return cls(
            id=ticket.id, relation=linked.relation, title=ticket.title, state=ticket.state, position=linked.position
        )


class CauseOut(BaseModel):
    """A message that asks for a change; `what` is new, edited or deleted, and a deleted one has no text."""

    model_config = ConfigDict(from_attributes=True)

    message_id: int
    who: str
    what: str
    text: str


class FieldChangeOut(BaseModel):
    """One field as lines before and after; `why` is the reason of a priority."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    before: list[str]
    after: list[str]
    why: str


class ChangeOut(BaseModel):
    """What the thread asks of a ticket since it was written; `base` is the version it was held against."""

    id: int
    base: int
    created_at: datetime
    messages: list[CauseOut]
    fields: list[FieldChangeOut]

    @classmethod
    def of(cls, row: Change, causes: list[Cause], fields: list[FieldChange]) -> "ChangeOut":
        """The shape of an open change."""
        return cls(
            id=row.id,
            base=row.base,
            created_at=row.created_at,
            messages=[CauseOut.model_validate(cause) for cause in causes],
            fields=[FieldChangeOut.model_validate(field) for field in fields],
        )
