"""Reports in channels that all or only some may read, and what is remembered of them; for tests of the memory."""

from bot.core import access, reports
from bot.core.db import transaction
from bot.core.models import Document, Report
from bot.core.tickets.life import tickets_of
from workers.base import Job
from workers.retrieval import Asking, Scope, search, similar
from workers.retrieval.tickets import handle

_stamps = iter(range(1_700_000_000, 1_800_000_000))


def say(text: str, *, channel: str = "C1", private: bool = False, by: str = "cook") -> int:
    """A report of one message whose ticket is remembered; the report's id."""
    ts = f"{next(_stamps)}.000000"
    with transaction() as session:
        team = access.workspace_of(session, "T1")
        person = access.person_of_slack(session, team.id, f"U-{by}", by)
        report, _ = reports.receive(
            session, person, workspace_id=team.id, channel_id=channel, thread_ts=ts, ts=ts, text=text, origin="mention"
        )
        report.private, report.thread_read_at = private, report.created_at
    remember(report.id)
    return report.id


def ticket_of(report_id: int) -> int:
    with transaction() as session:
        return tickets_of(session, report_id)[0]


def remember(report_id: int) -> None:
    handle(Job({"ticket_id": ticket_of(report_id)}, 1))


def scope_of(report_id: int) -> Scope:
    with transaction() as session:
        return Scope.of(session, session.get_one(Report, report_id))


def alike(text: str, scope: Scope) -> list[str]:
    """Titles of the tickets most like a text, likest first."""
    found = similar(Asking.about(text), scope)
    with transaction() as session:
        return [session.get_one(Document, one.document).title for one in found]


def passages(text: str, scope: Scope) -> list[str]:
    """What is found for a text."""
    return [one.text for one in search(text, scope)]
