"""Receiving a report and the messages of its thread; the same message twice changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.audit import Actor, record
from bot.core.clock import now
from bot.core.models import Message, Person, Report, Ticket, TicketReport
from bot.core.outbox import enqueue, topics
from bot.core.reports.files import follow_files
from bot.core.reports.questions import answer_by_reply, follow_reply, locked_report
from bot.core.tickets.life import open_ticket, remember, reports_of
from bot.core.tickets.states import AFTER_DRAFT, State

# People often write in several short messages; the chain starts over after this much quiet (seconds).
QUIET = 2.0
Files = Sequence[dict[str, Any]]
# What Slack's ids of direct messages begin with, and what none of them has.
_TO_BE_OPENED = "D:"
# Reports from these may have no thread yet: it is opened for them.
OPENED_LATER = ("command", "form", "shortcut")


def direct_to(slack_user_id: str) -> str:
    """The place of a report whose direct message is still to be opened: as closed as that, and nobody else's."""
    return f"{_TO_BE_OPENED}{slack_user_id}"


def is_to_be_opened(channel_id: str) -> bool:
    """Whether a report's place is a direct message that is still to be opened."""
    return channel_id.startswith(_TO_BE_OPENED)


def report_in_thread(session: Session, workspace_id: int, channel_id: str, thread_ts: str) -> Report | None:
    """The report whose thread this is."""
    return session.scalars(
        select(Report).where(
            Report.workspace_id == workspace_id, Report.channel_id == channel_id, Report.thread_ts == thread_ts
        )
    ).first()


def receive(
    session: Session,
    reporter: Person,
    *,
    workspace_id: int,
    channel_id: str,
    thread_ts: str | None,
    ts: str,
    text: str,
    origin: str,
    kind_hint: str | None = None,
    channel_name: str = "",
    author: Person | None = None,
    files: Files = (),
) -> tuple[Report, bool]:
    """A report with its ticket, and whether it is new. In a thread we know already the text joins that report.

    `origin` is how it came: mention, message (written to us directly), command, form (the same as a command, filled
    in), shortcut or reaction (both point at what an `author` wrote, by default the reporter). `thread_ts` is None
    where the thread is opened later. `files` are as Slack describes them.
    """
    author = author or reporter
    if thread_ts is not None and (known := report_in_thread(session, workspace_id, channel_id, thread_ts)):
        add_message(session, known, author, ts=ts, text=text, files=files)
        return known, False
    row = insert(Report).values(
        workspace_id=workspace_id,
        reporter_id=reporter.id,
        channel_id=channel_id,
        channel_name=channel_name,
        thread_ts=thread_ts,
        origin=origin,
        kind_hint=kind_hint,
    )
    report_id = session.execute(row.on_conflict_do_nothing().returning(Report.id)).scalar()
    if report_id is None:
        # Another worker received the same thread a moment ago.
        assert thread_ts is not None
        known = report_in_thread(session, workspace_id, channel_id, thread_ts)
        assert known is not None
        add_message(session, known, author, ts=ts, text=text, files=files)
        return known, False
    report = session.get_one(Report, report_id)
    message = Message(report_id=report.id, ts=ts, author_id=author.id, text=text)
    session.add(message)
    session.flush()
    follow_files(session, message, files)
    record(
        session,
        Actor.of(reporter),
        "report.received",
        workspace_id=workspace_id,
        report_id=report.id,
        after={"origin": origin, "channel": channel_id, "ts": ts, "characters": len(text)},
    )
    open_ticket(session, report)
    first = topics.OPEN_THREAD if thread_ts is None else topics.STATUS
    enqueue(session, first, report.id, {"report_id": report.id})
    enqueue(session, topics.CHAIN, report.id, {"report_id": report.id})
    return report, True


def messages_of(session: Session, report_id: int) -> list[Message]:
    """The messages of a report's thread that still stand, in the order they were written."""
    query = select(Message).where(Message.report_id == report_id, Message.deleted_at.is_(None)).order_by(Message.ts)
    return list(session.scalars(query))


def add_message(
    session: Session, report: Report, author: Person, *, ts: str, text: str, files: Files = ()
) -> Message | None:
    """Keep a message of the thread; None when it is known. An answer closes questions, news wakes the chain."""
    locked_report(session, report.id)
    row = insert(Message).values(report_id=report.id, ts=ts, author_id=author.id, text=text)
    message_id = session.execute(row.on_conflict_do_nothing().returning(Message.id)).scalar()
    if message_id is None:
        # Slack tells of a mention twice, and may name its files only once.
        known = session.scalars(select(Message).where(Message.report_id == report.id, Message.ts == ts)).one()
        if files and known.deleted_at is None:
            follow_files(session, known, files)
        return None
    message = session.get_one(Message, message_id)
    follow_files(session, message, files)
    record(
        session,
        Actor.of(author),
        "report.message_added",
        workspace_id=report.workspace_id,
        report_id=report.id,
        after={"ts": ts, "characters": len(text)},
    )
    # A picture alone says nothing that could be quoted as an answer.
    if not text or not answer_by_reply(session, report, author, message):
        wake(session, report)
    return message


def change_message(
    session: Session,
    report: Report,
    *,
    ts: str,
    text: str | None,
    files: Files = (),
    edited: bool = True,
    at: datetime | None = None,
) -> bool:
    """An edit (new text) or a deletion (None) of a known message; False when there is nothing to change.

    `files` are those it has now. Not `edited` is a text to which Slack alone added something. `at` is when it happened:
    of two edits the later stands, whichever is heard of first.
    """
    at = at or now()
    locked_report(session, report.id)
    query = select(Message).where(Message.report_id == report.id, Message.ts == ts)
    message = session.scalars(query, execution_options={"populate_existing": True}).first()
    if message is None or (text is None and message.deleted_at):
        return False
    if text is not None and message.edited_at is not None and at <= message.edited_at:
        return False
    other_files = follow_files(session, message, files if text is not None else ())
    if message.text == text and not other_files:
        message.edited_at = at if edited else message.edited_at
        return False
    author = session.get_one(Person, message.author_id)
    action = "report.message_deleted" if text is None else "report.message_edited"
    ids = {"workspace_id": report.workspace_id, "report_id": report.id}
    if text is None:
        message.deleted_at = now()
        record(session, Actor.of(author), action, **ids, before={"ts": ts}, after={"ts": ts})
    else:
        before = {"ts": ts, "characters": len(message.text)}
        message.text = text
        message.edited_at = at if edited else message.edited_at
        record(session, Actor.of(author), action, **ids, before=before, after={"ts": ts, "characters": len(text)})
    follow_reply(session, message)
    wake(session, report)
    return True


def wake(session: Session, report: Report) -> None:
    """Let the chain read again if it is still at work; a draft that exists stays, and is held against what is new."""
    tickets = session.execute(
        select(Ticket.id, Ticket.state)
        .join(TicketReport, TicketReport.ticket_id == Ticket.id)
        .where(TicketReport.report_id == report.id)
    ).all()
    states = [ticket.state for ticket in tickets]
    # A ticket that the report has joined is written for the report that it was made for.
    working = [ticket.id for ticket in tickets if ticket.state in (State.RECEIVED, State.DRAFTING)]
    for owner in {reports_of(session, ticket_id)[0] for ticket_id in working}:
        enqueue(session, topics.CHAIN, owner, {"report_id": owner}, delay=QUIET)
    if any(state in AFTER_DRAFT for state in states):
        enqueue(session, topics.CHANGE, report.id, {"report_id": report.id}, delay=QUIET)
    for ticket in tickets:
        remember(session, ticket.id)
