"""A report of several matters becomes several tickets that know of each other, each with a text of its own."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.core.db import transaction
from bot.core.models import AuditEvent, Change, Draft, OutboxItem, Report, Run, TicketLink
from bot.core.tickets import accepting, review
from bot.core.tickets.changes import Found, keep
from bot.core.tickets.content import DraftContent
from bot.core.tickets.families import families
from bot.core.tickets.life import locked, tickets_of
from tests.flows import chain_world as world
from tests.flows.split_world import PLAN, THREE, draft_of, of, promised, said, speak, states, through
from workers.base import MAX_ATTEMPTS, perform
from workers.chain import runner
from workers.chain.dividing import by_wording
from workers.chain.division import settle
from workers.chain.thread import load


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
        patch.setattr(runner.Pass, "_submit", die)
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

    def divide() -> None:
        with transaction() as session:
            report = session.get_one(Report, report_id, with_for_update=True)
            ticket = locked(session, tickets_of(session, report_id)[0])
            settle(session, report, ticket, by_wording(load(session, report)[0]))

    with ThreadPoolExecutor(2) as pool:
        for work in [pool.submit(divide) for _ in range(2)]:
            work.result()
    assert len(of(report_id)) == 3
    assert len(through(report_id)) == 3
    assert len(world.rows(Draft)) == 3


@pytest.mark.usefixtures("database")
def test_one_that_fails_holds_no_other() -> None:
    """When the work for one ticket is given up, only that one waits for a person."""
    report_id = world.receive(THREE)
    world.finish(report_id)
    second = of(report_id)[1]
    with transaction() as session:
        work = OutboxItem.key == f"chain:{report_id}:{second}"
        session.execute(update(OutboxItem).where(work).values(attempts=MAX_ATTEMPTS))
        item = session.scalars(select(OutboxItem.id).where(work)).one()
    assert perform(item, "a worker", {}) == "dead"
    assert states(report_id) == ["in_review", "needs_attention", "drafting"]


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


def asked_for(report_id: int, ticket_id: int, title: str) -> None:
    """The thread asks for another title of a ticket that is in review."""
    with transaction() as session:
        draft = review.latest_draft(session, ticket_id)
        assert draft
        content = DraftContent.model_validate(draft.content).model_copy(update={"title": title})
        run = Run(report_id=report_id, ticket_id=ticket_id, purpose="change")
        session.add(run)
        session.flush()
        assert keep(session, locked(session, ticket_id), run, Found(draft.number, 99_999, "none", content, {1: "new"}))


@pytest.mark.usefixtures("database")
def test_what_a_person_decided_stays_and_what_waits_is_closed() -> None:
    """Divided anew, a ticket whose change was accepted is not withdrawn; one that is takes its open change along."""
    report_id = world.receive(THREE)
    through(report_id)
    first, second, third = of(report_id)
    reviewer = world.pm()
    for ticket_id in (second, third):
        asked_for(report_id, ticket_id, "Labels show an old date")
    with transaction() as session:
        accepting.accept(session, second, reviewer, ["title"])
        session.execute(update(OutboxItem).values(state="done"))
    with transaction() as session:
        review.revise(session, first, reviewer, "This is one ticket, please merge them")
    through(report_id)
    assert states(report_id) == ["in_review", "in_review", "withdrawn"]
    assert [row.state for row in world.rows(Change)] == ["accepted", "outdated"]
    events = [(row.action, row.ticket_id) for row in world.rows(AuditEvent)]
    assert events.count(("change.outdated", third)) == 1
    assert ("ticket.unplanned", second) in events
    assert f"slack.announce:{third}" in {row.key for row in world.rows(OutboxItem) if row.state == "pending"}
