"""Slack's text as the person wrote it, with the names we know; asks nobody outside."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.models import Person, Workspace
from bot.core.slack.text import mentioned, plain, without_mention


def as_written(session: Session, workspace: Workspace, raw: str) -> str:
    """The text without our own mention, escaping undone once; empty when nothing but the mention was there."""
    text = without_mention(raw, workspace.bot_user_id)
    ids = mentioned(text)
    if not ids:
        return plain(text)
    query = select(Person).where(Person.workspace_id == workspace.id, Person.slack_user_id.in_(ids))
    return plain(text, {str(person.slack_user_id): person.label for person in session.scalars(query)})
