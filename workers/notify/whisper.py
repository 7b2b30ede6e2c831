"""What came of a click, as a sentence for the person who clicked alone; said at most once."""

from sqlalchemy import select

from bot.core import log
from bot.core.db import transaction
from bot.core.models import InboxItem, Workspace
from bot.core.slack.notes import whisper
from workers.base import Job
from workers.notify.client import Refused, Unknown, call, configured
from workers.notify.to_report import to_user

_log = log.get("slack.whisper")


def handle(job: Job) -> None:
    """Tell the person behind inbox row `job.payload["inbox_id"]` its outcome; by direct message if not in the channel.

    Slack keeps no list of what it showed to one person, so a try of unknown outcome is not repeated.
    """
    if not configured() or job.attempt > 1:
        return
    with transaction() as session:
        item = session.get_one(InboxItem, job.payload["inbox_id"])
        query = select(Workspace.id).where(Workspace.team_id == item.payload["team_id"])
        workspace_id = session.scalars(query).one()
    channel, user, message = item.payload["channel_id"], item.payload["user_id"], whisper(item.outcome)
    try:
        call("chat_postEphemeral", channel=channel, user=user, text=message.text, blocks=message.blocks)
    except Unknown:
        _log.warning("nobody knows whether the person was told")
    except Refused:
        to_user(user, workspace_id, f"whisper:{item.id}", message)
