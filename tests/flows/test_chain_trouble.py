"""The chain when the model misbehaves, is away or is none: a report always ends with a person, and nothing is lost."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.core import reports
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import ModelCall, Problem, Question, Report, Run, Step
from bot.core.tickets.life import locked, move
from tests.flows import chain_world as world
from tests.flows.chain_world import Model

PROMPTS = {
    "triage": "You sort what people report",
    "gaps": "what is worth asking",
    "draft": "Write the ticket.",
    "critique": "Judge the draft.",
    "revise": "Write the whole ticket again, mended.",
}


@pytest.fixture(autouse=True)
def impatient(settings_of: Callable[..., None]) -> None:
    settings_of(INKLING_MODEL_TIMEOUT="0.5s")


@pytest.mark.parametrize("step", PROMPTS)
@pytest.mark.parametrize("fault", ["malformed", "empty", "truncated", "refusal", "wrong_schema"])
def test_useless_answers_do_not_stop_a_report(model: Model, fault: str, step: str) -> None:
    """Whatever a model answers at whichever step, after three attempts the rules serve and the report is in review."""
    model.fail(fault, match=PROMPTS[step])
    report_id = world.receive(world.OPENING, world.REPLY)
    content = world.finish(report_id, {"steps_to_reproduce": "Print any label"})
    row = world.steps()[step]
    assert (world.ticket().state, row.attempt, row.rung, row.state) == ("in_review", 4, "none", "done")
    assert content.title
    assert content.sections["summary"]
    assert world.draft()[0].rung == ("none" if step == "draft" else "model")
    failed = [call for call in world.rows(ModelCall) if call.outcome not in ("ok", "repaired")]
    assert failed
    assert all(call.prompt.startswith(f"{step}/") for call in failed)


def test_one_bad_answer_is_repaired(model: Model) -> None:
    """A wrong shape is shown to the model with what is wrong, and its second answer counts."""
    model.fail("wrong_schema", match=PROMPTS["triage"], times=1)
    world.run(world.receive())
    first, second, *_ = model.bodies()
    assert len(second["messages"]) == len(first["messages"]) + 2
    assert "That cannot be used" in second["messages"][-1]["content"]
    outcomes = [call.outcome for call in world.rows(ModelCall)]
    assert outcomes[:2] == ["invalid", "repaired"]
    assert world.steps()["triage"].attempt == 1


@pytest.mark.parametrize("step", PROMPTS)
@pytest.mark.parametrize("fault", ["http_500", "http_429", "timeout", "drop"])
def test_a_model_that_is_away_is_waited_for(model: Model, fault: str, step: str) -> None:
    """The report waits without using up its attempts, people are told, and it goes on by itself."""
    model.fail(fault, match=PROMPTS[step], times=1, seconds=1)
    report_id = world.receive(world.OPENING, world.REPLY)
    if step in ("draft", "critique", "revise"):
        world.run(report_id)
        world.answer_all(report_id)
    with pytest.raises(Later) as waiting:
        world.run(report_id)
    assert (waiting.value.counts, 15 <= waiting.value.seconds <= 60) == (False, True)
    assert "safe" in waiting.value.message
    with transaction() as session:
        assert session.get(Problem, "model") is not None
    assert world.rows(Run)[0].model_down_since is not None
    world.finish(report_id)
    assert (world.ticket().state, world.steps()[step].attempt) == ("in_review", 1)
    with transaction() as session:
        assert session.get(Problem, "model") is None
    assert world.rows(Run)[0].model_down_since is None


def test_patience_ends(model: Model, settings_of: Callable[..., None]) -> None:
    """A model that stays away longer than the team allows is done without, and the draft says so.

    What happened before people were asked does not count for what is found when they have answered.
    """
    model.fail("http_500")
    report_id = world.receive(world.OPENING, world.REPLY)
    for _ in range(2):
        with pytest.raises(Later):
            world.run(report_id)
        with transaction() as session:
            session.execute(update(Run).values(model_down_since=now() - timedelta(minutes=16)))
        world.run(report_id)
        world.answer_all(report_id)
    assert (world.ticket().state, world.draft()[0].rung) == ("in_review", "none")
    with transaction() as session:
        assert "trouble" in session.get_one(Problem, "model").sentence


def test_a_step_that_asks_nobody_says_nothing_of_the_model(model: Model) -> None:
    """A draft of quotations is checked by code: that no model was missed does not mean that one is there."""
    model.fail("http_500", match=PROMPTS["draft"])
    report_id = world.receive(world.OPENING, world.REPLY, kind_hint="idea")
    world.run(report_id)
    world.answer_all(report_id)
    with pytest.raises(Later):
        world.run(report_id)
    with transaction() as session:
        session.execute(update(Step).where(Step.name == "draft").values(state="running", attempt=3))
    world.run(report_id)
    assert (world.ticket().state, world.draft()[0].rung) == ("in_review", "none")
    with transaction() as session:
        assert session.get(Problem, "model") is not None


def test_a_refused_key_is_said_by_name(database: str, settings_of: Callable[..., None]) -> None:
    """A wrong key leads to a sentence that names the setting."""
    with world.scripted("--require-key", "right") as server:
        settings_of(OPENAI_BASE_URL=server.url, OPENAI_API_KEY="wrong")
        with pytest.raises(Later, match="OPENAI_API_KEY"):
            world.run(world.receive())


@pytest.mark.parametrize("patience", ["0s", "15m"])
def test_no_server_at_all(database: str, settings_of: Callable[..., None], patience: str) -> None:
    """An address where nobody listens: wait as long as told, then quotations."""
    settings_of(OPENAI_BASE_URL="http://127.0.0.1:9/v1", INKLING_MODEL_PATIENCE=patience)
    report_id = world.receive(world.OPENING, world.REPLY)
    if patience == "15m":
        with pytest.raises(Later, match="cannot be reached"):
            world.run(report_id)
        return
    world.finish(report_id)
    assert (world.ticket().state, world.draft()[0].rung) == ("in_review", "none")


def test_no_model_configured(database: str) -> None:
    """Without a model everything said stands as it was said, with its source, and no call is made."""
    report_id = world.receive(world.OPENING, world.REPLY)
    content = world.finish(report_id, {"steps_to_reproduce": "Print any label before noon"})
    assert (world.draft()[0].rung, world.rows(ModelCall)) == ("none", [])
    thread = f"{world.OPENING}\n{world.REPLY}\nPrint any label before noon"
    for statement in content.statements():
        assert statement.text.strip("“”.") in thread
        assert statement.marks


CHILD = """
import os, signal, sys
from workers.chain import flow, runner
from workers.chain.flow import FlowStep
die_after = sys.argv[2]
finish = runner.ledger.finish
def finish_and_die(step_id, output, rung, latency_ms):
    finish(step_id, output, rung, latency_ms)
    from bot.core.db import transaction
    from bot.core.models import Step
    with transaction() as session:
        name = session.get_one(Step, step_id).name
    if name == die_after:
        os.kill(os.getpid(), signal.SIGKILL)
runner.ledger.finish = finish_and_die
from workers.base import Job
runner.advance(Job({"report_id": int(sys.argv[1])}, 1))
"""


def test_killed_after_any_step(model: Model, database: str) -> None:
    """A process that dies (-9) after each step in turn: finished steps are never done again, one draft comes out."""
    report_id = world.receive(world.OPENING, world.REPLY, kind_hint="idea")
    env = os.environ | {"DATABASE_URL": database, "OPENAI_BASE_URL": model.url}
    for step in ("triage", "retrieve", "gaps", "draft", "critique", "revise", "verify"):
        child = subprocess.run([sys.executable, "-c", CHILD, str(report_id), step], env=env, check=False)
        assert child.returncode == -signal.SIGKILL, step
        if step == "gaps":
            world.run(report_id)
            world.answer_all(report_id)
    world.run(report_id)
    assert world.ticket().state == "in_review"
    assert all(step.attempt == 1 for step in world.rows(Step))
    bodies = [json.dumps(body["messages"], sort_keys=True) for body in model.bodies()]
    assert len(set(bodies)) == len(bodies)
    assert world.draft()[0].number == 1


def test_a_step_that_kills_its_process_is_given_up(model: Model) -> None:
    """A step that is found running for the fourth time is done by rules, and the report goes on."""
    model.fail("drop", match=PROMPTS["triage"], times=1)
    report_id = world.receive(world.OPENING, world.REPLY)
    with pytest.raises(Later):
        world.run(report_id)
    with transaction() as session:
        session.execute(update(Step).where(Step.name == "triage").values(state="running", attempt=3))
    world.finish(report_id)
    triage = world.steps()["triage"]
    assert (triage.attempt, triage.rung, world.ticket().state) == (4, "none", "in_review")
    assert world.draft()[0].rung == "model"


def test_nothing_left_to_write_up(database: str) -> None:
    """When every message was deleted, a person is asked instead of a draft being made up."""
    report_id = world.receive()
    with transaction() as session:
        report = session.get_one(Report, report_id)
        reports.change_message(session, report, ts="1700000000.000000", text=None)
    world.run(report_id)
    held = world.ticket()
    assert (held.state, "deleted" in held.attention) == ("needs_attention", True)


def test_a_withdrawn_report_ends_quietly(model: Model) -> None:
    """A ticket that is over is left alone, and its questions are closed."""
    report_id = world.receive()
    world.run(report_id)
    reviewer = world.pm()
    with transaction() as session:
        move(session, locked(session, world.ticket().id), "decline", reviewer)
    calls = len(model.bodies())
    world.run(report_id)
    assert (world.ticket().state, len(model.bodies()), world.rows(Run)[0].state) == ("declined", calls, "done")
    assert {question.state for question in world.rows(Question)} == {"moot"}
