"""Quiet hours: nobody is called at night, where they are; what waits for the morning, the callers know."""

from datetime import timedelta

from bot.core.clock import now
from workers.notify.client import Refused, read

# Hours of the day, where the person is.
_MORNING, _EVENING = 8, 20


def until_morning(user: str | None) -> timedelta:
    """How long until it is morning for a Slack user; nothing by day. Unknown places count as UTC.

    https://docs.slack.dev/reference/objects/user-object: `tz_offset` is in seconds.
    """
    offset = 0
    if user:
        try:
            offset = int(read("users_info", user=user)["user"].get("tz_offset") or 0)
        except Refused:
            offset = 0
    local = now() + timedelta(seconds=offset)
    if _MORNING <= local.hour < _EVENING:
        return timedelta()
    morning = local.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    return (morning if local < morning else morning + timedelta(days=1)) - local
