"""The draft is checked against the rubric and mended at most twice; the reviewer sees what was judged, and by whom."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.models import ModelCall
from tests.flows import chain_world as world
from tests.flows.chain_world import Model
from tests.flows.test_chain_happy import DRAFT, GAPS, TRIAGE

TOLD = [*GAPS["told"], {"field": "steps_to_reproduce", "where": "m3", "quote": "Every label, all day"}]
BAD: dict[str, Any] = DRAFT | {"criteria": [{"text": "The label printer prints yesterday's date.", "marks": ["m1"]}]}
FAULT = {
    "criterion": "testable",
    "result": "failed",
    "quote": "The label printer prints yesterday's date.",
    "reason": "This is the fault, not the result.",
}


@pytest.fixture
def model(model: Model) -> Model:
    model.say({"told": TOLD, "questions": []}, match="what is worth asking", times=None)
    model.say(TRIAGE, match="You sort what people report", times=None)
    model.say(BAD, match="Write the ticket.", times=None)
    return model


def prompts() -> list[str]:
    return [call.prompt for call in world.rows(ModelCall)]


def written() -> Any:
    world.run(world.receive(world.OPENING, world.REPLY, "Every label, all day"))
    assert world.ticket().state == "in_review"
    return world.draft()[1]


def test_a_fault_is_mended_and_checked_again(model: Model) -> None:
    """What the critique quotes is written anew; the second check passes, and the reviewer sees the verdicts."""
    model.say({"verdicts": [FAULT]}, match="Judge the draft.")
    model.say(DRAFT, match="Write the whole ticket again, mended.")
    model.say({"verdicts": [FAULT | {"result": "passed"}]}, match="Judge the draft.")
    content = written()
    assert prompts() == ["triage/v3", "gaps/v1", "draft/v1", "critique/v1", "revise/v1", "critique/v1"]
    assert [one.text for one in content.criteria] == ["A label printed today carries today's date."]
    by_model = [(one.criterion, one.passed) for one in content.verdicts if one.by == "model"]
    assert by_model == [("testable", True)]
    assert any(one.by == "code" for one in content.verdicts)
    asked = next(body for body in model.bodies() if "mended" in body["messages"][1]["content"])
    assert "- testable: “The label printer prints yesterday's date.”" in asked["messages"][1]["content"]


def test_two_revisions_are_the_most(model: Model) -> None:
    """A fault that stays is shown to the reviewer as not met, and the report is in review all the same."""
    model.say({"verdicts": [FAULT]}, match="Judge the draft.", times=None)
    for title in ("Label printer prints yesterday's date since the update", "Labels with yesterday's date since 4.2"):
        model.say(BAD | {"title": title}, match="Write the whole ticket again, mended.")
    content = written()
    assert prompts().count("revise/v1") == 2
    assert prompts().count("critique/v1") == 2
    assert content.title == "Labels with yesterday's date since 4.2"
    assert "testable" in [one.criterion for one in content.verdicts if not one.passed]


def test_a_revision_that_changes_nothing_is_the_last(model: Model) -> None:
    """Who writes the same again is not asked a second time."""
    model.say({"verdicts": [FAULT]}, match="Judge the draft.", times=None)
    model.say(BAD, match="Write the whole ticket again, mended.", times=None)
    written()
    assert (prompts().count("revise/v1"), prompts().count("critique/v1")) == (1, 1)


def test_a_draft_that_passes_costs_one_check(model: Model) -> None:
    """Five calls at most for a plain report."""
    model.say({"verdicts": [FAULT | {"result": "passed"}]}, match="Judge the draft.")
    model.say(DRAFT, match="Write the ticket.", times=None)
    written()
    assert prompts() == ["triage/v3", "gaps/v1", "draft/v1", "critique/v1"]


def test_a_fault_without_its_words_is_none(model: Model) -> None:
    """Who finds fault must quote what is there; else nothing was judged and nothing is written again."""
    model.say({"verdicts": [FAULT | {"quote": "The oven explodes"}]}, match="Judge the draft.")
    content = written()
    assert "revise/v1" not in prompts()
    assert [one for one in content.verdicts if one.by == "model"] == []


def test_what_a_person_wrote_is_not_mended(model: Model) -> None:
    """A revision cannot bring in what no source says: verification comes after it."""
    model.say({"verdicts": [FAULT]}, match="Judge the draft.", times=None)
    invented = DRAFT | {"criteria": [{"text": "Works on 4.9 in Oslo.", "marks": ["m1"]}]}
    model.say(invented, match="Write the whole ticket again, mended.", times=None)
    content = written()
    assert content.criteria == []
    assert "Works on 4.9 in Oslo." in [gone.text for gone in content.removed]


def test_a_small_model_checks_its_own_sentences(model: Model, settings_of: Callable[..., None]) -> None:
    """A sentence of the summary that the report does not tell goes, and a quotation stands there instead."""
    settings_of(INKLING_MODEL_PROFILE="small")
    model.reset()
    said = {"title": "Label printer prints yesterday's date", "summary": "Staff prints fresh labels yesterday."}
    model.say(said, match="Write a title and a summary")
    model.say({"words": "prints yesterday's date", "told": "no"}, match="Say whether the claim is told", times=None)
    content = world.finish(world.receive(world.OPENING, world.REPLY, kind_hint="bug"))
    assert "critique/small-v1" in prompts()
    by = {name: step.rung for name, step in world.steps().items()}
    assert [by[name] for name in ("draft", "critique", "triage", "gaps", "split", "revise", "verify")] == [
        *["basic"] * 2,
        *["none"] * 4,
        "",
    ]
    assert "Staff prints fresh labels yesterday." not in [one.text for one in content.sections["summary"]]
    assert content.sections["summary"][0].text in world.OPENING


def test_what_the_summary_tells_is_not_told_twice(model: Model, settings_of: Callable[..., None]) -> None:
    """A small model sums up what happens in its own order; the same words in a section of their own add nothing."""
    settings_of(INKLING_MODEL_PROFILE="small")
    model.reset()
    told = "In the Elm Street kitchen the label printer prints yesterday's date."
    model.say({"title": "Label printer prints yesterday's date", "summary": told}, match="Write a title and a summary")
    said = "The label printer in the Elm Street kitchen prints yesterday's date. Staff throw fresh food away."
    content = world.finish(world.receive(said, kind_hint="bug"))
    assert [one.text for one in content.sections["summary"]] == [told]
    assert [one.text for one in content.sections["actual"]] == ["Staff throw fresh food away."]
