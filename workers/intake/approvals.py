"""Approvals clicked in Slack: the first counts, and whoever comes too late or may not is told so alone."""

from sqlalchemy.orm import Session

from bot.core import access
from bot.core.errors import Conflict, NotAllowed, NotFound
from bot.core.models import Draft, InboxItem, Workspace
from bot.core.outbox import enqueue, topics
from bot.core.slack import ids
from bot.core.tickets import queries, review


def on_approve(session: Session, workspace: Workspace, item: InboxItem) -> str:
    """Approve the version the person saw."""
    verb = ids.parse_verb(item.payload["verb"])
    assert verb is not None, "the listener keeps only what it understood"
    try:
        actor = access.reviewer_of_slack(session, workspace.id, item.payload["user_id"])
        queries.seen(session, verb.ticket_id, workspace.id)
        review.approve(session, verb.ticket_id, actor, number=verb.number)
    except (Conflict, NotAllowed, NotFound) as error:
        # All are raised before anything is written, so the transaction may still say why.
        if isinstance(error, Conflict):
            if _theirs(session, verb, actor.person_id):
                return "approved already"
            # Who sees an outdated message is shown the present one.
            enqueue(session, topics.ANNOUNCE, verb.ticket_id, {"ticket_id": verb.ticket_id})
        enqueue(session, topics.WHISPER, item.id, {"inbox_id": item.id})
        return error.message
    return "approved"


def _theirs(session: Session, verb: ids.Verb, person_id: int | None) -> bool:
    """Whether this person approved this very version: they clicked twice, and what they wanted was done."""
    last = review.last_review(session, verb.ticket_id)
    if last is None or last.decision != "approve" or last.person_id != person_id or last.draft_id is None:
        return False
    return session.get_one(Draft, last.draft_id).number == verb.number
