"""Slash commands: each makes a report of its own, whose thread is opened afterwards, or asks what is known."""

from sqlalchemy.orm import Session

from bot.core import access, inquiries, reports
from bot.core.clock import now
from bot.core.models import InboxItem, Workspace
from bot.core.slack.commands import COMMANDS
from workers.inquiries.asked import read
from workers.intake import digests
from workers.intake.text import as_written

# What Slack puts where a channel has no name that others may read.
_NO_NAMES = ("directmessage", "privategroup")


def on_command(session: Session, workspace: Workspace, item: InboxItem) -> str:
    """Receive what was typed after the command."""
    payload = item.payload
    name = payload.get("channel_name", "")
    text = as_written(session, workspace, payload["text"])
    person = access.person_of_slack(session, workspace.id, payload["user_id"])
    kind = COMMANDS[payload["command"]].kind
    # A command has no ts of its own; the moment it was kept sorts before every reply in its thread.
    place = {
        "workspace_id": workspace.id,
        "channel_id": payload["channel_id"],
        "ts": f"{item.created_at.timestamp():.6f}",
    }
    if kind is None and (wanted := digests.wish(text)) is not None:
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
        origin="command",
        kind_hint=kind,
        channel_name="" if name in _NO_NAMES else name,
    )
    return "report"
