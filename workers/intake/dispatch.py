"""Takes one inbox row and turns it into commands to the core, once, in one transaction."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import access, log
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import InboxItem, Workspace
from workers.base import Job
from workers.intake.answers import on_click, on_form
from workers.intake.commands import on_command, on_report_form
from workers.intake.events import on_event
from workers.intake.home import on_opened
from workers.intake.pointed import on_pointed, on_unopened

_log = log.get("intake")
_KINDS: dict[str, Callable[[Session, Workspace, InboxItem], str]] = {
    "event": on_event,
    "command": on_command,
    "action": on_click,
    "view": on_form,
    "form": on_report_form,
    "shortcut": on_pointed,
    "reaction": on_pointed,
    "unopened": on_unopened,
    "home": on_opened,
}


def handle(job: Job) -> None:
    """Handle the inbox row `job.payload["inbox_id"]`; nothing happens when it was handled before."""
    with transaction() as session:
        item = session.scalars(
            select(InboxItem).where(InboxItem.id == job.payload["inbox_id"]).with_for_update()
        ).first()
        if item is None or item.handled_at is not None:
            return
        item.outcome = _KINDS[item.kind](session, _workspace(session, item.payload), item)
        item.handled_at = now()
    _log.info("handled", kind=item.kind, outcome=item.outcome)


def _workspace(session: Session, payload: dict[str, Any]) -> Workspace:
    """The workspace it came from; an event also tells our own user id there."""
    workspace = access.workspace_of(session, payload["team_id"], payload.get("enterprise_id"))
    ours = payload.get("bot_user_id")
    if ours and workspace.bot_user_id != ours:
        workspace.bot_user_id = ours
    return workspace
