"""What forms about a draft need of the core: what to show, and one decision each in one transaction; no Slack calls."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import access
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.errors import InklingError, Invalid, NotFound
from bot.core.models import Workspace
from bot.core.settings import settings
from bot.core.slack import ids
from bot.core.slack.review_forms import again_form, decline_form, edit_form
from bot.core.tickets import queries, review
from bot.core.tickets.content import DraftContent
from bot.core.tickets.text import faults, to_fields
from bot.slack.inbox import Json, first, workspace


def form(body: Json, verb: ids.Verb) -> Json:
    """The form that a click opens. Raises NotAllowed, NotFound or Conflict where there is nothing to decide."""
    with transaction() as session:
        actor = _actor(session, body, verb)
        _, draft = review.reviewable(session, verb.ticket_id, actor, verb.number)
    content = DraftContent.model_validate(draft.content)
    if verb.name == ids.DECLINE:
        return decline_form(verb, content.title)
    if verb.name == ids.AGAIN:
        return again_form(verb, content.title)
    mark = content.evidence[0].mark if content.evidence else "m1"
    return edit_form(verb, to_fields(content), mark, f"{settings().url}/tickets/{verb.ticket_id}/edit")


def decide(body: Json, verb: ids.Verb, view_id: str, fields: dict[str, str]) -> None:
    """Do what a form asks, once however often it is sent. Raises what the core raises; then nothing has changed."""
    with transaction() as session:
        kept = workspace(body) | {"user_id": body["user"]["id"], "verb": verb.id}
        if not first(session, "view", f"view:{view_id}", kept, verb.name):
            return
        actor = _actor(session, body, verb)
        if verb.name == ids.DECLINE:
            review.decline(session, verb.ticket_id, actor, fields.get("reason", ""), number=verb.number)
        elif verb.name == ids.AGAIN:
            review.revise(session, verb.ticket_id, actor, fields.get("instruction", ""), number=verb.number)
        elif verb.name == ids.EDIT:
            review.edit(session, verb.ticket_id, actor, fields, number=verb.number)


def problems(verb: ids.Verb, fields: dict[str, str], error: InklingError) -> dict[str, str]:
    """What is wrong with which field of a form; the whole form is wrong where there is nothing."""
    if verb.name != ids.EDIT or not isinstance(error, Invalid):
        return {}
    with transaction() as session:
        draft = review.latest_draft(session, verb.ticket_id)
    return faults(DraftContent.model_validate(draft.content), fields) if draft else {}


def _actor(session: Session, body: Json, verb: ids.Verb) -> Actor:
    """Who decides on a ticket of their own workspace. Raises NotAllowed or NotFound."""
    found = session.scalars(select(Workspace).where(Workspace.team_id == workspace(body)["team_id"])).first()
    if found is None:
        raise NotFound(f"There is no ticket {verb.ticket_id}.")
    actor = access.reviewer_of_slack(session, found.id, body["user"]["id"])
    queries.seen(session, verb.ticket_id, found.id)
    return actor
