"""What people did in a thread since a ticket was written, as data: messages that are new, edited or gone."""

from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.models import AuditEvent, Message, Question
from bot.core.tickets.changes import HAPPENINGS
from bot.core.tickets.content import DraftContent

# Where a claim comes from, whatever its mark is at the moment.
Key = tuple[str, int]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Happening(_Data):
    """One message and what became of it; `answers` are the questions that it answered, `event` the newest about it."""

    message_id: int
    what: Literal["new", "edited", "deleted"]
    answers: list[int] = []
    event: int = 0

    @property
    def keys(self) -> list[Key]:
        """Everything that can be cited of it."""
        return [("message", self.message_id), *(("answer", question_id) for question_id in self.answers)]


class News(_Data):
    """Everything that happened, in the order of the thread."""

    items: list[Happening]

    def keys(self, *what: str) -> dict[Key, int]:
        """What can be cited of messages with this fate, and the message each belongs to."""
        return {key: item.message_id for item in self.items if item.what in what for key in item.keys}


class Revision(_Data):
    """A ticket's text after the news, and the messages that made the difference."""

    content: DraftContent
    causes: list[int] = []


def news_since(session: Session, report_id: int, event: int) -> News:
    """What happened in a report's thread after the audit event with this id."""
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
    return News(items=items)
