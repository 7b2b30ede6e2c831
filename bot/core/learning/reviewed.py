"""Tickets that people looked at, as pairs: what Inkling wrote last, and what people made of it; changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.learning.distance import changed
from bot.core.models import Draft, Review, Ticket
from bot.core.tickets.content import DraftContent
from bot.core.tickets.queries import of_workspace, reports_by_ticket

_BATCH = 100


@dataclass(frozen=True)
class Reviewed:
    """A ticket with its last decision: `before` is Inkling's last draft until then, `after` what was decided on."""

    ticket_id: int
    review_id: int
    report_id: int
    run_id: int | None
    channel_id: str
    channel_name: str
    approved: bool
    at: datetime
    before: DraftContent
    after: DraftContent

    @property
    def changed(self) -> float:
        """The share of words that people changed."""
        return changed(self.before, self.after)


def reviewed(
    session: Session,
    workspace_id: int | None,
    *,
    limit: int,
    decisions: tuple[str, ...] = ("approve", "edit"),
) -> list[Reviewed]:
    """The tickets decided on last, oldest first; those that a person wrote from scratch are left out."""
    query = (
        select(Review)
        .join(Ticket, Ticket.id == Review.ticket_id)
        .where(of_workspace(workspace_id), Review.decision.in_(decisions), Review.draft_id.is_not(None))
        # A ticket may be saved several times before it is approved.
        .order_by(Review.id.desc())
        .limit(4 * limit)
    )
    last: dict[int, Review] = {}
    for review in session.scalars(query):
        last.setdefault(review.ticket_id, review)
    chosen = sorted(list(last.values())[:limit], key=lambda review: review.id)
    return _pairs(session, chosen)


def approved(session: Session, since: datetime | None) -> Iterator[Reviewed]:
    """Every approved ticket with its last approval, oldest first, read a few at a time."""
    query = select(func.max(Review.id)).where(Review.decision == "approve", Review.draft_id.is_not(None))
    if since is not None:
        query = query.where(Review.created_at >= since)
    ids = sorted(session.scalars(query.group_by(Review.ticket_id)))
    for start in range(0, len(ids), _BATCH):
        some = select(Review).where(Review.id.in_(ids[start : start + _BATCH])).order_by(Review.id)
        yield from _pairs(session, list(session.scalars(some)))


def _pairs(session: Session, reviews: list[Review]) -> list[Reviewed]:
    drafts = _drafts(session, [review.ticket_id for review in reviews])
    reports = reports_by_ticket(session, [review.ticket_id for review in reviews])
    found = []
    for review in reviews:
        versions = drafts.get(review.ticket_id, [])
        after = next((draft for draft in versions if draft.id == review.draft_id), None)
        # A change that somebody accepted carries their name, but the words are Inkling's.
        ours = [draft for draft in versions if draft.rung != "person" and after and draft.number <= after.number]
        if after is None or not ours or not (told := reports.get(review.ticket_id)):
            continue
        found.append(
            Reviewed(
                ticket_id=review.ticket_id,
                review_id=review.id,
                report_id=told[0].id,
                run_id=ours[-1].run_id,
                channel_id=told[0].channel_id,
                channel_name=told[0].channel_name,
                approved=review.decision == "approve",
                at=review.created_at,
                before=DraftContent.model_validate(ours[-1].content),
                after=DraftContent.model_validate(after.content),
            )
        )
    return found


def _drafts(session: Session, ticket_ids: Iterable[int]) -> dict[int, list[Draft]]:
    query = select(Draft).where(Draft.ticket_id.in_(list(ticket_ids))).order_by(Draft.number)
    found: dict[int, list[Draft]] = {}
    for draft in session.scalars(query):
        found.setdefault(draft.ticket_id, []).append(draft)
    return found
