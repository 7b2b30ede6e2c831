"""Finding or remembering workspaces and the people of Slack, and what they may do; asks nobody outside."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.audit.actors import Actor
from bot.core.errors import NotAllowed
from bot.core.models import Person, Workspace


def workspace_of(session: Session, team_id: str, enterprise_id: str | None = None) -> Workspace:
    """The workspace with this Slack team id, remembered when it is new."""
    row = insert(Workspace).values(team_id=team_id, enterprise_id=enterprise_id, name="", url="", bot_user_id="")
    session.execute(row.on_conflict_do_nothing(index_elements=["team_id"]))
    return session.scalars(select(Workspace).where(Workspace.team_id == team_id)).one()


def person_of_slack(session: Session, workspace_id: int, slack_user_id: str, display_name: str = "") -> Person:
    """The person behind a Slack user id, remembered when new; a name we learn later is kept."""
    row = insert(Person).values(
        workspace_id=workspace_id, slack_user_id=slack_user_id, display_name=display_name, role="reporter", active=True
    )
    session.execute(row.on_conflict_do_nothing(index_elements=["workspace_id", "slack_user_id"]))
    found = session.scalars(
        select(Person).where(Person.workspace_id == workspace_id, Person.slack_user_id == slack_user_id)
    ).one()
    if display_name and found.display_name != display_name:
        found.display_name = display_name
    return found


def reviewer_of_slack(session: Session, workspace_id: int, slack_user_id: str) -> Actor:
    """Who decides when this Slack user clicks. Raises NotAllowed for everybody else, and remembers nobody new."""
    query = select(Person).where(
        Person.workspace_id == workspace_id, Person.slack_user_id == slack_user_id, Person.active
    )
    person = session.scalars(query).first()
    if person is None or not Actor.of(person).may("reviewer"):
        raise NotAllowed(
            "Only a reviewer may decide on a draft, so nothing was changed. Whoever runs Inkling can make you one: "
            f"inkling user add NAME --role reviewer --slack {slack_user_id}"
        )
    return Actor.of(person)
