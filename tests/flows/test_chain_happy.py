"""The chain over a report on real parts: it asks, waits, writes with sources, and prices what it used."""

import json
from threading import Timer
from typing import Any

from sqlalchemy import update

from bot.core import reports
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import ModelCall, Person, Question, Report, Run
from bot.core.tickets import review
from bot.core.tickets.content import with_marks
from tests.flows import chain_world as world
from tests.flows.chain_world import Model
from workers.retrieval import PastTicket, ingest_tickets

TRIAGE = {
    "kind": "bug",
    "language": "en",
    "area": "label printer",
    "affected": {"value": "several", "message": "m1"},
    "effect": {"value": "hindered", "message": "m1"},
    "workaround": {"value": "no", "message": "m99"},
    "stakes": {"value": "unknown", "message": ""},
}
GAPS: dict[str, Any] = {
    "told": [
        {"field": "actual_behavior", "where": "m1", "quote": "prints yesterday's date"},
        {"field": "impact", "where": "m1", "quote": "Staff throw away fresh food"},
        {"field": "environment", "where": "m2", "quote": "It is the iPad app"},
        {"field": "expected_behavior", "where": "m2", "quote": "We expect today's date on the label"},
    ],
    "questions": [
        {
            "field": "steps_to_reproduce",
            "text": "Does every label get the wrong date?",
            "suggestions": ["Every label", "Only some"],
            "reason": "",
        }
    ],
}
DRAFT: dict[str, Any] = {
    "title": "Label printer prints yesterday's date since 4.2",
    "summary": [{"text": "The label printer in the Elm Street kitchen prints yesterday's date.", "marks": ["m1"]}],
    "why": [{"text": "Staff throw away fresh food because of it.", "marks": ["m1"]}],
    "steps": [{"text": "Print a label after midnight in Oslo.", "marks": ["m1"]}],
    "expected": [{"text": "Today's date is on the label.", "marks": ["m2"]}],
    "actual": [],
    "environment": [{"text": "The iPad app, version 4.3.", "marks": ["m2"]}],
    "wanted": [],
    "decided": [],
    "where": [],
    "scope": [],
    "criteria": [{"text": "A label printed today carries today's date.", "marks": ["m2"]}],
    "open_questions": [],
}


def script(model: Model) -> None:
    model.say(TRIAGE, match="You sort what people report", times=None)
    model.say(GAPS, match="what is worth asking", times=None)
    model.say(DRAFT, match="Write the ticket.", times=None)
    model.say({"verdicts": []}, match="Judge the draft.", times=None)


def test_from_report_to_review(model: Model) -> None:
    """One question is asked, its answer is used, unsourced statements are out, and the ticket waits in review."""
    script(model)
    report_id = world.receive(world.OPENING, world.REPLY)
    world.run(report_id)
    (question,) = world.rows(Question)
    assert (question.text, question.suggestions) == (
        "Does every label get the wrong date?",
        ["Every label", "Only some"],
    )
    assert world.ticket().state == "clarifying"
    assert world.rows(Run)[0].state == "waiting"
    world.answer_all(report_id, {"steps_to_reproduce": "Every label"})
    world.run(report_id)

    row, content = world.draft()
    assert (world.ticket().state, row.rung, content.kind) == ("in_review", "model", "bug")
    assert content.title == "Label printer prints yesterday's date since 4.2"
    assert [with_marks(one) for one in content.sections["steps"]] == ["Every label [q1]"]
    # "4.3" is not what anybody said, so the reporter's own words stand there instead.
    assert [one.text for one in content.sections["environment"]] == ["It is the iPad app"]
    assert {gone.why for gone in content.removed} == {"“4.3” is not in its source.", "“oslo” is not in its source."}
    assert content.labels == ["bug", "label printer"]
    assert (content.priority, "(" in content.priority_reason) == ("P3", False)
    assert {item.mark for item in content.evidence} == {"m1", "m2", "q1"}
    assert all(item.quote and item.label for item in content.evidence)
    assert world.rows(Run)[0].state == "done"


def test_four_calls_for_a_plain_report(model: Model) -> None:
    """Triage, gaps, draft and critique are one call each, on record with tokens, price (this machine: 0) and step."""
    told = [*GAPS["told"], {"field": "steps_to_reproduce", "where": "m3", "quote": "Every label, all day"}]
    model.say({"told": told, "questions": []}, match="what is worth asking")
    model.say(TRIAGE, match="You sort what people report")
    model.say(DRAFT, match="Write the ticket.")
    world.run(world.receive(world.OPENING, world.REPLY, "Every label, all day"))
    calls = world.rows(ModelCall)
    assert [(call.prompt, call.tier) for call in calls] == [
        ("triage/v3", "fast"),
        ("gaps/v1", "fast"),
        ("draft/v1", "smart"),
        ("critique/v1", "smart"),
    ]
    assert all(call.outcome == "ok" and call.tokens_in > 0 and call.tokens_out > 0 for call in calls)
    assert all(call.cost_usd == 0 and call.step_id and call.model == "scripted-fast" for call in calls)


def test_a_finished_step_is_not_done_again(model: Model) -> None:
    """The same thread costs nothing a second time, also in a run that a reviewer asked for."""
    script(model)
    report_id = world.receive(world.OPENING, world.REPLY)
    world.finish(report_id, {"steps_to_reproduce": "Every label"})
    before = [call.prompt for call in world.rows(ModelCall)]
    reviewer = world.pm()
    with transaction() as session:
        review.revise(session, world.ticket().id, reviewer, "Say which kitchen in the title")
    world.run(report_id)
    after = [call.prompt for call in world.rows(ModelCall)]
    assert [prompt for prompt in after[len(before) :] if prompt.startswith(("triage", "gaps"))] == []
    asked = next(body for body in reversed(model.bodies()) if "Write the ticket." in body["messages"][1]["content"])
    assert "| Say which kitchen in the title" in asked["messages"][1]["content"]
    assert (world.draft()[0].number, world.ticket().state) == (2, "in_review")


def test_what_a_person_decided_survives_a_revision(model: Model) -> None:
    """What a reviewer wrote stays word for word when the draft is written again, and what they struck stays out."""
    script(model)
    report_id = world.receive(world.OPENING, world.REPLY)
    world.finish(report_id)
    reviewer = world.pm()
    ticket_id, own = world.ticket().id, {"title": "Wrong dates", "kind": "feedback", "priority": "P1"}
    said = {
        "summary": "My summary.",
        "why": "Two kitchens closed early.",
        "actual": "",
        "open_questions": "My question?",
    }
    with transaction() as session:
        review.edit(session, ticket_id, reviewer, {**own, **said, "assumptions": "Mine", "criteria": "Mine holds."})
    for instruction in ("Shorter", "Even shorter"):
        with transaction() as session:
            review.revise(session, ticket_id, reviewer, instruction)
        world.run(report_id)
        content = world.draft()[1]
        assert {name: getattr(content, name) for name in own} == own
        assert [one.text for one in content.sections["summary"]] == ["My summary."]
        assert [one.text for one in content.sections["why"]] == ["Two kitchens closed early."]
        assert [one.text for one in content.criteria] == ["Mine holds."]
        assert content.open_questions == ["My question?"]
        assert content.assumptions == ["Mine"]
        assert world.ticket().priority == "P1"


def test_silence_does_not_block(model: Model) -> None:
    """When the wait is over the draft is written without the answer, and says so."""
    script(model)
    report_id = world.receive(world.OPENING, world.REPLY)
    world.run(report_id)
    world.run(report_id)
    assert world.ticket().state == "clarifying"
    with transaction() as session:
        session.execute(update(Report).values(wait_until=now()))
    world.run(report_id)
    assert world.ticket().state == "in_review"
    assert "Does every label get the wrong date? (asked, no answer yet)" in world.draft()[1].open_questions
    assert world.rows(Question)[0].state == "expired"


def test_what_is_not_known_is_said(model: Model) -> None:
    """ "Don't know" is accepted, asked only once, and stands as an open question."""
    script(model)
    report_id = world.receive(world.OPENING, world.REPLY)
    content = world.finish(report_id)
    assert len(world.rows(Question)) == 1
    assert "Does every label get the wrong date? (asked, not known)" in content.open_questions


def test_at_most_two_rounds_of_three(model: Model) -> None:
    """A report that tells nothing gets three questions, then the rest, and never the same twice."""
    report_id = world.receive("label printer is broken")
    asked = []
    for _ in range(5):
        world.run(report_id)
        asked.append(world.answer_all(report_id, dict.fromkeys(("impact", "environment"), "the new one, all day")))
    assert [len(fields) for fields in asked] == [3, 1, 0, 0, 0]
    everything = [field for fields in asked for field in fields]
    assert len(set(everything)) == len(everything)


def test_a_change_while_writing_starts_over(model: Model) -> None:
    """A message that arrives during the draft call is in the draft."""
    script(model)
    report_id = world.receive(world.OPENING, world.REPLY, kind_hint="idea")
    model.fail("slow", match="Write the ticket.", times=1, seconds=1)

    def speak() -> None:
        with transaction() as session:
            report = session.get_one(Report, report_id)
            (first, *_) = reports.messages_of(session, report_id)
            person = session.get_one(Person, first.author_id)
            reports.add_message(session, report, person, ts="1700000000.000900", text="The oven label is fine though")

    timer = Timer(0.5, speak)
    timer.start()
    world.finish(report_id)
    timer.join()
    drafts = [call for call in model.bodies() if "Write the ticket." in call["messages"][1]["content"]]
    assert "The oven label is fine though" in json.dumps(drafts[-1])
    assert world.ticket().state == "in_review"


def test_past_tickets_are_shown_to_the_writer(model: Model) -> None:
    """A past ticket about the same thing is offered as a source, and a citation of it is kept."""
    script(model)
    text = "The label printer printed yesterday's date when the kitchen tablet was in another time zone."
    ingest_tickets([PastTicket("T-7", "Labels carry the wrong date", text, "https://trello.example/c/7")])
    cited = {"text": "The label printer printed yesterday's date in another time zone.", "marks": ["t1"]}
    model.reset()
    model.say(DRAFT | {"where": [cited]}, match="Write the ticket.", times=None)
    script(model)
    content = world.finish(world.receive(world.OPENING, world.REPLY))
    (where,) = content.sections["where"]
    assert where.marks == ["t1"]
    (evidence,) = [item for item in content.evidence if item.mark == "t1"]
    assert (evidence.source, evidence.url) == ("ticket", "https://trello.example/c/7")
