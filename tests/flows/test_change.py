"""What is said after a draft exists: a change to decide on, or nothing; on real rows, with quotations alone."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.core import access, reports
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.errors import Conflict, Invalid, NotAllowed
from bot.core.models import AuditEvent, Change, Message, ModelCall, Report, Run
from bot.core.outbox import topics
from bot.core.tickets import accepting, review
from tests.flows import chain_world as world
from tests.flows.change_world import LATE, MORE, TS, accept, alter, drafted, look, promised, say, states
from workers.base import Job
from workers.chain import change

HOW = "How can we make it happen ourselves?"
NAMES = ("", "Bergen", "Oslo", "Berlin")


@pytest.fixture
def report_id(database: str) -> int:
    return drafted()


def test_a_message_after_the_draft_is_a_change_to_decide_on(report_id: int) -> None:
    """The look is promised with the message; the change names the field, and accepting it makes a new version."""
    say(report_id, LATE)
    assert promised(topics.CHANGE) == [{"report_id": report_id}]
    fields = look(report_id)
    assert fields["steps"][1] == [f"{LATE} [m3]"]
    assert any(line.startswith(HOW) for line in fields["open_questions"][0])
    assert not any(line.startswith(HOW) for line in fields["open_questions"][1])
    assert world.ticket().state == "in_review"
    assert promised(topics.NOTED) == []

    done = accept("steps", "open_questions")
    row, content = world.draft()
    assert (row.number, row.rung, done.state, done.left) == (2, "none", "accepted", [])
    assert row.author_id is not None
    assert [one.text for one in content.sections["steps"]] == [LATE]
    assert next(item.source_id for item in content.evidence if item.mark == "m3") == world.rows(Message)[-1].id
    event = next(one for one in world.rows(AuditEvent) if one.action == "change.accepted")
    assert event.before["steps"] == ""
    assert LATE in event.after["steps"]
    assert promised(topics.FOLLOW) == []
    assert look(report_id) == {}
    assert states() == ["accepted"]


def test_only_the_chosen_fields_are_taken(report_id: int) -> None:
    """What was not chosen stays as it was and does not come up again; a field it does not touch is refused."""
    say(report_id, LATE)
    look(report_id)
    with pytest.raises(Invalid, match="does not touch title"):
        accept("title")
    with pytest.raises(Invalid, match="at least one field"):
        accept()
    accept("steps")
    assert any(line.startswith(HOW) for line in world.draft()[1].open_questions)
    assert look(report_id) == {}


@pytest.mark.parametrize("text", ["thanks!", "ok", "+1", "great, thank you all"])
def test_small_talk_is_noted(report_id: int, text: str) -> None:
    """Thanks change nothing: no change, no model, a thumbs-up promised for just this message."""
    say(report_id, text)
    assert look(report_id) == {}
    assert states() == ["noted"]
    assert promised(topics.NOTED) == [{"message_id": world.rows(Message)[-1].id}]
    assert world.rows(ModelCall) == []
    assert world.draft()[0].number == 1


def test_what_was_refused_does_not_come_back(report_id: int) -> None:
    """After a refusal the same words stay refused, also when somebody says thanks afterwards."""
    say(report_id, LATE)
    look(report_id)
    with transaction() as session:
        refused = accepting.refuse(session, world.ticket().id, world.pm(), "known")
        assert (refused.state, refused.reason) == ("refused", "known")
    say(report_id, "ok thanks", "1700000100.000000")
    assert look(report_id) == {}
    assert states() == ["refused", "noted"]
    assert world.draft()[0].number == 1
    with transaction() as session, pytest.raises(Conflict, match="No change"):
        accepting.refuse(session, world.ticket().id, world.pm())


def test_a_newer_message_joins_the_open_change(report_id: int) -> None:
    """There is one open change: a newer one takes its place and asks for all of it; thanks leave it as it is."""
    say(report_id, LATE)
    look(report_id)
    say(report_id, "thank you", "1700000100.000000")
    assert "steps" in look(report_id)
    assert states() == ["open"]
    say(report_id, MORE, "1700000101.000000")
    fields = look(report_id)
    assert {"steps", "environment"} <= set(fields)
    assert states() == ["outdated", "open"]
    with transaction() as session, pytest.raises(Conflict, match="went on since"):
        accepting.accept(session, world.ticket().id, world.pm(), ["steps"], change_id=1)
    alter(report_id, None, number=-1)
    assert set(look(report_id)) == {"steps", "open_questions"}
    alter(report_id, None, number=2)
    assert look(report_id) == {}
    assert states()[-2:] == ["outdated", "noted"]


def test_the_same_event_twice_and_two_looks(report_id: int) -> None:
    """A redelivered message and a second worker find nothing left to do: one change, one run."""
    say(report_id, LATE)
    look(report_id)
    say(report_id, LATE)
    look(report_id)
    look(report_id)
    assert states() == ["open"]
    assert [run.purpose for run in world.rows(Run)] == ["draft", "change"]
    assert {run.state for run in world.rows(Run)} == {"done"}


def test_two_looks_at_the_same_moment(report_id: int) -> None:
    """Two workers that look at once, as after one was thought dead, make one change."""
    say(report_id, LATE)
    job = Job({"report_id": report_id}, 1)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(change.handle, job) for _ in range(2)]:
            done.result()
    assert states() == ["open"]
    assert world.rows(Change)[0].rung == "none"


def test_an_edit_and_a_deletion(report_id: int) -> None:
    """An edited message is followed in what stood on it; a deleted one takes along what stood on it alone."""
    alter(report_id, world.OPENING.replace("4.2", "4.3"))
    fields = look(report_id)
    assert any("4.2" in line for line in fields["summary"][0])
    assert any("4.3" in line for line in fields["summary"][1])
    accept(*fields)
    alter(report_id, None, number=1)
    fields = look(report_id)
    assert fields["expected"][1] == fields["criteria"][1] == []
    done = accept(*fields)
    assert "expected" not in world.draft()[1].sections
    assert "Its message was deleted." in {gone.why for gone in world.draft()[1].removed}
    assert set(done.causes.values()) == {"deleted"}


def test_a_persons_edit_stays(report_id: int) -> None:
    """What a reviewer wrote while the change waited is left alone and named; the rest is taken over around it."""
    say(report_id, LATE)
    fields = look(report_id)
    ticket_id, mine = world.ticket().id, "Can somebody in Oslo reproduce it?"
    with transaction() as session:
        review.edit(session, ticket_id, world.pm(), {"open_questions": mine, "steps": "Print twice."})
    done = accept(*fields)
    content = world.draft()[1]
    assert done.left == ["open_questions"]
    assert content.open_questions == [mine]
    assert [one.text for one in content.sections["steps"]] == ["Print twice.", LATE]
    assert [one.by for one in content.sections["steps"]] == ["person", "inkling"]


def test_who_may_decide_and_when(report_id: int) -> None:
    """A reporter may not; a declined ticket has no open change; a draft written again makes it outdated."""
    say(report_id, LATE)
    look(report_id)
    with transaction() as session:
        reporter = access.add_person(session, "somebody", "reporter")
        with pytest.raises(NotAllowed, match="Only a reviewer"):
            accepting.accept(session, world.ticket().id, Actor.of(reporter), ["steps"])
    with transaction() as session:
        review.revise(session, world.ticket().id, world.pm(), "shorter")
    world.run(report_id)
    assert states() == ["outdated"]
    assert world.draft()[0].number == 2
    assert look(report_id) == {}
    say(report_id, MORE, "1700000101.000000")
    look(report_id)
    with transaction() as session:
        review.decline(session, world.ticket().id, world.pm(), "not now")
    assert states()[-1] == "outdated"
    say(report_id, "one more thing: it crashes", "1700000102.000000")
    assert look(report_id) == {}


def test_before_the_draft_nothing_is_different(database: str) -> None:
    """While the chain is at work a message wakes the chain, not a look."""
    report_id = world.receive(world.OPENING)
    say(report_id, "more of it")
    assert promised(topics.CHANGE) == []
    assert promised(topics.CHAIN) == [{"report_id": report_id}]


def test_a_reply_that_was_an_answer_is_followed(database: str) -> None:
    """An answer given by reply changes with its message, and goes with it."""
    report_id = world.receive("The label printer prints yesterday's date since the update.")
    world.run(report_id)
    with transaction() as session:
        asked = reports.open_questions(session, report_id)
        person = access.person_of_slack(session, access.workspace_of(session, "T1").id, "U-cook", "cook")
        numbered = "\n".join(f"{one.position}. Only in the {NAMES[one.position]} kitchen" for one in asked)
        reports.add_message(session, session.get_one(Report, report_id), person, ts=TS, text=numbered)
    world.finish(report_id)
    assert "Only in the Bergen kitchen" in str(world.draft()[1].sections)
    alter(report_id, numbered.replace("Bergen", "Tromsø"), number=-1)
    with transaction() as session:
        assert "Only in the Tromsø kitchen" in [one.answer for one in reports.questions_of(session, report_id)]
    assert "Tromsø" in str(look(report_id))
    alter(report_id, None, number=-1)
    with transaction() as session:
        assert {one.state for one in reports.questions_of(session, report_id)} == {"unknown"}
    assert "Bergen" not in str([after for _, after in look(report_id).values()])
