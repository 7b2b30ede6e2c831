"""Reading a whole Slack thread into its report, with names and address: the first thing the chain asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core import access
from bot.core.audit import INKLING, record
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import Inquiry, Message, Report, Workspace
from bot.core.reports.files import follow_files
from bot.core.slack.besides import besides, people_in
from bot.core.slack.text import mentioned
from bot.core.tickets.life import remember, tickets_of
from workers.intake import early
from workers.intake.events import replay
from workers.intake.text import as_written
from workers.notify import lookup
from workers.notify.client import Refused, configured, read

Json = dict[str, Any]
PAGE, MOST = 200, 1_000
_SAID_BY_PEOPLE = (None, "file_share", "thread_broadcast", "me_message")
NOTES = {
    "missing_scope": "The Slack app may not read this thread, so only what reached Inkling directly is here.",
    "not_in_channel": "Inkling is not a member of this channel, so only what reached it directly is here.",
    "channel_not_found": "Inkling cannot see this channel, so only what reached it directly is here.",
    "thread_not_found": "The thread is gone from Slack, so only what reached Inkling before is here.",
}
_TOO_LONG = f"The thread is very long; its first {MOST:,} messages were read."


@dataclass(frozen=True)
class _Read:
    """What Slack told about a thread, and when we began to ask."""

    began: datetime
    messages: list[Json]
    note: str
    permalink: str
    channel: lookup.Channel


def read_thread(report_id: int) -> None:
    """Store every message of the report's thread, also those before the mention, and learn names and permalink.

    Happens once; `thread_note` says what could not be read. Raises Later when Slack asks to wait or is away.
    """
    with transaction() as session:
        report = session.get_one(Report, report_id)
        workspace = session.get_one(Workspace, report.workspace_id)
        if report.thread_read_at is not None:
            return
    _store(report, _ask_slack(report, workspace))


def _ask_slack(report: Report, workspace: Workspace) -> _Read:
    began, note, permalink = now(), "", report.permalink
    channel = lookup.Channel(report.channel_name, report.private)
    messages: list[Json] = []
    if configured():
        if report.thread_ts:
            messages, note = _fetch(report.channel_id, report.thread_ts, workspace.bot_user_id)
            permalink = permalink or lookup.permalink(report.channel_id, report.thread_ts)
        channel = lookup.channel(report.channel_id)
        lookup.learn_names(workspace.id, _people(report, messages))
        lookup.learn_workspace(workspace.id)
    return _Read(began, messages, note, permalink, channel)


def _fetch(channel: str, thread_ts: str, ours: str) -> tuple[list[Json], str]:
    """What people said, in order, and a sentence when it is not all (conversations.replies)."""
    found: dict[str, Json] = {}
    try:
        for message in _pages(channel, thread_ts):
            if len(found) >= MOST:
                return list(found.values()), _TOO_LONG
            if by_a_person(message, ours):
                found[message["ts"]] = message
    except Refused as refused:
        note = NOTES.get(refused.code, f"Slack did not let Inkling read this thread ({refused.code}).")
        return list(found.values()), note
    return list(found.values()), ""


def _pages(channel: str, thread_ts: str) -> Iterator[Json]:
    cursor: str | None = ""
    while cursor is not None:
        page = read("conversations_replies", channel=channel, ts=thread_ts, limit=PAGE, cursor=cursor or None)
        yield from page.get("messages", [])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or None


def by_a_person(message: Json, ours: str) -> bool:
    """Whether a person wrote this: no app, not Slack itself, and not we."""
    person = message.get("user") not in (None, "", "USLACKBOT", ours)
    return person and not message.get("bot_id") and message.get("subtype") in _SAID_BY_PEOPLE


def _people(report: Report, messages: list[Json]) -> list[str]:
    """Slack ids of everyone who wrote or is mentioned, and of the reporter."""
    with transaction() as session:
        stored = session.scalars(lookup.authors(report.id))
        ids = [str(user) for user in stored if user]
    for message in messages:
        ids += [message["user"], *mentioned(message.get("text", "")), *people_in(besides(message)["attachments"])]
    return list(dict.fromkeys(ids))


def _store(report: Report, told: _Read) -> None:
    """Keep what was read; old messages are neither answers nor news, so nobody is woken."""
    with transaction() as session:
        report = session.get_one(Report, report.id)
        workspace = session.get_one(Workspace, report.workspace_id)
        early.one_by_one(session, workspace, report.channel_id, report.thread_ts or "")
        known = {row.ts: row for row in session.scalars(select(Message).where(Message.report_id == report.id))}
        # What was asked of us since the report is no part of it; what was asked before may have led to it.
        asked = select(Inquiry.ts).where(
            Inquiry.workspace_id == workspace.id,
            Inquiry.channel_id == report.channel_id,
            Inquiry.created_at > report.created_at,
        )
        inquiries = set(session.scalars(asked))
        for message in told.messages:
            if message["ts"] in inquiries:
                continue
            row = known.get(message["ts"])
            if row is None or row.edited_at is None or row.edited_at < told.began:
                _keep(session, report, workspace, message, row)
        # What was edited or deleted while we read was heard of before the message itself.
        replay(session, workspace, report.channel_id, [message["ts"] for message in told.messages])
        report.thread_read_at, report.thread_note = now(), told.note or report.thread_note
        # A command's thread may have been opened meanwhile, and its address learned there.
        report.permalink = report.permalink or told.permalink
        report.channel_name = report.channel_name or told.channel.name
        report.private = told.channel.private
        for ticket_id in tickets_of(session, report.id):
            remember(session, ticket_id)
        record(
            session,
            INKLING,
            "report.thread_read",
            workspace_id=workspace.id,
            report_id=report.id,
            after={"messages": len(told.messages), "note": told.note},
        )


def _keep(session: Session, report: Report, workspace: Workspace, message: Json, row: Message | None) -> None:
    """Store a message, or make a known one as it is now: Slack's text is the newest, and the names in it are known."""
    beside = besides(message)
    text = as_written(session, workspace, message.get("text", ""), beside["attachments"])
    if row is None and (text or beside["files"]):
        author = access.person_of_slack(session, workspace.id, message["user"])
        fresh = insert(Message).values(report_id=report.id, ts=message["ts"], author_id=author.id, text=text)
        session.execute(fresh.on_conflict_do_nothing())
        row = session.scalars(select(Message).where(Message.report_id == report.id, Message.ts == message["ts"])).one()
    if row is not None and row.deleted_at is None:
        row.text = text
        follow_files(session, row, beside["files"])
