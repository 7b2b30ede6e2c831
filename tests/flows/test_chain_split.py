"""A report of several matters becomes several tickets that know of each other, each with a text of its own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from bot.core import reports
from bot.core.db import transaction
from bot.core.models import Draft, OutboxItem, Person, Report, Ticket, TicketLink
from bot.core.tickets import review
from bot.core.tickets.content import DraftContent
from bot.core.tickets.families import families
from bot.core.tickets.life import tickets_of
from tests.flows import chain_world as world
from tests.flows.chain_world import Model
from workers.base import Job
from workers.chain import advance, runner

THREE = (
    "Three things from Elm Street: (1) the oven timer does not ring when the phone is locked. "
    "(2) labels show yesterday's date since Monday. (3) the printed menu should show allergens."
)
PLAN = (
    "Goal: guests can order ahead, in this order:\n"
    "1. Show the menu of the week on the guest page\n"
    "2. Let guests choose a time for pickup\n"
    "3. Send guests a message when the meal is ready"
)


def through(report_id: int) -> list[DraftContent]:
    """Answer nothing, and do all work that is promised for the report; the newest draft of each ticket."""
    world.finish(report_id)
    for ticket_id in of(report_id)[1:]:
        advance(Job({"report_id": report_id, "ticket_id": ticket_id}, 1))
    return [content for ticket_id in of(report_id) if (content := draft_of(ticket_id))]


def of(report_id: int) -> list[int]:
    with transaction() as session:
        return tickets_of(session, report_id)


def draft_of(ticket_id: int) -> DraftContent | None:
    with transaction() as session:
        query = select(Draft).where(Draft.ticket_id == ticket_id).order_by(Draft.number.desc()).limit(1)
        row = session.scalars(query).first()
        return DraftContent.model_validate(row.content) if row else None


def states(report_id: int) -> list[str]:
    with transaction() as session:
        return [session.get_one(Ticket, ticket_id).state for ticket_id in of(report_id)]


def said(content: DraftContent) -> str:
    return " ".join([content.title, *(one.text for one in content.statements())])


def speak(report_id: int, text: str) -> None:
    """A further message of the reporter."""
    with transaction() as session:
        report = session.get_one(Report, report_id)
        person = session.get_one(Person, report.reporter_id)
        count = len(reports.messages_of(session, report_id))
        reports.add_message(session, report, person, ts=f"1700000000.{900 + count:06d}", text=text)


def promised() -> set[str]:
    return {row.key for row in world.rows(OutboxItem) if row.state == "pending" and row.topic == "chain"}


@pytest.mark.usefixtures("database")
def test_three_matters_three_tickets() -> None:
    """Each matter is a ticket with its own text and evidence, written by work of its own, and knows the others."""
    report_id = world.receive(THREE)
    world.finish(report_id)
    first, second, third = of(report_id)
    assert {f"chain:{report_id}:{second}", f"chain:{report_id}:{third}"} <= promised()
    assert states(report_id) == ["in_review", "drafting", "drafting"]
    timer, labels, menu = through(report_id)
    assert states(report_id) == ["in_review"] * 3
    assert ("timer" in said(timer), "labels" in said(timer), "menu" in said(timer)) == (True, False, False)
    assert ("timer" in said(labels), "labels" in said(labels), "menu" in said(labels)) == (False, True, False)
    assert ("timer" in said(menu), "labels" in said(menu), "menu" in said(menu)) == (False, False, True)
    assert (timer.kind, menu.kind) == ("bug", "idea")
    assert all({item.mark for item in content.evidence} == {"m1"} for content in (timer, labels, menu))
    with transaction() as session:
        family = families(session, [second])[second]
        assert (family.position, family.count, family.parent) == (2, 3, None)
        assert [(one.ticket.id, one.relation, one.position) for one in family.others] == [
            (first, "sibling", 1),
            (third, "sibling", 3),
        ]


@pytest.mark.usefixtures("database")
def test_each_is_reviewed_on_its_own() -> None:
    """A decision on one ticket leaves the others as they are, and a revision of one is about its part alone."""
    report_id = world.receive(THREE)
    through(report_id)
    first, second, third = of(report_id)
    reviewer = world.pm()
    with transaction() as session:
        review.approve(session, first, reviewer)
        review.decline(session, third, reviewer, "Not this year")
        review.revise(session, second, reviewer, "Say which label")
    through(report_id)
    assert states(report_id) == ["approved", "in_review", "declined"]
    again = draft_of(second)
    assert again
    assert "labels" in said(again)
    assert "timer" not in said(again)


@pytest.mark.usefixtures("database")
def test_never_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before or after the tickets were made, run again, or run for each ticket twice: three tickets, once."""
    report_id = world.receive(THREE)
    world.run(report_id)
    world.answer_all(report_id)

    def die(*_: Any, **__: Any) -> Any:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("bot.core.tickets.links.record", die)
        with pytest.raises(SystemExit):
            world.run(report_id)
    assert len(of(report_id)) == 1
    with monkeypatch.context() as patch:
        patch.setattr(runner._Pass, "_submit", die)
        with pytest.raises(SystemExit):
            world.run(report_id)
    assert len(of(report_id)) == 3
    for _ in range(2):
        through(report_id)
    with transaction() as session:
        places = session.scalars(select(TicketLink.position).order_by(TicketLink.position)).all()
    assert (places, len(of(report_id)), len(world.rows(Draft))) == ([1, 2, 3], 3, 3)


@pytest.mark.usefixtures("database")
def test_two_workers_at_once() -> None:
    """Two who divide the same report at the same moment make its tickets once."""
    report_id = world.receive(THREE)
    world.run(report_id)
    world.answer_all(report_id)
    with ThreadPoolExecutor(2) as pool:
        for work in [pool.submit(world.run, report_id) for _ in range(2)]:
            work.result()
    assert len(through(report_id)) == 3
    assert len(world.rows(Draft)) == 3


@pytest.mark.usefixtures("database")
def test_a_list_of_steps_is_one_ticket() -> None:
    """Numbered steps to reproduce are no matters of their own."""
    (only,) = through(
        world.receive("The export fails.\n1. Open the report\n2. Tap on Export\n3. It says 404 not found")
    )
    assert [one.text for one in only.sections["steps"]] == ["Open the report", "Tap on Export", "It says 404 not found"]
    with transaction() as session:
        assert session.scalars(select(TicketLink)).all() == []


@pytest.mark.usefixtures("database")
def test_what_is_taken_back_is_no_ticket() -> None:
    """A point that the thread does not plan makes no ticket; the first one says that it is no part of this."""
    report_id = world.receive(THREE, "(3) is not planned")
    found = through(report_id)
    assert len(found) == 2
    assert [one.text for one in found[0].sections["scope"]] == ["the printed menu should show allergens."]
    assert "scope" not in found[1].sections
    assert all("menu" not in content.title for content in found)


@pytest.mark.usefixtures("database")
def test_the_plan_follows_the_thread() -> None:
    """A goal with deliverables in order is a parent with children; parts that come and go do so as tickets."""
    report_id = world.receive(PLAN)
    parent, *children = through(report_id)
    assert len(children) == 3
    assert "order ahead" in parent.title
    with transaction() as session:
        lead, *rest = of(report_id)
        family = families(session, [lead])[lead]
        assert [(one.ticket.id, one.relation) for one in family.others] == [(one, "child") for one in rest]
        assert next(one.ticket.title for one in family.of("child")) == "Show the menu of the week on the guest page"
        assert families(session, rest[1:2])[rest[1]].parent is not None
    reviewer = world.pm()
    with transaction() as session:
        review.approve(session, rest[2], reviewer)
        review.revise(session, lead, reviewer, "Shorter")
    speak(report_id, "2 is not planned")
    speak(report_id, "and forget 3")
    speak(report_id, "4. Let guests say what they think of a meal")
    through(report_id)
    assert states(report_id) == ["in_review", "in_review", "withdrawn", "approved", "in_review"]
    with transaction() as session:
        family = families(session, [lead])[lead]
        assert [(one.ticket.id, one.dropped) for one in family.of("child")] == [
            (rest[0], False),
            (of(report_id)[-1], False),
            (rest[2], True),
        ]


@pytest.mark.usefixtures("database")
def test_a_reviewer_wants_one_ticket() -> None:
    """What a reviewer says about the number of tickets holds, also for later versions."""
    report_id = world.receive(THREE)
    through(report_id)
    reviewer = world.pm()
    for instruction in ("This is one ticket, please merge them", "Shorter"):
        with transaction() as session:
            review.revise(session, of(report_id)[0], reviewer, instruction)
        through(report_id)
        assert states(report_id) == ["in_review", "withdrawn", "withdrawn"]
    only = draft_of(of(report_id)[0])
    assert only
    assert "menu" in said(only)


@pytest.fixture(scope="module")
def server() -> Iterator[Model]:
    with world.scripted("--strict-fields", "--require-key", "k") as running:
        yield running


@pytest.fixture
def model(server: Model, database: str, settings_of: Callable[..., None]) -> Model:
    server.reset()
    settings_of(OPENAI_BASE_URL=server.url, OPENAI_API_KEY="k")
    return server


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
    assert "The one to write is about:\n| Label printer is late" in written[1]
    assert all("Elm Street" in text for text in written)


def test_a_model_makes_a_plan(model: Model) -> None:
    """A wish with deliverables becomes a parent that is written from the goal, and a child for each part named."""
    parts = (point("Menu on the guest page", "m2.1", kind="idea"), point("Pickup times", "m3.1", kind="idea"))
    plan = answer(*parts, relation="plan", goal="Guests order ahead", left_out=("m4.1", "m5.1"))
    model.say(plan, match="One ticket,", times=None)
    said = ("guests should order ahead", "the menu on the guest page", "pickup times", "a robot", "no robot, never")
    report_id = world.receive(*said)
    through(report_id)
    assert states(report_id) == ["in_review"] * 3
    written = [body["messages"][1]["content"] for body in model.bodies() if "Write the ticket." in str(body)]
    assert (
        "about:\n| Guests order ahead\nOf its own tickets, so not of this one:\n| Menu on the guest page" in written[0]
    )
    assert all("robot" not in text for text in written)
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


def test_a_useless_model(model: Model) -> None:
    """When the model's answers cannot be used the wording decides."""
    model.fail("malformed", match="One ticket,")
    report_id = world.receive(THREE)
    through(report_id)
    assert states(report_id) == ["in_review"] * 3
