"""A model that tells the matters of a report apart: what it may say, and what becomes of answers that do not stand."""

from typing import Any

import pytest

from bot.core.db import transaction
from bot.core.models import Question, Ticket
from bot.core.tickets import review
from tests.flows import chain_world as world
from tests.flows.chain_world import Model
from tests.flows.split_world import THREE, draft_of, of, states, through


def point(title: str, *pieces: str, kind: str = "bug") -> dict[str, Any]:
    return {"title": title, "kind": kind, "pieces": list(pieces)}


def answer(*parts: dict[str, Any], relation: str = "siblings", goal: str = "", left_out: tuple[str, ...] = ()) -> Any:
    gone = [{"pieces": list(left_out)}] if left_out else []
    return {"relation": relation, "goal": goal, "parts": list(parts), "left_out": gone}


TIMER, LABEL = "the oven timer is silent while the phone is locked", "the label printer is a day behind"


def test_a_model_tells_matters_apart(model: Model) -> None:
    """What no wording tells a model may: the writer of each ticket reads its own part and the titles of the others."""
    model.say(
        answer(point("Oven timer is silent", "m1.1"), point("Label printer is late", "m2.1")), match="One ticket,"
    )
    report_id = world.receive(TIMER, LABEL, "we use it at Elm Street")
    through(report_id)
    assert states(report_id) == ["in_review", "in_review"]
    written = [body["messages"][1]["content"] for body in model.bodies() if "Write the ticket." in str(body)]
    assert len(written) == 2
    assert TIMER in written[0]
    assert LABEL not in written[0]
    assert LABEL in written[1]
    assert "This one is about:\n| Label printer is late" in written[1]
    assert all("Elm Street" in text for text in written)


def test_a_model_makes_a_plan(model: Model) -> None:
    """A wish with deliverables becomes a parent that is written from the goal, and a child for each part named."""
    parts = (point("Menu on the public page", "m2.1", kind="idea"), point("Pickup times", "m3.1", kind="idea"))
    plan = answer(*parts, relation="plan", goal="Guests order ahead", left_out=("m4.1", "m5.1"))
    model.say(plan, match="One ticket,", times=None)
    said = (
        "guests should order meals ahead",
        "the week's menu on the public page",
        "pickup times",
        "a robot",
        "no, never",
    )
    report_id = world.receive(*said)
    through(report_id)
    assert states(report_id) == ["in_review"] * 3
    written = [body["messages"][1]["content"] for body in model.bodies() if "Write the ticket." in str(body)]
    assert (
        "about:\n| Guests order ahead\nOf its own tickets, so not of this one:\n| Menu on the public page" in written[0]
    )
    assert [text.partition("Taken back or not planned:\n| a robot")[0].count("robot") for text in written] == [0, 0, 0]
    assert ["pickup times" in text.lower().partition("several tickets")[0] for text in written] == [False, False, True]
    parent = draft_of(of(report_id)[0])
    assert parent
    assert [one.text for one in parent.sections["scope"]][-1] == "a robot"
    with transaction() as session:
        kinds = [session.get_one(Ticket, one).kind for one in of(report_id)[1:]]
        assert kinds == ["idea", "idea"]


@pytest.mark.parametrize(
    "given",
    [
        answer(point("Oven timer", "m1.1"), point("Label printer", "m9.1")),
        answer(point("Oven timer", "m1.1"), point("Label printer", "m1.1")),
        answer(point("Oven timer is silent", "m1.1"), point("Silent oven timer", "m2.1")),
        answer(point("Oven timer", "m1.1"), point("Label printer")),
        answer(point("Oven timer", "m1.1", "m2.1")),
        answer(point("Oven timer", "m1.1"), point("Label printer", "m2.1"), relation="single"),
    ],
    ids=["unknown piece", "piece twice", "same title", "no piece", "one part", "single"],
)
def test_a_division_that_does_not_stand(model: Model, given: Any) -> None:
    """Without pieces of its own for each part the report stays one ticket."""
    model.say(given, match="One ticket,", times=None)
    report_id = world.receive(f"{TIMER} and silent", f"{LABEL}: silent oven timer")
    through(report_id)
    assert states(report_id) == ["in_review"]


def test_a_part_of_answers_alone(model: Model) -> None:
    """What was told in an answer to a question may be a ticket, although no message tells it."""
    report_id = world.receive("it doesn't work again", f"another thing: {LABEL}")
    parts = (point("Oven timer is silent", "q1.1"), point("Label printer is a day behind", "m1.1", "m2.1"))
    model.say(answer(*parts), match="One ticket,", times=None)
    world.run(report_id)
    world.answer_all(report_id, {world.rows(Question)[0].field: TIMER})
    through(report_id)
    assert states(report_id) == ["in_review", "in_review"]
    assert "timer" in str(draft_of(of(report_id)[0]))


def test_a_reviewer_wants_several(model: Model) -> None:
    """A reviewer's word about the number of tickets reaches the model; any other instruction does not ask it again."""
    reviewer = world.pm()
    report_id = world.receive(TIMER, LABEL)
    through(report_id)
    model.say(
        answer(point("Oven timer is silent", "m1.1"), point("Label printer is late", "m2.1")), match="One ticket,"
    )
    for instruction, count in (("Shorter", 1), ("The label is a ticket of its own, split it", 2)):
        with transaction() as session:
            review.revise(session, of(report_id)[0], reviewer, instruction)
        through(report_id)
        assert states(report_id) == ["in_review"] * count
    asked = [body["messages"][1]["content"] for body in model.bodies() if "One ticket," in str(body)]
    assert len(asked) == 2
    assert "| The label is a ticket of its own, split it" in asked[1]


def test_a_useless_model(model: Model) -> None:
    """When the model's answers cannot be used the wording decides."""
    model.fail("malformed", match="One ticket,")
    report_id = world.receive(THREE)
    through(report_id)
    assert states(report_id) == ["in_review"] * 3
