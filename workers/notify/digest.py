"""Posts a channel's weekly digest, and the word that it begins or ends; a week without news is passed over."""

from datetime import datetime

from bot.core import digests, log
from bot.core.db import transaction
from bot.core.models import Digest, Ticket
from bot.core.slack.blocks import Rendered, Span, rich, words
from bot.core.slack.digest import NOT_HERE, STOPPED, Ended, WeekView, digest_message, started
from workers.base import Job
from workers.notify import problems
from workers.notify.client import Refused, configured
from workers.notify.post import Place, publish

_log = log.get("slack.digest")


def handle(job: Job) -> None:
    """Post digest `digest_id` of the week before `until`; nothing when it was ended meanwhile or nothing happened."""
    if not configured():
        return
    until = datetime.fromisoformat(job.payload["until"])
    with transaction() as session:
        digest = session.get(Digest, job.payload["digest_id"])
        if digest is None:
            return
        week = digests.week(session, digest, until)
        view = WeekView(week.came, week.waiting, _ended(week.shipped), _ended(week.declined))
    if not (week.came or week.shipped or week.declined):
        return
    key = f"digest:{digest.id}:{until:%Y-%m-%d}"
    try:
        publish(key, digest.workspace_id, Place(digest.channel_id), digest_message(view))
    except Refused as refused:
        problems.cannot_post(refused.code, digest.channel_id, "Its weekly digest was not posted.")


def _ended(tickets: list[Ticket]) -> list[Ended]:
    return [Ended(ticket.title, ticket.card_url, ticket.decline_reason) for ticket in tickets]


def tell(job: Job) -> None:
    """Say in `channel_id` (and `thread_ts`, if any) how its digest stands now, once per message `ts`."""
    if not configured():
        return
    told, place = job.payload, Place(job.payload["channel_id"], job.payload["thread_ts"] or None)
    with transaction() as session:
        next_at = digests.next_of(session, told["workspace_id"], place.channel)
    message = started(next_at) if next_at else _line(NOT_HERE if place.channel.startswith("D") else STOPPED)
    try:
        publish(f"digest:asked:{place.channel}:{told['ts']}", told["workspace_id"], place, message)
    except Refused as refused:
        _log.info("no word about the digest", code=refused.code)


def _line(sentence: str) -> Rendered:
    line = [Span(sentence)]
    return Rendered(words(line), [rich(line)])
