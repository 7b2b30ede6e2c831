"""What people did in a thread since a ticket was written, as data: messages that are new, edited or gone."""

from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.models import AuditEvent, Message, Question
from bot.core.tickets.changes import HAPPENINGS, LEFT, joined_event
from bot.core.tickets.content import DraftContent
from bot.core.tickets.life import reports_of

# Where a claim comes from, whatever its mark is at the moment.
Key = tuple[str, int]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Happening(_Data):
    """One message and what became of it; `answers` are the questions that it answered, `event` the newest about it.

    A message of a report that was added to a ticket is new there, one that was taken out is gone; it has no event.
    """

    message_id: int
    what: Literal["new", "edited", "deleted", "left"]
    answers: list[int] = []
    event: int = 0

    @property
    def keys(self) -> list[Key]:
        """Everything that can be cited of it."""
        return [("message", self.message_id), *(("answer", question_id) for question_id in self.answers)]


class News(_Data):
    """Everything that happened, in the order of the thread."""

    items: list[Happening]

    @property
    def gone(self) -> dict[Key, int]:
        """What cannot be cited any more, and the message each belongs to."""
        return self.keys("deleted", "left")

    def keys(self, *what: str) -> dict[Key, int]:
        """What can be cited of messages with this fate, and the message each belongs to."""
        return {key: item.message_id for item in self.items if item.what in what for key in item.keys}


class Revision(_Data):
    """A ticket's text after the news, and the messages that made the difference."""

    content: DraftContent
    causes: list[int] = []


def news_since(session: Session, ticket_id: int, report_id: int, event: int) -> News:
    """What happened in the thread of one of a ticket's reports after the audit event with this id."""
    if joined_event(session, ticket_id, report_id) > event:
        return News(items=_all_of(session, report_id, "new"))
    there = reports_of(session, ticket_id)
    left = AuditEvent.ticket_id == ticket_id, AuditEvent.id > event, AuditEvent.action == LEFT
    gone = session.scalars(select(AuditEvent.report_id).where(*left)).all() if there[0] == report_id else []
    taken_out = {one for one in gone if one and one not in there}
    items = [item for one in sorted(taken_out) for item in _all_of(session, one, "left")]
    return News(items=[*_since(session, report_id, event), *items])


def _all_of(session: Session, report_id: int, what: Literal["new", "left"]) -> list[Happening]:
    """Every message of a report, and with the first one all that was answered."""
    query = select(Question.id).where(Question.report_id == report_id, Question.state == "answered")
    answers = list(session.scalars(query.order_by(Question.id)))
    messages = select(Message.id).where(Message.report_id == report_id, Message.deleted_at.is_(None))
    ids = session.scalars(messages.order_by(Message.ts)).all()
    return [Happening(message_id=one, what=what, answers=[] if place else answers) for place, one in enumerate(ids)]


def _since(session: Session, report_id: int, event: int) -> list[Happening]:
    query = select(AuditEvent).where(
        AuditEvent.report_id == report_id, AuditEvent.id > event, AuditEvent.action.in_(HAPPENINGS)
    )
    actions: dict[str, list[AuditEvent]] = {}
    for found in session.scalars(query.order_by(AuditEvent.id)):
        actions.setdefault(str(found.after["ts"]), []).append(found)
    messages = select(Message).where(Message.report_id == report_id, Message.ts.in_(actions)).order_by(Message.ts)
    items = []
    for message in session.scalars(messages, execution_options={"populate_existing": True}):
        added = any(one.action == "report.message_added" for one in actions[message.ts])
        if message.deleted_at is not None and added:
            continue  # written and taken away before anybody made a ticket of it
        answers = select(Question.id).where(Question.message_id == message.id).order_by(Question.id)
        gone, fresh = message.deleted_at is not None, "new" if added else "edited"
        items.append(
            Happening.model_validate(
                {
                    "message_id": message.id,
                    "what": "deleted" if gone else fresh,
                    "answers": list(session.scalars(answers)),
                    "event": actions[message.ts][-1].id,
                }
            )
        )
    return items
