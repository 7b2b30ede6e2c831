"""Somebody opened the app: their Home is shown, or what they may ask is suggested."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from bot.core import access, homes
from bot.core.models import InboxItem, Workspace
from bot.core.outbox import enqueue, topics


def on_opened(session: Session, workspace: Workspace, item: InboxItem) -> str:
    """Remember who looks at their Home (https://docs.slack.dev/reference/events/app_home_opened)."""
    opened = item.payload["opened"]
    if opened["tab"] == "messages":
        enqueue(session, topics.SUGGEST, opened["channel"], {"channel": opened["channel"]})
        return "suggested"
    person = access.person_of_slack(session, workspace.id, opened["user"])
    homes.opened(session, person, _moment(opened, item), empty=opened["empty"])
    return "home"


def _moment(opened: dict[str, str], item: InboxItem) -> datetime:
    """When Slack says that it was; when we heard of it where Slack says nothing usable."""
    try:
        return datetime.fromtimestamp(float(opened["ts"]), UTC)
    except (ValueError, OverflowError, OSError):
        return item.created_at
