"""Receiving a report and the messages of its thread; the same message twice changes nothing."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.audit import Actor, record
from bot.core.clock import now
from bot.core.models import Message, Person, Report, Ticket, TicketReport
from bot.core.outbox import enqueue, topics
from bot.core.reports.questions import answer_by_reply, follow_reply, locked_report
from bot.core.tickets.life import open_ticket, remember, reports_of
from bot.core.tickets.states import AFTER_DRAFT, State

# People often write in several short messages; the chain starts over after this much quiet (seconds).
QUIET = 2.0


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
) -> tuple[Report, bool]:
    """A report with its ticket, and whether it is new. In a thread we know already the text joins that report.

    `origin` is mention, message, command or shortcut; `thread_ts` is None for a command, whose thread is opened later.
    """
    if thread_ts is not None and (known := report_in_thread(session, workspace_id, channel_id, thread_ts)):
        add_message(session, known, reporter, ts=ts, text=text)
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
        add_message(session, known, reporter, ts=ts, text=text)
        return known, False
    report = session.get_one(Report, report_id)
    session.add(Message(report_id=report.id, ts=ts, author_id=reporter.id, text=text))
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


def add_message(session: Session, report: Report, author: Person, *, ts: str, text: str) -> Message | None:
    """Keep a message of the thread; None when it is known. An answer closes questions, news wakes the chain."""
    locked_report(session, report.id)
    row = insert(Message).values(report_id=report.id, ts=ts, author_id=author.id, text=text)
    message_id = session.execute(row.on_conflict_do_nothing().returning(Message.id)).scalar()
    if message_id is None:
        return None
    message = session.get_one(Message, message_id)
    record(
        session,
        Actor.of(author),
        "report.message_added",
        workspace_id=report.workspace_id,
        report_id=report.id,
        after={"ts": ts, "characters": len(text)},
    )
    if not answer_by_reply(session, report, author, message):
        _wake(session, report)
    return message


def change_message(session: Session, report: Report, *, ts: str, text: str | None, at: datetime | None = None) -> bool:
    """An edit (new text) or a deletion (None) of a known message; False when there is nothing to change.

    `at` is when it was edited: of two edits the later stands, whichever is heard of first.
    """
    at = at or now()
    locked_report(session, report.id)
    query = select(Message).where(Message.report_id == report.id, Message.ts == ts)
    message = session.scalars(query, execution_options={"populate_existing": True}).first()
    if message is None or (text is None and message.deleted_at):
        return False
    if text is not None:
        late = message.edited_at is not None and at <= message.edited_at
        if late or message.text == text:
            message.edited_at = message.edited_at if late else at
            return False
    author = session.get_one(Person, message.author_id)
    action = "report.message_deleted" if text is None else "report.message_edited"
    ids = {"workspace_id": report.workspace_id, "report_id": report.id}
    if text is None:
        message.deleted_at = now()
        record(session, Actor.of(author), action, **ids, before={"ts": ts}, after={"ts": ts})
    else:
        before = {"ts": ts, "characters": len(message.text)}
        message.text, message.edited_at = text, at
        record(session, Actor.of(author), action, **ids, before=before, after={"ts": ts, "characters": len(text)})
    follow_reply(session, message)
    _wake(session, report)
    return True


def _wake(session: Session, report: Report) -> None:
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
