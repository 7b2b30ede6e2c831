"""Making somebody at the desk and a member of Slack one person: by the command, with everything they said before."""

import sys
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from bot.core import access, audit
from bot.core.audit import SYSTEM
from bot.core.db import transaction
from bot.core.models import AuditEvent, Inquiry, Message, Person, Report, Workspace
from tests.flows import desk_world as desk
from tests.flows.slack_support import LEAD, NORTH, House, house
from workers.cli import main

TEAM = "T0ROOMQUILL"


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of) as running:
        yield running


def inkling(*words: str) -> None:
    """The command as somebody types it; a sentence of refusal is raised as SystemExit."""
    kept, sys.argv = sys.argv, ["inkling", *words]
    try:
        main()
    except SystemExit as end:
        if end.code:
            raise
    finally:
        sys.argv = kept


def refused(*words: str) -> str:
    with pytest.raises(SystemExit) as told:
        inkling(*words)
    return str(told.value.code)


def people() -> list[Person]:
    with transaction() as session:
        return list(session.scalars(select(Person).order_by(Person.id)))


def actions() -> list[str]:
    with transaction() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_what_a_member_said_before_is_theirs(slack: House, capsys: pytest.CaptureFixture[str]) -> None:
    """Report, messages and inquiry move to the desk's person, who keeps role, session and token; the trail stays."""
    ts = slack.say("@inkling it broke")
    slack.say("for everybody", thread_ts=ts)
    slack.say("@inkling what happened to my reports?")
    slack.work()
    ada, header = desk.browser("ada", "admin"), desk.token("ada", "admin")
    with transaction() as session:
        audit.seal(session)
        events = [(one.id, one.actor, one.actor_name) for one in session.scalars(select(AuditEvent))]
        member = session.scalars(select(Person.id).where(Person.slack_user_id == NORTH)).one()
        assert session.scalars(select(Inquiry.person_id)).all() == [member]
    inkling("user", "add", "ada", "--slack", NORTH)
    assert "/sign-in/" in capsys.readouterr().out
    (person,) = people()
    assert (person.name, person.slack_user_id, person.role, person.id != member) == ("ada", NORTH, "admin", True)
    with transaction() as session:
        assert session.scalars(select(Report.reporter_id)).all() == [person.id]
        assert set(session.scalars(select(Message.author_id))) == {person.id}
        assert session.scalars(select(Inquiry.person_id)).all() == [person.id]
        now = {one.id: (one.id, one.actor, one.actor_name) for one in session.scalars(select(AuditEvent))}
        assert [now[number] for number, *_ in events] == events
        joined = session.scalars(select(AuditEvent).where(AuditEvent.action == "person.became_member")).one()
        assert joined.before["person"] == member
        assert (joined.after["person"], joined.after["slack"], joined.actor) == (person.id, NORTH, SYSTEM.id)
        assert audit.verify(session).broken_at is None
    assert ada.http.get("/").status_code == 200
    assert ada.http.get("/api/v1/tickets", headers=header).status_code == 200
    slack.say("@inkling and this broke too")
    slack.work()
    assert len(people()) == 1


def test_the_same_twice_changes_nothing(slack: House) -> None:
    """Saying it again, or with another role, tells the trail of no second person and no second link."""
    slack.say("@inkling it broke")
    slack.work()
    inkling("user", "add", "ada", "--slack", NORTH)
    inkling("user", "add", "ada", "--slack", f"{TEAM}/{NORTH}", "--role", "admin")
    (person,) = people()
    assert (person.slack_user_id, person.role) == (NORTH, "admin")
    assert actions().count("person.became_member") == 1


def test_a_member_nobody_has_heard_of_is_kept_for_later(slack: House) -> None:
    """Before anything came from Slack the workspace has to be named; the member's first word finds their person."""
    assert "has not heard from Slack yet, so name the one you mean" in refused("user", "add", "ada", "--slack", NORTH)
    assert people() == []
    inkling("user", "add", "ada", "--slack", f"{TEAM}/{NORTH}")
    slack.say("@inkling it broke")
    slack.work()
    (person,) = people()
    assert (person.name, person.role) == ("ada", "reviewer")


def test_a_member_is_one_person_only(slack: House) -> None:
    """An id that somebody has is refused with the way out, and nothing is changed; a wrong one can be put right."""
    slack.say("@inkling it broke")
    slack.say("@inkling this too", user="support-lead")
    slack.work()
    inkling("user", "add", "bob", "--slack", NORTH)
    told = refused("user", "add", "ada", "--slack", NORTH)
    assert told == (
        f"inkling: {NORTH} is bob already, so nothing was changed. If that is wrong, say first who bob is: "
        "inkling user add bob --slack MEMBER_ID"
    )
    assert [person.name for person in people() if person.name] == ["bob"]
    inkling("user", "add", "bob", "--slack", LEAD)
    inkling("user", "add", "ada", "--slack", NORTH)
    assert {(person.name, person.slack_user_id) for person in people()} == {("bob", LEAD), ("ada", NORTH)}


@pytest.mark.parametrize("member", ["ada", "C0CUSTOMERS", "<@U0CSMNORTH>", "T1/", "u0csmnorth", "", "T1/U1/U2"])
def test_what_is_no_member_id_is_refused(database: str, member: str) -> None:
    """A name, a channel or a mention is no member id; the sentence says what one looks like and where to find it."""
    told = refused("user", "add", "ada", "--slack", member)
    assert "is no member id of Slack, so nothing was changed" in told
    assert "such as U012ABC" in told
    assert people() == []


def test_several_workspaces_have_to_be_told_apart(database: str) -> None:
    """The same id may be somebody else elsewhere, so the workspace is named."""
    with transaction() as session:
        for team in ("T0ONE", "T0TWO"):
            access.person_of_slack(session, access.workspace_of(session, team).id, NORTH, "csm-north")
    assert "There are several workspaces" in refused("user", "add", "ada", "--slack", NORTH)
    inkling("user", "add", "ada", "--slack", f"T0TWO/{NORTH}")
    with transaction() as session:
        query = select(Workspace.team_id).join(Person, Person.workspace_id == Workspace.id).where(Person.name == "ada")
        assert session.scalars(query).one() == "T0TWO"
    assert len(people()) == 2
