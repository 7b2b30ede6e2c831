"""A friendly word to somebody who mentioned us and said nothing."""

from bot.core import log
from bot.core.slack.notes import mention_hint
from workers.base import Job
from workers.notify.client import Refused, configured
from workers.notify.post import Place, publish

_log = log.get("slack.hint")


def handle(job: Job) -> None:
    """Answer once in the thread of the empty mention (`channel`, `thread_ts`); silence where we may not post."""
    if not configured():
        return
    place = Place(job.payload["channel"], job.payload["thread_ts"])
    key = f"hint:{job.payload['workspace_id']}:{place.channel}:{place.thread_ts}"
    try:
        publish(key, job.payload["workspace_id"], place, mention_hint())
    except Refused as refused:
        _log.info("no hint given", code=refused.code)
