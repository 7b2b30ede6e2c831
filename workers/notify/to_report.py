"""Speaking to a report, an inquiry or a person: in a thread, or by direct message where that cannot be done."""

from bot.core import log
from bot.core.db import transaction
from bot.core.models import Inquiry, Person, Report
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
    where = f"#{report.channel_name}" if report.channel_name else report.channel_id
    if not _said(key, report.workspace_id, Place(report.channel_id, report.thread_ts), message, where):
        to_reporter(report, key, message)


def answer(inquiry: Inquiry, message: Rendered) -> None:
    """Show `message` as the answer to an inquiry; one without a thread is answered to the asker alone. Raises Later."""
    key, place = f"inquiry:{inquiry.id}", Place(inquiry.channel_id, inquiry.thread_ts)
    if not inquiry.thread_ts or not _said(key, inquiry.workspace_id, place, message, inquiry.channel_id):
        to_person(inquiry.person_id, inquiry.workspace_id, key, message)


def in_private(report: Report) -> bool:
    """Whether a report's thread is in a direct message with us."""
    return report.channel_id.startswith("D")


def tell(report: Report, key: str, message: Rendered) -> None:
    """Show the post to its reporter alone: in the report's thread if nobody else reads that, else by direct message."""
    if in_private(report):
        place = Place(report.channel_id, report.thread_ts)
        if _said(key, report.workspace_id, place, message, report.channel_id):
            return
    to_reporter(report, key, message)


def to_reporter(report: Report, key: str, message: Rendered) -> Place | None:
    """Show the post in the reporter's direct messages; None when Slack refuses that too."""
    return to_person(report.reporter_id, report.workspace_id, key, message)


def _said(key: str, workspace_id: int, place: Place, message: Rendered, where: str) -> bool:
    """Post in a thread of the channel that people call `where`; False when Slack refuses."""
    try:
        publish(key, workspace_id, place, message)
    except Refused as refused:
        if refused.code not in _GONE:
            problems.cannot_post(refused.code, place.channel, "Until then it answers by direct message.", shown=where)
        return False
    return True


def to_person(person_id: int, workspace_id: int, key: str, message: Rendered) -> Place | None:
    """Show the post in a person's direct messages; None when Slack refuses. Raises Later."""
    with transaction() as session:
        user = session.get_one(Person, person_id).slack_user_id
    return to_user(user, workspace_id, key, message) if user else None


def to_user(user: str, workspace_id: int, key: str, message: Rendered) -> Place | None:
    """Show `message` as the post `key` in somebody's direct messages; None when Slack refuses."""
    try:
        channel = str(read("conversations_open", users=user)["channel"]["id"])
        post = publish(key, workspace_id, Place(channel), message, move=True)
    except Refused as refused:
        _log.warning("nobody could be told", post=key, code=refused.code)
        return None
    return Place(post.channel_id, post.ts)
