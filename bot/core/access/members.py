"""Making somebody at the desk and a member of Slack one person, with one role; asks nobody outside."""

import re
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.core.access.people import workspace_of
from bot.core.audit import SYSTEM, record
from bot.core.errors import Conflict, Invalid
from bot.core.models import Base, Home, Person, Workspace

_MEMBER = re.compile(r"(?:(T[A-Z0-9]{2,20})/)?([UW][A-Z0-9]{2,20})")


def make_member(session: Session, person: Person, member: str) -> None:
    """`person`, who signs in at the desk, is `member` of Slack (U012ABC, or T012ABC/U012ABC) from now on.

    What that member said, asked and answered before is theirs; the audit trail stays as it was written. Raises Invalid
    or Conflict with a sentence.
    """
    found = _MEMBER.fullmatch(member.strip())
    if found is None:
        raise Invalid(
            f"{member[:80]} is no member id of Slack, so nothing was changed. Slack shows the id, such as U012ABC, in "
            "the menu of a person's profile."
        )
    workspace, user = _workspace(session, found[1]), found[2]
    if (person.workspace_id, person.slack_user_id) == (workspace.id, user):
        return
    query = select(Person).where(Person.workspace_id == workspace.id, Person.slack_user_id == user)
    other = session.scalars(query.with_for_update()).first()
    if other is not None and other.name is not None:
        raise Conflict(
            f"{user} is {other.name} already, so nothing was changed. If that is wrong, say first who {other.name} is: "
            f"inkling user add {other.name} --slack MEMBER_ID"
        )
    before: dict[str, Any] = {"slack": person.slack_user_id}
    if other is not None:
        before |= {"person": other.id, "name": other.label}
        _hand_over(session, other, person)
    person.workspace_id, person.slack_user_id = workspace.id, user
    after = {"person": person.id, "name": person.name, "slack": user}
    record(session, SYSTEM, "person.became_member", workspace_id=workspace.id, before=before, after=after)


def _workspace(session: Session, team_id: str | None) -> Workspace:
    """The workspace that is meant: the one named, also before it was heard of, or the only one there is."""
    if team_id:
        return workspace_of(session, team_id)
    known = list(session.scalars(select(Workspace).order_by(Workspace.id).limit(2)))
    if len(known) != 1:
        why = "There are several workspaces" if known else "Inkling has not heard from Slack yet"
        raise Invalid(f"{why}, so name the one you mean before the member: T012ABC/U012ABC. Nothing was changed.")
    return known[0]


def _hand_over(session: Session, old: Person, new: Person) -> None:
    """Everything that points to one row points to the other; the old row goes, for a member is one person."""
    # A Home is one person's; the next time it is opened it shows what is theirs now.
    session.execute(delete(Home).where(Home.person_id == old.id))
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is Person.__table__.c.id for key in column.foreign_keys):
                session.execute(update(table).where(column == old.id).values({column: new.id}))
    session.delete(old)
    session.flush()
