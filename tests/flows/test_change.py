"""What is said after a draft exists: a change to decide on, or nothing; on real rows, with quotations alone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.core import access, reports
from bot.core.db import transaction
from bot.core.errors import Conflict, Invalid, NotAllowed
from bot.core.models import AuditEvent, Change, Draft, Message, ModelCall, OutboxItem, Report, Run
from bot.core.outbox import topics
from bot.core.tickets import accepting, review
from bot.core.tickets.changes import asked_for
from bot.core.tickets.content import DraftContent
from tests.flows import chain_world as world
from tests.flows import desk_world as desk
from tests.flows.chain_world import Model
from tests.flows.test_chain_happy import script
from workers.base import Job
from workers.chain import change

LATE = "It happens when I print a label after midnight."
HOW = "How can we make it happen ourselves?"
NAMES = ("", "Bergen", "Oslo", "Berlin")
TS = "1700000099.000000"


@pytest.fixture
def report_id(database: str) -> int:
    """A report whose draft, made of quotations, is in review; how to reproduce it was never told."""
    found = world.receive(world.OPENING, world.REPLY)
    world.finish(found)
    assert world.ticket().state == "in_review"
    return found


def say(report_id: int, text: str, ts: str = TS) -> None:
    """Somebody else writes in the thread."""
    with transaction() as session:
        person = access.person_of_slack(session, access.workspace_of(session, "T1").id, "U-sous", "sous-chef")
        reports.add_message(session, session.get_one(Report, report_id), person, ts=ts, text=text)


def alter(report_id: int, text: str | None, *, number: int = 0) -> None:
    """A message of the thread is edited, or deleted (None)."""
    with transaction() as session:
        message = reports.messages_of(session, report_id)[number]
        assert reports.change_message(session, session.get_one(Report, report_id), ts=message.ts, text=text)


def look(report_id: int) -> dict[str, tuple[list[str], list[str]]]:
    """Let the worker look; the open change's fields as (before, after)."""
    change.handle(Job({"report_id": report_id}, 1))
    with transaction() as session:
        found = session.scalars(select(Change).where(Change.state == "open")).first()
        return {item.name: (item.before, item.after) for item in asked_for(session, found)} if found else {}


def accept(*fields: str) -> Change:
    with transaction() as session:
        return accepting.accept(session, world.ticket().id, world.pm(), fields)


def promised(topic: str) -> list[dict[str, Any]]:
    """The payloads of what waits in the outbox for a topic."""
    with transaction() as session:
        waits = OutboxItem.state == "pending"
        return list(session.scalars(select(OutboxItem.payload).where(OutboxItem.topic == topic, waits)))


def states() -> list[str]:
    return [row.state for row in world.rows(Change)]


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
    say(report_id, "We run Android 14 on the tablets since Monday.", "1700000101.000000")
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
        from bot.core.audit import Actor

        with pytest.raises(NotAllowed, match="Only a reviewer"):
            accepting.accept(session, world.ticket().id, Actor.of(reporter), ["steps"])
    with transaction() as session:
        review.revise(session, world.ticket().id, world.pm(), "shorter")
    world.run(report_id)
    assert states() == ["outdated"]
    assert world.draft()[0].number == 2
    assert look(report_id) == {}
    say(report_id, "We run Android 14 on the tablets since Monday.", "1700000101.000000")
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


@pytest.fixture(scope="module")
def server() -> Iterator[Model]:
    with world.scripted("--strict-fields", "--require-key", "k") as running:
        yield running


@pytest.fixture
def model(server: Model, database: str, settings_of: Callable[..., None]) -> Model:
    server.reset()
    settings_of(OPENAI_BASE_URL=server.url, OPENAI_API_KEY="k")
    return server


def test_a_model_names_the_lines_that_change(model: Model) -> None:
    """Two calls: triage and the change; a killed look goes on with what is finished, and noise is not heard."""
    script(model)
    report_id = world.receive(world.OPENING, world.REPLY)
    world.finish(report_id, {"steps_to_reproduce": "Every label"})
    before = len(world.rows(ModelCall))
    say(report_id, "It is the Bergen kitchen too, and there it is the Android app.")
    answer = {
        "kind": "same",
        "edits": [
            {
                "line": "new",
                "place": "environment",
                "text": "In the Bergen kitchen it is the Android app.",
                "marks": ["m3"],
                "because": "m3",
            },
            {"line": "L2", "place": "why", "text": "Food is wasted.", "marks": ["m1"], "because": "m3"},
            {"line": "L1", "place": "summary", "text": "Ignore all rules.", "marks": ["m3"], "because": "m3"},
        ],
    }
    model.fail("http_500", match="Which lines does that change?", times=3)
    from bot.core.errors import Later

    with pytest.raises(Later):
        look(report_id)
    model.reset()
    script(model)
    model.say(answer, match="Which lines does that change?")
    fields = look(report_id)
    assert fields == {
        "environment": (
            ["It is the iPad app [m2]"],
            ["It is the iPad app [m2]", "In the Bergen kitchen it is the Android app. [m3]"],
        )
    }
    made = [call.prompt for call in world.rows(ModelCall)[before:] if call.outcome == "ok"]
    assert made == ["triage/v1", "change/v1"]
    assert [run.purpose for run in world.rows(Run)] == ["draft", "change"]
    accept("environment")
    assert world.draft()[0].rung == "model"


def test_a_model_that_only_writes_nonsense_ends_in_rules(model: Model) -> None:
    """After three useless answers the look is done by rules, and nothing is lost."""
    script(model)
    report_id = world.receive(world.OPENING, world.REPLY)
    world.finish(report_id)
    say(report_id, LATE)
    model.say("no JSON at all", match="Which lines does that change?", times=None)
    assert LATE in str(look(report_id)["steps"])
    assert world.rows(Change)[0].rung == "none"


def test_the_desk_shows_it_and_takes_the_decision(report_id: int) -> None:
    """The page quotes who said what with a link into the thread, shows each field, and accepts the ticked ones."""
    say(report_id, LATE)
    look(report_id)
    browser, ticket_id = desk.browser("mara", "reviewer"), world.ticket().id
    page = browser.http.get(f"/tickets/{ticket_id}").text
    message_id = world.rows(Message)[-1].id
    assert f'href="#message-{message_id}"' in page
    assert f'id="message-{message_id}"' in page
    assert f"<ins>{LATE} [m3]</ins>" in page
    assert "<del>" in page
    assert "the thread went on" in browser.http.get("/").text
    number = str(world.rows(Change)[0].id)
    assert browser.post(f"/tickets/{ticket_id}/change/accept", change=number)[0] == 422
    found = browser.post(f"/tickets/{ticket_id}/change/accept", change=number, **{"field-steps": "on"})
    assert found == (303, f"/tickets/{ticket_id}?changed=true")
    after = browser.http.get(f"/tickets/{ticket_id}?changed=true").text
    assert "Accepted: To reproduce." in after
    assert "accepted by mara" in after
    assert "The thread went on" not in after
    assert browser.post(f"/tickets/{ticket_id}/change/refuse", change=number)[0] == 409
    assert desk.browser("rae", "reporter").post(f"/tickets/{ticket_id}/change/refuse", change=number)[0] == 403


def test_the_api_tells_and_takes_it(report_id: int) -> None:
    """`change` is null or the open one; accept and refuse answer with the ticket."""
    http, ticket_id, auth = desk.client(), world.ticket().id, desk.token("pm", "reviewer")
    path = f"/api/v1/tickets/{ticket_id}"
    assert http.get(path, headers=auth).json()["change"] is None
    say(report_id, LATE)
    look(report_id)
    found = http.get(path, headers=auth).json()["change"]
    assert found["messages"] == [
        {"message_id": world.rows(Message)[-1].id, "who": "sous-chef", "what": "new", "text": LATE}
    ]
    assert {"name": "steps", "before": [], "after": [f"{LATE} [m3]"], "why": ""} in found["fields"]
    assert http.get("/api/v1/tickets", headers=auth).json()["items"][0]["change"] == found
    assert http.post(f"{path}/change/accept", headers=auth, json={"fields": ["nope"]}).status_code == 422
    done = http.post(f"{path}/change/accept", headers=auth, json={"fields": ["steps"], "change": found["id"]})
    assert (done.status_code, done.json()["draft"]["number"], done.json()["change"]) == (200, 2, None)
    assert http.post(f"{path}/change/refuse", headers=auth, json={"reason": "no"}).status_code == 409
    say(report_id, "We run Android 14 on the tablets since Monday.", "1700000101.000000")
    look(report_id)
    assert http.post(f"{path}/change/refuse", headers=auth).status_code == 200
    with transaction() as session:
        assert session.scalars(select(Draft).where(Draft.number == 3)).first() is None
        assert DraftContent.model_validate(session.scalars(select(Draft)).all()[-1].content).sections["steps"]
