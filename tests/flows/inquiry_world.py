"""Reports, tickets and documents of the stand-in's workspace, and what Inkling answers; for tests of inquiries."""

from datetime import datetime
from typing import Any

from bot.core import access, reports
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import Document, Inquiry, Passage, Source, Ticket
from bot.core.tickets.life import tickets_of
from tests.flows.chain_world import rows
from tests.flows.slack_support import CUSTOMERS, NORTH, House
from workers.base import Job
from workers.retrieval.tickets import handle

_stamps = iter(range(1_700_000_000, 1_800_000_000))


def known(
    text: str,
    *,
    title: str = "",
    state: str = "received",
    by: str = NORTH,
    channel: str = CUSTOMERS,
    private: bool = False,
    at: datetime | None = None,
    **fields: Any,
) -> int:
    """A report whose ticket is remembered, in whatever state; the ticket's id."""
    ts = f"{next(_stamps)}.000000"
    with transaction() as session:
        team = access.workspace_of(session, "T0ROOMQUILL")
        person = access.person_of_slack(session, team.id, by)
        report, _ = reports.receive(
            session, person, workspace_id=team.id, channel_id=channel, thread_ts=ts, ts=ts, text=text, origin="mention"
        )
        report.private, report.thread_read_at = private, report.created_at
        report.permalink = f"https://roomquill.slack.com/archives/{channel}/p{ts.replace('.', '')}"
        report.created_at = at or report.created_at
        ticket = session.get_one(Ticket, tickets_of(session, report.id)[0])
        ticket.state, ticket.title, ticket.created_at = state, title or text, at or ticket.created_at
        for field, value in fields.items():
            setattr(ticket, field, value)
    remember(ticket.id)
    return ticket.id


def remember(ticket_id: int) -> None:
    handle(Job({"ticket_id": ticket_id}, 1))


def document(text: str, *, title: str = "Handbook", url: str = "", audience: list[str] | None = None) -> None:
    """A document of one passage that a source holds."""
    with transaction() as session:
        source = Source(kind="docs", location=f"{title}{next(_stamps)}", audience=audience, state="ready")
        session.add(source)
        session.flush()
        kept = {"kind": "document", "path": "x", "content_hash": "x", "indexed_at": now(), "title": title, "url": url}
        row = Document(source_id=source.id, **kept)
        session.add(row)
        session.flush()
        session.add(Passage(document_id=row.id, kind="document", position=0, heading=title, text=text))


def ask(slack: House, text: str, **where: str) -> str:
    """Mention us with this and return all that was answered in the thread."""
    ts = slack.say(f"@inkling {text}", **where)
    slack.work(hurry=True)
    found = slack.ours(channel=where.get("channel", "customers"), thread_ts=where.get("thread_ts", ts))
    return str(found[-1]["text"]) if found else ""


def ask_alone(slack: House, text: str, user: str = "csm-north") -> str:
    """Write us a direct message and return the answer."""
    told = slack.control("dm", user=user, text=text)
    slack.work(hurry=True)
    (inquiry,) = [row for row in inquiries() if row.ts == told["ts"]]
    return str(slack.ours(channel=inquiry.channel_id, thread_ts=inquiry.ts)[-1]["text"])


def inquiries() -> list[Inquiry]:
    return rows(Inquiry)


def links(message: Any) -> dict[str, str]:
    """The words behind which addresses stand in a message, with the last address of each."""
    lines = [line for block in message["blocks"] for line in block["elements"]]
    return {part["text"]: part["url"] for line in lines for part in line["elements"] if part["type"] == "link"}
