"""A change as a model finds it, and as people see and decide it at the desk and by the API."""

import pytest
from sqlalchemy import select

from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import Change, Draft, Message, ModelCall, Run
from bot.core.tickets.content import DraftContent
from tests.flows import chain_world as world
from tests.flows import desk_world as desk
from tests.flows.chain_world import Model
from tests.flows.change_world import LATE, MORE, accept, drafted, look, say
from tests.flows.test_chain_happy import script
from workers.chain import change


@pytest.fixture
def report_id(database: str) -> int:
    return drafted()


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
    made = [call.prompt.partition("/")[0] for call in world.rows(ModelCall)[before:] if call.outcome == "ok"]
    assert made == ["triage", "change"]
    assert [run.purpose for run in world.rows(Run)] == ["draft", "change"]
    accept("environment")
    assert world.draft()[0].rung == "model"


def test_a_killed_look_goes_on_where_it_was(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after its last step and before anything was kept, the next try asks the model nothing again."""
    script(model)
    report_id = world.receive(world.OPENING, world.REPLY)
    world.finish(report_id)
    say(report_id, LATE)
    edit = {"line": "new", "place": "steps", "text": "Print a label after midnight.", "marks": [], "because": "m3"}
    model.say({"kind": "same", "edits": [edit]}, match="Which lines does that change?", times=None)

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(change, "_keep", killed)
        with pytest.raises(KeyboardInterrupt):
            look(report_id)
    calls = len(world.rows(ModelCall))
    assert look(report_id)["steps"] == ([], ["Print a label after midnight. [m3]"])
    assert len(world.rows(ModelCall)) == calls
    assert [run.purpose for run in world.rows(Run)] == ["draft", "change"]


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
    say(report_id, MORE, "1700000101.000000")
    look(report_id)
    assert http.post(f"{path}/change/refuse", headers=auth).status_code == 200
    with transaction() as session:
        assert session.scalars(select(Draft).where(Draft.number == 3)).first() is None
        assert DraftContent.model_validate(session.scalars(select(Draft)).all()[-1].content).sections["steps"]
