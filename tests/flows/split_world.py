"""Reports of several matters and how their tickets stand; for tests of dividing a report, no tests here."""

from sqlalchemy import select

from bot.core import reports
from bot.core.db import transaction
from bot.core.models import Draft, OutboxItem, Person, Report, Ticket
from bot.core.tickets.content import DraftContent
from bot.core.tickets.life import tickets_of
from tests.flows import chain_world as world
from workers.base import Job
from workers.chain import advance

THREE = (
    "Three things from Elm Street: (1) the oven timer does not ring when the phone is locked. "
    "(2) labels show yesterday's date since Monday. (3) the printed menu should show allergens."
)
PLAN = (
    "Goal: guests can order ahead, in this order:\n"
    "1. Show the menu of the week on the guest page\n"
    "2. Let guests choose a time for pickup\n"
    "3. Send guests a message when the meal is ready"
)


def through(report_id: int) -> list[DraftContent]:
    """Answer nothing, and do all work that is promised for the report; the newest draft of each ticket."""
    world.finish(report_id)
    for ticket_id in of(report_id)[1:]:
        advance(Job({"report_id": report_id, "ticket_id": ticket_id}, 1))
    return [content for ticket_id in of(report_id) if (content := draft_of(ticket_id))]


def of(report_id: int) -> list[int]:
    with transaction() as session:
        return tickets_of(session, report_id)


def draft_of(ticket_id: int) -> DraftContent | None:
    with transaction() as session:
        query = select(Draft).where(Draft.ticket_id == ticket_id).order_by(Draft.number.desc()).limit(1)
        row = session.scalars(query).first()
        return DraftContent.model_validate(row.content) if row else None


def states(report_id: int) -> list[str]:
    with transaction() as session:
        return [session.get_one(Ticket, ticket_id).state for ticket_id in of(report_id)]


def said(content: DraftContent) -> str:
    return " ".join([content.title, *(one.text for one in content.statements())])


def speak(report_id: int, text: str) -> None:
    """A further message of the reporter."""
    with transaction() as session:
        report = session.get_one(Report, report_id)
        person = session.get_one(Person, report.reporter_id)
        count = len(reports.messages_of(session, report_id))
        reports.add_message(session, report, person, ts=f"1700000000.{900 + count:06d}", text=text)


def promised() -> set[str]:
    return {row.key for row in world.rows(OutboxItem) if row.state == "pending" and row.topic == "chain"}
