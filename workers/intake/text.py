"""Slack's text as the person wrote it, and names as they may be shown; asks nobody outside."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.models import Person, Workspace
from bot.core.slack.besides import people_in, quoted
from bot.core.slack.text import mentioned, plain, without_mention

# What Slack puts where a channel has no name that others may read.
_NO_NAMES = ("directmessage", "privategroup")


def channel_name(payload: dict[str, Any]) -> str:
    """What people call the channel that a command or a shortcut was used in; empty where it has no name."""
    name: str = payload.get("channel_name") or ""
    return "" if name in _NO_NAMES else name


def as_written(session: Session, workspace: Workspace, raw: str, attachments: Sequence[dict[str, Any]] = ()) -> str:
    """The text without our own mention, escaping undone once; empty when nothing but the mention was there.

    Under it stands what was forwarded with it or is behind its links, as quotations.
    """
    text, shared = without_mention(raw, workspace.bot_user_id), list(attachments)
    ids = [*mentioned(text), *people_in(shared)]
    if not ids and not shared:
        return plain(text)
    query = select(Person).where(Person.workspace_id == workspace.id, Person.slack_user_id.in_(ids))
    names = {str(person.slack_user_id): person.label for person in session.scalars(query)}
    return "\n".join(filter(None, [plain(text, names), *(quoted(item, names) for item in shared)]))
