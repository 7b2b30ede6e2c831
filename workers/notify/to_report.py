"""Speaking to a report: in its thread, or by direct message to the reporter where the thread cannot be posted to."""

from bot.core import log
from bot.core.db import transaction
from bot.core.models import Person, Report
from bot.core.slack.blocks import Rendered
from workers.notify import problems
from workers.notify.client import Refused, read
from workers.notify.post import Place, publish

_log = log.get("slack.notify")
# The thread or the message it hangs on was deleted: nobody has to fix that.
_GONE = ("thread_not_found", "cannot_reply_to_message")


def say(report: Report, key: str, message: Rendered) -> None:
    """Show `message` as the post `key` of a report that has a thread. Raises Later; a refusal is kept as a problem."""
    assert report.thread_ts is not None
    try:
        publish(key, report.workspace_id, Place(report.channel_id, report.thread_ts), message)
    except Refused as refused:
        if refused.code not in _GONE:
            where = f"#{report.channel_name}" if report.channel_name else report.channel_id
            problems.cannot_post(
                refused.code, report.channel_id, "Until then it answers by direct message.", shown=where
            )
        to_reporter(report, key, message)


def to_reporter(report: Report, key: str, message: Rendered) -> Place | None:
    """Show the post in the reporter's direct messages; None when Slack refuses that too."""
    with transaction() as session:
        user = session.get_one(Person, report.reporter_id).slack_user_id
    if not user:
        return None
    try:
        channel = str(read("conversations_open", users=user)["channel"]["id"])
        post = publish(key, report.workspace_id, Place(channel), message, move=True)
    except Refused as refused:
        _log.warning("nobody could be told", report=report.id, code=refused.code)
        return None
    return Place(post.channel_id, post.ts)
