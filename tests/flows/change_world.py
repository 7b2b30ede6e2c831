"""A draft in review whose thread goes on, by hand: people write, edit, delete; the worker looks; a person decides."""

from typing import Any

from sqlalchemy import select

from bot.core import access, reports
from bot.core.db import transaction
from bot.core.models import Change, OutboxItem, Report
from bot.core.tickets import accepting
from bot.core.tickets.changes import asked_for
from tests.flows import chain_world as world
from workers.base import Job
from workers.chain import change

LATE = "It happens when I print a label after midnight."
MORE = "We run Android 14 on the tablets since Monday."
TS = "1700000099.000000"


def drafted() -> int:
    """A report whose draft, made of quotations, is in review; how to reproduce it was never told."""
    found = world.receive(world.OPENING, world.REPLY)
    world.finish(found)
    assert world.ticket().state == "in_review"
    return found


def say(report_id: int, text: str, ts: str = TS) -> None:
    """Somebody else writes in the thread."""
    with transaction() as session:
        person = access.person_of_slack(session, access.workspace_of(session, "T1").id, "U-sous", "sous-chef")
        reports.add_message(session, session.get_one(Report, report_id), person, ts=ts, text=text)


def alter(report_id: int, text: str | None, *, number: int = 0) -> None:
    """A message of the thread is edited, or deleted (None)."""
    with transaction() as session:
        message = reports.messages_of(session, report_id)[number]
        assert reports.change_message(session, session.get_one(Report, report_id), ts=message.ts, text=text)


def look(report_id: int) -> dict[str, tuple[list[str], list[str]]]:
    """Let the worker look; the open change's fields as (before, after)."""
    change.handle(Job({"report_id": report_id}, 1))
    with transaction() as session:
        found = session.scalars(select(Change).where(Change.state == "open")).first()
        return {item.name: (item.before, item.after) for item in asked_for(session, found)} if found else {}


def accept(*fields: str) -> Change:
    with transaction() as session:
        return accepting.accept(session, world.ticket().id, world.pm(), fields)


def promised(topic: str) -> list[dict[str, Any]]:
    """The payloads of what waits in the outbox for a topic."""
    with transaction() as session:
        waits = OutboxItem.state == "pending"
        return list(session.scalars(select(OutboxItem.payload).where(OutboxItem.topic == topic, waits)))


def states() -> list[str]:
    return [row.state for row in world.rows(Change)]
