"""A change that the thread asks of a ticket: kept, replaced, compared field by field; nobody decides on it here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.core.audit import INKLING, record
from bot.core.models import AuditEvent, Change, Draft, Message, Person, Run, Ticket
from bot.core.outbox import enqueue, topics
from bot.core.redact import Masker
from bot.core.tickets.content import DraftContent
from bot.core.tickets.life import reports_of
from bot.core.tickets.text import to_fields

# What people do in a thread, as the trail calls it.
HAPPENINGS = ("report.message_added", "report.message_edited", "report.message_deleted")
# A report was added to a ticket, or taken out again.
JOINED, LEFT = "report.joined", "report.left"


@dataclass(frozen=True)
class FieldChange:
    """One field as lines before and after; `why` is the reason of a priority."""

    name: str
    before: list[str]
    after: list[str]
    why: str = ""


@dataclass(frozen=True)
class Found:
    """What a look at the thread came to: the text it asks for, written by `rung`, and the messages that matter.

    `base` is the draft version it was held against, `seen` the newest event of the report that it knows.
    """

    base: int
    seen: int
    rung: str
    content: DraftContent
    causes: Mapping[int, str]


def open_change(session: Session, ticket_id: int) -> Change | None:
    """The change of a ticket that waits for a decision."""
    return open_changes(session, [ticket_id]).get(ticket_id)


def open_changes(session: Session, ticket_ids: Iterable[int]) -> dict[int, Change]:
    """The changes that wait for a decision, by ticket."""
    query = select(Change).where(Change.ticket_id.in_(list(ticket_ids)), Change.state == "open")
    return {change.ticket_id: change for change in session.scalars(query)}


def version(session: Session, ticket_id: int, number: int) -> DraftContent:
    """The text of a ticket's version, which exists."""
    query = select(Draft.content).where(Draft.ticket_id == ticket_id, Draft.number == number)
    return DraftContent.model_validate(session.scalars(query).one())


def asked_for(session: Session, change: Change) -> list[FieldChange]:
    """What a change asks for, field by field."""
    base = version(session, change.ticket_id, change.base)
    return differences(base, DraftContent.model_validate(change.content))


def differences(base: DraftContent, content: DraftContent) -> list[FieldChange]:
    """The fields in which two texts differ, in reading order."""
    before, after = to_fields(base), to_fields(content)
    return [
        FieldChange(
            name,
            before[name].splitlines(),
            after[name].splitlines(),
            content.priority_reason if name == "priority" else "",
        )
        for name in after
        if before[name] != after[name]
    ]


@dataclass(frozen=True)
class Cause:
    """A message that asks for the change; `what` is as in Change, and a deleted message has no `text`."""

    message_id: int
    who: str
    what: str
    text: str


def causes_of(session: Session, change: Change) -> list[Cause]:
    """Who said what, masked as in the draft, in the order of the thread."""
    masker = Masker(change.content.get("masked"))
    query = select(Message, Person).join(Person, Person.id == Message.author_id).order_by(Message.ts)
    rows = session.execute(query.where(Message.id.in_([int(message_id) for message_id in change.causes])))
    return [
        Cause(
            message.id,
            person.label,
            change.causes[str(message.id)],
            "" if message.deleted_at else masker.mask(message.text),
        )
        for message, person in rows
    ]


def newest_event(session: Session, ticket_id: int, report_id: int) -> int:
    """The id of the newest event that may matter to a ticket; 0 for none.

    Somebody wrote, edited or deleted something of the report, or the report was added to the ticket. What was taken
    out of a ticket counts with the report that it was made for.
    """
    said = (AuditEvent.report_id == report_id) & AuditEvent.action.in_(HAPPENINGS)
    here = AuditEvent.ticket_id == ticket_id
    ours = said | (here & (AuditEvent.action == JOINED) & (AuditEvent.report_id == report_id))
    if reports_of(session, ticket_id)[0] == report_id:
        ours |= here & (AuditEvent.action == LEFT)
    return session.scalar(select(func.max(AuditEvent.id)).where(ours)) or 0


def joined_event(session: Session, ticket_id: int, report_id: int) -> int:
    """The event in which a report was added to a ticket; 0 for one that it was made for."""
    query = select(func.max(AuditEvent.id)).where(AuditEvent.ticket_id == ticket_id, AuditEvent.action == JOINED)
    return session.scalar(query.where(AuditEvent.report_id == report_id)) or 0


def settled_event(session: Session, ticket_id: int, report_id: int) -> int:
    """The newest event that the ticket's text, or a decision about it, has taken into account already."""
    written = select(func.max(AuditEvent.id)).where(
        AuditEvent.ticket_id == ticket_id,
        AuditEvent.action == "ticket.submit",
        # What was written before a report was added knows nothing of it.
        AuditEvent.id > joined_event(session, ticket_id, report_id),
    )
    decided = select(func.max(Change.seen)).where(
        Change.ticket_id == ticket_id,
        Change.report_id == report_id,
        Change.state.in_(("accepted", "refused", "noted")),
    )
    return max(session.scalar(written) or 0, session.scalar(decided) or 0)


def keep(session: Session, ticket: Ticket, run: Run, found: Found) -> Change | None:
    """Keep what a look at the thread came to, in place of an open change; the ticket is locked.

    A change that asks for the same as the open one leaves that one open. None when there is nothing to decide.
    """
    waiting = open_change(session, ticket.id)
    wanted = differences(version(session, ticket.id, found.base), found.content)
    if waiting and wanted == asked_for(session, waiting):
        waiting.seen = found.seen
        return waiting
    outdate(session, ticket.id)
    change = Change(
        ticket_id=ticket.id,
        report_id=run.report_id,
        run_id=run.id,
        base=found.base,
        seen=found.seen,
        rung=found.rung,
        content=found.content.model_dump(mode="json"),
        causes={str(message_id): what for message_id, what in found.causes.items()},
        state="open" if wanted else "noted",
    )
    session.add(change)
    session.flush()
    if wanted:
        fields = {item.name: item.after for item in wanted}
        record(
            session,
            INKLING,
            "change.proposed",
            workspace_id=ticket.workspace_id,
            ticket_id=ticket.id,
            before={"draft": found.base, **{item.name: item.before for item in wanted}},
            after={"draft": found.base, **fields},
        )
    if wanted or waiting:
        tell(session, ticket)
    return change if wanted else None


def outdate(session: Session, ticket_id: int) -> None:
    """Close a change that nobody decided on: something newer took its place, or its ticket is no more."""
    waiting = update(Change).where(Change.ticket_id == ticket_id, Change.state == "open").values(state="outdated")
    for change in session.scalars(waiting.returning(Change)).all():
        record(
            session,
            INKLING,
            "change.outdated",
            workspace_id=session.get_one(Ticket, ticket_id).workspace_id,
            ticket_id=ticket_id,
            before={"draft": change.base},
            after={"draft": change.base, "fields": [item.name for item in asked_for(session, change)]},
        )


def tell(session: Session, ticket: Ticket) -> None:
    """Let the messages in Slack say how the ticket stands."""
    enqueue(session, topics.ANNOUNCE, ticket.id, {"ticket_id": ticket.id})
    for report_id in reports_of(session, ticket.id):
        enqueue(session, topics.STATUS, report_id, {"report_id": report_id})
