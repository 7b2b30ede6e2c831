"""Deciding at the desk: every verb, who may, what happens when somebody was faster, and where it leads."""

import threading

import pytest
from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import AuditEvent, OutboxItem, Review, Run, Ticket
from bot.core.tickets import life
from tests.flows import desk_world as world

pytestmark = pytest.mark.usefixtures("database")
VERBS = {
    "approve": {"number": "1"},
    "decline": {"reason": "we drop offline booking in spring"},
    "revise": {"instruction": "name the customer"},
    "again": {},
    "edit": {"number": "1", "title": "Better"},
}


def ticket(number: int) -> Ticket:
    with transaction() as session:
        return session.get_one(Ticket, number)


def topics(number: int) -> set[str]:
    with transaction() as session:
        rows = session.scalars(select(OutboxItem).where(OutboxItem.state == "pending")).all()
        return {row.topic for row in rows if row.payload.get("ticket_id") == number}


def test_approve_sends_it_to_the_board_and_opens_the_next() -> None:
    """Approving keeps the route, promises the delivery and leads to the next draft with a quiet line."""
    first = world.waiting(world.Options(ts="1795000001.000100"))
    second = world.waiting(world.Options(ts="1795000002.000100", changes={"title": "The next one"}))
    mara = world.browser("mara", "reviewer")
    status, where = mara.post(f"/tickets/{first}/approve", number="1", board=" Product ", list="Inbox")
    assert (status, where) == (303, f"/tickets/{second}?done={first}")
    now = ticket(first)
    assert (now.state, now.route_board, now.route_list) == ("approved", "Product", "Inbox")
    assert "trello.deliver" in topics(first)
    page = mara.http.get(where).text
    assert f'Approved: <a href="/tickets/{first}"' in page
    assert "The next one" in page


def test_the_last_decision_leads_to_the_queue() -> None:
    """With nothing left to review the queue opens, and says what was just done."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    status, where = mara.post(f"/tickets/{number}/decline", reason="  we drop offline\nbooking  ")
    assert (status, where) == (303, f"/?done={number}")
    assert (ticket(number).state, ticket(number).decline_reason) == ("declined", "we drop offline booking")
    page = mara.http.get(where).text
    assert "Declined: <a" in page
    assert "Nothing waits for you." in page


def test_the_quiet_line_cannot_lie() -> None:
    """A link that claims a decision shows nothing to somebody who did not make it."""
    number = world.waiting()
    world.browser("mara", "reviewer").post(f"/tickets/{number}/decline", reason="no")
    for done in (number, 999, "x", "9" * 40, "٣"):
        assert 'class="notice"' not in world.browser("ola", "reviewer").http.get(f"/?done={done}").text


def test_send_back_starts_a_run_with_the_instruction() -> None:
    """Sending back keeps the version and starts the chain with what should be different."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    assert mara.post(f"/tickets/{number}/revise", instruction="name the customer")[0] == 303
    assert ticket(number).state == "drafting"
    with transaction() as session:
        assert "name the customer" in session.scalars(select(Run.instruction)).all()


@pytest.mark.parametrize("verb", VERBS)
def test_a_reporter_may_not_decide(verb: str) -> None:
    """Every verb of a reporter is refused with a sentence and changes nothing."""
    number = world.waiting()
    status, page = world.browser("rita", "reporter").post(f"/tickets/{number}/{verb}", **VERBS[verb])
    assert status == 403
    assert "Only a reviewer may" in page
    assert ticket(number).state == "in_review"
    with transaction() as session:
        assert not session.scalars(select(Review)).all()


def test_an_admin_may_decide() -> None:
    """An admin is a reviewer too."""
    number = world.waiting()
    assert world.browser("ada", "admin").post(f"/tickets/{number}/approve", number="1")[0] == 303


@pytest.mark.parametrize(("verb", "form"), [("decline", {"reason": " "}), ("revise", {"instruction": ""})])
def test_a_verb_without_its_words_changes_nothing(verb: str, form: dict[str, str]) -> None:
    """Declining and sending back want words, also when the browser did not insist."""
    number = world.waiting()
    status, page = world.browser("mara", "reviewer").post(f"/tickets/{number}/{verb}", **form)
    assert status == 422
    assert "Nothing was changed" in page
    assert ticket(number).state == "in_review"


def test_what_was_written_is_not_lost_when_somebody_was_faster() -> None:
    """A decline that comes too late shows the reason again and the way to the ticket."""
    number = world.waiting()
    world.browser("ola", "reviewer").post(f"/tickets/{number}/approve", number="1")
    status, page = world.browser("mara", "reviewer").post(f"/tickets/{number}/decline", reason="my <b>long</b> reason")
    assert status == 409
    assert "my &lt;b&gt;long&lt;/b&gt; reason" in page
    assert f'href="/tickets/{number}"' in page


def test_an_older_version_is_not_approved() -> None:
    """Approving what was on the screen before somebody edited it is refused."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    world.browser("ola", "reviewer").post(f"/tickets/{number}/edit", number="1", title="Newer")
    assert mara.post(f"/tickets/{number}/approve", number="1")[0] == 409
    assert mara.post(f"/tickets/{number}/approve", number="")[0] == 422
    assert ticket(number).state == "in_review"
    assert mara.post(f"/tickets/{number}/approve", number="2")[0] == 303


def test_two_people_at_once_decide_once() -> None:
    """Of two reviewers who press at the same moment one decides and the other is told."""
    number = world.waiting()
    people = [world.browser(name, "reviewer") for name in ("mara", "ola")]
    answers: list[int] = []
    start = threading.Barrier(2)

    def press(person: world.Browser) -> None:
        start.wait()
        answers.append(person.post(f"/tickets/{number}/approve", number="1")[0])

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]
    with transaction() as session:
        assert len(session.scalars(select(AuditEvent).where(AuditEvent.action == "ticket.approve")).all()) == 1


def held(number: int, sentence: str) -> None:
    with transaction() as session:
        life.hold(session, life.locked(session, number), sentence)


def test_a_held_delivery_is_tried_again_now() -> None:
    """A ticket held on its way to the board says what to fix; the button promises the delivery once more."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    mara.post(f"/tickets/{number}/approve", number="1")
    with transaction() as session:
        session.query(OutboxItem).update({"state": "done"})
    held(number, "The list Inbox is archived.")
    page = mara.http.get(f"/tickets/{number}").text
    assert "The list Inbox is archived." in page
    assert "Try again now" in page
    status, where = mara.post(f"/tickets/{number}/again")
    assert (status, where) == (303, f"/tickets/{number}?tried=true")
    assert "Trying again now" in mara.http.get(where).text
    assert mara.post(f"/tickets/{number}/again", board=" Mobile ", list="")[0] == 303
    assert (ticket(number).route_board, ticket(number).route_list) == ("Mobile", "")
    assert "chose another place on the board" in mara.http.get(f"/tickets/{number}/story").text
    assert ticket(number).state == "needs_attention"
    assert "trello.deliver" in topics(number)


def test_a_held_chain_goes_on() -> None:
    """A ticket held while it was written goes back to where it was, and the chain is woken."""
    with transaction() as session:
        report = world.receive(session)
        number = world.ticket_of(session, report).id
    held(number, "Writing this up failed several times.")
    assert world.browser("mara", "reviewer").post(f"/tickets/{number}/again")[0] == 303
    assert ticket(number).state == "received"
    assert world.browser("mara", "reviewer").post(f"/tickets/{number}/again")[0] == 409
