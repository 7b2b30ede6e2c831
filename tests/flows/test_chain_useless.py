"""Useless answers where a report is divided, and where its thread goes on: rules serve, and nothing is lost."""

import pytest

from tests.flows import chain_world as world
from tests.flows.chain_world import Model
from tests.flows.change_world import MORE, drafted, look, say
from tests.flows.split_world import THREE, states, through

FAULTS = ["malformed", "empty", "truncated", "refusal", "wrong_schema"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_report_is_divided_by_rules(model: Model, fault: str) -> None:
    """Three matters are three tickets in review, also when the model that was asked says nothing of use."""
    model.fail(fault, match="One ticket, several, or a plan?")
    report_id = world.receive(THREE)
    world.finish(report_id)
    through(report_id)
    assert states(report_id) == ["in_review"] * 3
    assert (world.steps()["split"].rung, world.steps()["split"].state) == ("none", "done")


@pytest.mark.parametrize("fault", FAULTS)
def test_news_is_read_by_rules(model: Model, fault: str) -> None:
    """What is said after the draft still reaches the reviewer as a change."""
    report_id = drafted()
    model.fail(fault, match="Which lines does that change?")
    say(report_id, MORE)
    assert look(report_id)
    assert (world.steps()["change"].rung, world.steps()["change"].state) == ("none", "done")
