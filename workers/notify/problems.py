"""What a person must fix in Slack: rows of problems that the desk shows, gone as soon as posting works again."""

from sqlalchemy import delete, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import Problem

_SENTENCES = {
    "not_in_channel": "Inkling is not a member of {channel}. Invite it there: /invite @Inkling.",
    "channel_not_found": "Slack knows no channel {channel} that Inkling can see. Check its name, and invite Inkling.",
    "is_archived": "The Slack channel {channel} is archived. Unarchive it, or choose another.",
    # What chat.update says of the same (https://docs.slack.dev/reference/methods/chat.update).
    "is_inactive": "The Slack channel {channel} is archived. Unarchive it, or choose another.",
}
# Posting may work while this does not, so it is solved by a file that comes, not by a message that goes.
_NO_FILES = "slack-files"
_OTHER = "Slack does not let Inkling post in {channel} ({code})."


def note(key: str, sentence: str) -> None:
    """Remember a problem; its first day stays when it is known."""
    row = insert(Problem).values(key=key, sentence=sentence, since=now())
    with transaction() as session:
        session.execute(row.on_conflict_do_update(index_elements=["key"], set_={"sentence": sentence}))


def cannot_post(code: str, channel: str, consequence: str, *, shown: str = "") -> None:
    """Remember that a channel (called `shown` to people) cannot be posted to, and what happens instead."""
    sentence = _SENTENCES.get(code, _OTHER).format(channel=shown or channel, code=code)
    note(f"slack:{code}:{channel}", f"{sentence} {consequence}")


def missing_scope(scope: str) -> str:
    """Remember that the app lacks a permission; returns the sentence."""
    sentence = (
        f"The Slack app lacks the permission {scope or 'to post'}. Add it under OAuth & Permissions "
        "and install the app again; what could not be posted follows by itself."
    )
    note("slack:missing_scope:", sentence)
    return sentence


def no_files() -> None:
    """Remember that the app may not read files."""
    note(
        _NO_FILES,
        "Slack does not give Inkling the files people share: the app lacks the permission files:read, or its token is "
        "not valid any more. Add it under OAuth & Permissions and install the app again; what was missed is fetched "
        "as soon as the next file can be.",
    )


def files_come(session: Session) -> bool:
    """A file was fetched, so the app may read files; whether that is news."""
    return session.execute(delete(Problem).where(Problem.key == _NO_FILES).returning(Problem.key)).first() is not None


def solved(session: Session, *channels: str) -> None:
    """Posting to these channels has worked, so token, permission and membership are right again."""
    gone = [Problem.key.like("slack:%:")]
    gone += [Problem.key.like(f"slack:%:{channel}") for channel in channels if channel]
    session.execute(delete(Problem).where(or_(*gone)))
