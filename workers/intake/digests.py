"""Telling who wants a weekly digest, or none any more, from a report, and promising what they asked for."""

import re
from typing import Any

from sqlalchemy.orm import Session

from bot.core import digests
from bot.core.models import Person
from bot.core.outbox import enqueue, topics

_START = (
    r"(?:(?:send|post|start|give|make|show)(?: us| me)? )?(?:an? |the |your )?"
    r"(?:weekly digest|digest (?:every|each|once a) week|digest on|digest weekly)(?: here| for us| in this channel)?"
)
_STOP = (
    r"(?:stop|end|cancel|no more|turn off|switch off)(?: sending| posting)?(?: the| this| your| weekly)*"
    r" digests?(?: here| in this channel)?|digest off"
)
_WISH = re.compile(
    rf"(?:hi |hey |hello )?(?:please )?(?:can you |could you )?(?:(?P<start>{_START})|(?P<stop>{_STOP}))(?: please)?"
)


def wish(text: str) -> bool | None:
    """Whether a message asks for a weekly digest (True), for an end of it (False), or says something else."""
    bare = re.sub(r"\s+", " ", text).strip(" .!?,").lower()
    found = _WISH.fullmatch(bare)
    return found["start"] is not None if found else None


def follow(session: Session, person: Person, place: dict[str, Any], *, wanted: bool) -> str:
    """Start or stop the digest of a channel and promise a word about it there; a direct message has none.

    `place` names workspace_id, channel_id, thread_ts (may be empty) and ts of the message that asks.
    """
    channel = place["channel_id"]
    if not channel.startswith("D"):
        (digests.start if wanted else digests.stop)(session, person, place["workspace_id"], channel)
    enqueue(session, topics.DIGEST_ASKED, f"{channel}:{place['ts']}", place)
    return "digest"
