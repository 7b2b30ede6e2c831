"""What is offered to click, the answers that a channel usually gives and no other's, and when asking ends."""

from collections.abc import Callable

from sqlalchemy import update

from bot.core.db import transaction
from bot.core.models import Draft, OutboxItem, Question, Report
from bot.core.tickets import review
from tests.flows import chain_world as world

USUAL = "Tablet at the pass, newest app"


def asked(ts: str) -> list[str]:
    """The suggestions for where it was, of a new report."""
    report_id = world.receive("The printer cuts the label in half", ts=ts, kind_hint="bug")
    world.run(report_id)
    (found,) = [row for row in world.rows(Question) if (row.report_id, row.field) == (report_id, "environment")]
    world.answer_all(report_id, {"environment": USUAL})
    return list(found.suggestions)


def test_usual_answers_are_offered_first(database: str, settings_of: Callable[..., None]) -> None:
    """After the same answer came twice, one click gives it the third time; once proves nothing."""
    assert USUAL not in asked("1700000001.000000")
    assert USUAL not in asked("1700000002.000000")
    suggestions = asked("1700000003.000000")
    assert suggestions[0] == USUAL
    assert len(suggestions) <= 3


def test_what_one_channel_says_is_not_shown_in_another(database: str) -> None:
    """Answers from a channel that this one's people may not read stay there."""
    for number in (1, 2):
        asked(f"170000000{number}.000000")
    with transaction() as session:
        session.execute(update(Report).values(channel_id="C9"))
    assert USUAL not in asked("1700000003.000000")


def test_a_declined_ticket_asks_no_more(database: str) -> None:
    """Declined while it waits for answers: the chain is woken once more and closes its questions, without a draft."""
    report_id = world.receive("The printer cuts the label in half", kind_hint="bug")
    world.run(report_id)
    with transaction() as session:
        review.decline(session, world.ticket().id, world.pm(), "that printer is going away")
    woken = [item.payload for item in world.rows(OutboxItem) if item.topic == "chain" and item.state == "pending"]
    assert {"report_id": report_id} in woken
    world.run(report_id)
    assert {question.state for question in world.rows(Question)} == {"moot"}
    assert (world.ticket().state, world.rows(Draft)) == ("declined", [])
