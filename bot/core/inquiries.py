"""What somebody asks Inkling about what is known: kept once, answered once; what an answer says is no matter here."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.audit import INKLING, Actor, record
from bot.core.clock import now
from bot.core.models import Inquiry, Person
from bot.core.outbox import enqueue, topics


def receive(
    session: Session, person: Person, *, workspace_id: int, channel_id: str, thread_ts: str, ts: str, text: str
) -> bool:
    """Keep an inquiry and promise its answer; False when it is known. A command has no thread: `thread_ts` is empty."""
    row = insert(Inquiry).values(
        workspace_id=workspace_id, person_id=person.id, channel_id=channel_id, thread_ts=thread_ts, ts=ts, text=text
    )
    inquiry_id = session.execute(row.on_conflict_do_nothing().returning(Inquiry.id)).scalar()
    if inquiry_id is None:
        return False
    after = {"inquiry": inquiry_id, "channel": channel_id, "ts": ts, "characters": len(text)}
    record(session, Actor.of(person), "inquiry.received", workspace_id=workspace_id, after=after)
    enqueue(session, topics.INQUIRY, inquiry_id, {"inquiry_id": inquiry_id})
    return True


def answer(session: Session, inquiry_id: int, text: str, by: str) -> Inquiry:
    """Keep the answer, unless there is one already, which then stands; `by` says what wrote it: model or rules."""
    inquiry = session.scalars(select(Inquiry).where(Inquiry.id == inquiry_id).with_for_update()).one()
    if inquiry.answered_at is None:
        inquiry.answer, inquiry.answered_at = text, now()
        after = {"inquiry": inquiry.id, "by": by, "characters": len(text)}
        record(session, INKLING, "inquiry.answered", workspace_id=inquiry.workspace_id, after=after)
    return inquiry
