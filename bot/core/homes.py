"""App Homes: who looks at theirs, and whose has to be shown anew; what a Home says is no matter here."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.audit import Actor
from bot.core.clock import now
from bot.core.models import Home, Person, Report
from bot.core.outbox import enqueue, topics

# Whoever has not opened their Home for so long finds it renewed when they open it again.
KEPT = timedelta(days=30)


def opened(session: Session, person: Person, at: datetime, *, empty: bool) -> None:
    """Somebody opened their Home at a moment of Slack's clock; `empty` says that Slack had nothing to show."""
    row = insert(Home).values(person_id=person.id, opened_at=now(), content_hash="")
    session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_={"opened_at": now()}))
    home = session.get_one(Home, person.id, with_for_update=True)
    # What was published before is gone, as after the app was installed anew.
    if empty and home.published_at and home.published_at < at:
        home.content_hash = ""
    _promise(session, person.id)


def refresh(session: Session, report: Report) -> None:
    """A report stands otherwise than before: its reporter and the reviewers see that, if they look at their Homes."""
    concerned = (Person.id == report.reporter_id) | (Person.role.in_(("reviewer", "admin")) & Person.active)
    query = select(Home.person_id).join(Person, Person.id == Home.person_id)
    query = query.where(Person.workspace_id == report.workspace_id, concerned, Home.opened_at > now() - KEPT)
    for person_id in session.scalars(query):
        _promise(session, person_id)


def reviews(person: Person) -> bool:
    """Whether somebody has a queue."""
    return person.active and Actor.of(person).may("reviewer")


def _promise(session: Session, person_id: int) -> None:
    enqueue(session, topics.HOME, person_id, {"person_id": person_id})
