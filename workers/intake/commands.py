"""Commands and the form: each makes a report of its own, whose thread is opened afterwards, or asks what is known."""

from typing import Any

from sqlalchemy.orm import Session

from bot.core import access, inquiries, reports
from bot.core.clock import now
from bot.core.models import InboxItem, Workspace
from bot.core.slack.commands import COMMANDS
from workers.inquiries.asked import read
from workers.intake import digests
from workers.intake.text import as_written, channel_name


def on_command(session: Session, workspace: Workspace, item: InboxItem) -> str:
    """Receive what was typed after the command."""
    text = as_written(session, workspace, item.payload["text"])
    return _received(session, workspace, item, text, COMMANDS[item.payload["command"]].kind)


def on_report_form(session: Session, workspace: Workspace, item: InboxItem) -> str:
    """Receive what was sent with the form; Slack escapes nothing in it."""
    return _received(session, workspace, item, item.payload["text"], item.payload["kind"])


def _received(session: Session, workspace: Workspace, item: InboxItem, text: str, kind: str | None) -> str:
    payload = item.payload
    person = access.person_of_slack(session, workspace.id, payload["user_id"])
    # A command has no ts of its own; the moment it was kept sorts before every reply in its thread.
    place: dict[str, Any] = {
        "workspace_id": workspace.id,
        "channel_id": payload["channel_id"] or reports.direct_to(payload["user_id"]),
        "ts": f"{item.created_at.timestamp():.6f}",
    }
    if kind is None and payload["channel_id"] and (wanted := digests.wish(text)) is not None:
        return digests.follow(session, person, {**place, "thread_ts": ""}, wanted=wanted)
    if kind is None and read(text, now()):
        inquiries.receive(session, person, **place, thread_ts="", text=text)
        return "inquiry"
    reports.receive(
        session,
        person,
        **place,
        thread_ts=None,
        text=text,
        origin=item.kind,
        kind_hint=kind,
        channel_name=channel_name(payload),
    )
    return "report"
