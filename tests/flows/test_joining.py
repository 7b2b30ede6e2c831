"""A report that is the same as an earlier ticket: shown, joined by a person, told, and taken out again."""

import pytest
from sqlalchemy import select

from bot.core import access, reports
from bot.core.db import transaction
from bot.core.errors import Conflict, NotFound
from bot.core.models import AuditEvent, Match, Person, Report, Ticket
from bot.core.tickets import accepting, joining, matches, review
from bot.core.tickets.changes import asked_for, open_change
from bot.core.tickets.content import DraftContent
from bot.core.tickets.life import reports_of, tickets_of
from tests.flows import chain_world as world
from tests.flows.change_world import promised
from tests.flows.change_world import say as write
from tests.flows.memory_world import remember, say, ticket_of
from workers.base import Job
from workers.chain import advance, change

LABEL = "The label printer in the Elm Street kitchen prints yesterday's date since the update to 4.2."
AGAIN = "The label printer in the Elm Street kitchen still prints yesterday's date since the update to 4.2."
MORE = "It happens when I print a label after midnight."


def drafted(text: str = LABEL, *, private: bool = False, channel: str = "C1") -> int:
    """A report whose draft is in review."""
    found = say(text, channel=channel, private=private)
    world.finish(found)
    remember(found)
    return found


def again(*more: str, of: int, channel: str = "C1", private: bool = False) -> int:
    """A second report of the same as `of`, by somebody else, whose people are shown that."""
    found = say(AGAIN, by="baker", channel=channel, private=private)
    for number, text in enumerate(more):
        write(found, text, ts=f"1799999999.{number:06}")
    world.run(found)
    with transaction() as session:
        matches.show(session, session.get_one(Report, found), ticket_of(of), "both name the label printer")
    return found


def decide(report_id: int, *, same: bool) -> str:
    with transaction() as session:
        person = access.person_of_slack(session, access.workspace_of(session, "T1").id, "U-baker", "baker")
        match = session.scalars(select(Match).where(Match.report_id == report_id).order_by(Match.id.desc())).first()
        assert match is not None
        return matches.decide(session, match.id, person, same=same)


def state(report_id: int) -> str:
    with transaction() as session:
        return session.get_one(Ticket, ticket_of(report_id)).state


def parts(ticket_id: int) -> list[int]:
    with transaction() as session:
        return reports_of(session, ticket_id)


def look(report_id: int, ticket_id: int) -> str:
    """Let the chain look at what a report says now; the text that it asks of a ticket."""
    change.handle(Job({"report_id": report_id}, 1))
    with transaction() as session:
        found = open_change(session, ticket_id)
        return _text(found.content) if found else ""


def _text(content: dict[str, object]) -> str:
    made = DraftContent.model_validate(content)
    return "\n".join([*(one.text for one in made.statements()), *made.open_questions])


def accept(ticket_id: int) -> None:
    with transaction() as session:
        found = open_change(session, ticket_id)
        assert found is not None
        fields = [item.name for item in asked_for(session, found)]
        accepting.accept(session, ticket_id, world.pm(), fields)


def test_the_chain_shows_what_looks_the_same(database: str) -> None:
    """Whoever reports what is known already is shown that, once, while the report is worked on."""
    first = say(LABEL)
    for text in ("Could the weekly plan be printed on one page?", "Guests want oat milk", "The oven timer rings twice"):
        say(text)
    second = say(AGAIN, by="baker")
    world.run(second)
    world.run(second)
    with transaction() as session:
        (match,) = session.scalars(select(Match)).all()
    assert (match.report_id, match.ticket_id, match.state) == (second, ticket_of(first), "open")
    assert "yesterday's date" in match.why
    assert {"report_id": second} in promised("slack.status")


def test_yes_adds_evidence_and_reporter(database: str) -> None:
    """What the second report tells is offered for the first ticket, its people hear of it, and nothing was closed."""
    first = drafted()
    second = again(MORE, of=first)
    ticket = ticket_of(first)
    assert state(second) != "duplicate", "nothing joins by itself"
    assert decide(second, same=True) == "joined"
    assert (state(second), state(first)) == ("duplicate", "in_review")
    assert parts(ticket) == [first, second]
    assert {"report_id": second} in promised("slack.status")
    assert {"ticket_id": ticket} in promised("slack.announce")
    assert MORE in look(second, ticket)
    with transaction() as session:
        found = open_change(session, ticket)
        assert found is not None
        said = [one for one in DraftContent.model_validate(found.content).evidence if one.quote == MORE]
        cited = [session.get_one(Report, second).id for _ in said]
    assert cited == [second]
    accept(ticket)
    assert look(second, ticket) == "", "what was decided does not come up again"


def test_it_can_be_undone(database: str) -> None:
    """A "no" afterwards takes the report out: it goes on alone, and what it had brought is offered to be taken out."""
    first = drafted()
    second = again(MORE, of=first)
    ticket = ticket_of(first)
    decide(second, same=True)
    look(second, ticket)
    accept(ticket)
    assert decide(second, same=False) == "different"
    assert parts(ticket) == [first]
    assert state(second) == "received"
    assert MORE not in look(first, ticket)
    with transaction() as session:
        found = open_change(session, ticket)
        assert found is not None
        assert "left" in found.causes.values()
    world.finish(second)
    assert state(second) == "in_review"
    assert decide(second, same=True) == "decided before"
    assert parts(ticket) == [first], "what was said stands"


def test_no_goes_on_and_is_not_asked_again(database: str) -> None:
    """Who says that it differs gets a ticket, and the reviewer reads that."""
    first = drafted()
    second = again(of=first)
    assert decide(second, same=False) == "different"
    draft = world.finish(second)
    assert state(second) == "in_review"
    assert [one.ticket_id for one in draft.alike] == [ticket_of(first)]
    with transaction() as session:
        assert matches.different(session, [second]) == {ticket_of(first)}
        assert len(session.scalars(select(Match).where(Match.report_id == second)).all()) == 1


def test_silence_blocks_nothing(database: str) -> None:
    """Without an answer the report is written up as any other."""
    first = drafted()
    second = again(of=first)
    world.finish(second)
    assert state(second) == "in_review"


def test_too_late_changes_nothing(database: str) -> None:
    """Once its ticket was decided on, a "yes" comes too late and says so."""
    first = drafted()
    second = again(of=first)
    world.finish(second)
    with transaction() as session:
        review.decline(session, ticket_of(second), world.pm(), "not now")
    assert decide(second, same=True) == "expired"
    assert state(second) == "declined"


def test_private_words_stay_where_they_are(database: str) -> None:
    """What was said in private joins in silence: it counts, and none of its words reach the other ticket."""
    first = drafted()
    second = again("The password list hangs in the Graz kitchen.", of=first, channel="C-private", private=True)
    assert decide(second, same=True) == "joined"
    ticket = ticket_of(first)
    assert parts(ticket) == [first, second]
    assert look(second, ticket) == ""
    with transaction() as session:
        assert [report.id for report in joining.heard_in(session, ticket)] == [first]


def test_a_private_ticket_is_not_shown_elsewhere(database: str) -> None:
    """A ticket from a private channel is no match for others, and a reviewer cannot tie them together either."""
    first = drafted(private=True, channel="C-private")
    second = again(of=first)
    with transaction() as session:
        assert session.scalars(select(Match)).all() == []
    with transaction() as session, pytest.raises(Conflict, match="kept to a channel"):
        joining.join(session, ticket_of(second), ticket_of(first), world.pm())


def test_joined_words_are_in_a_ticket_that_is_still_written(database: str) -> None:
    """A ticket that joins one without a draft yet is part of what that draft is made of."""
    first = say(LABEL)
    second = again(MORE, of=first)
    assert decide(second, same=True) == "joined"
    assert {"report_id": first} in promised("chain")
    draft = world.finish(first)
    assert MORE in "\n".join(one.text for one in draft.statements())


def test_what_is_said_later_is_heard(database: str) -> None:
    """A reply in the thread that joined is held against the ticket; its own ticket stays as it is."""
    first = drafted()
    second = again(of=first)
    decide(second, same=True)
    ticket = ticket_of(first)
    look(second, ticket)
    write(second, MORE, ts="1799999999.500000")
    assert {"report_id": second} in promised("chain.change")
    assert MORE in look(second, ticket)
    assert state(second) == "duplicate"


def test_joins_lead_to_one_ticket(database: str) -> None:
    """A ticket that joined in turn brings its reports along; joining back is refused."""
    first, second = drafted(), drafted("The oven timer rings twice in Elm Street.")
    third = say("The oven timer rings twice, and the label printer prints yesterday's date.", by="baker")
    one, two, three = ticket_of(first), ticket_of(second), ticket_of(third)
    pm = world.pm()
    with transaction() as session:
        joining.join(session, three, two, pm)
    with transaction() as session:
        joining.join(session, two, one, pm)
    assert parts(one) == [first, second, third]
    with transaction() as session, pytest.raises(Conflict, match="part of this one already"):
        joining.join(session, one, two, pm)
    with transaction() as session:
        assert joining.joined_to(session, three) == session.get_one(Ticket, one)
        joining.leave(session, three, pm)
    assert parts(one) == [first, second]
    with transaction() as session:
        assert tickets_of(session, third) == [three]
        with pytest.raises(Conflict, match="part of no other ticket"):
            joining.leave(session, three, pm)
        with pytest.raises(NotFound):
            joining.join(session, three, 999, pm)


def test_all_of_it_is_in_the_trail(database: str) -> None:
    """Who was shown what, what they said, and what came of it."""
    first = drafted()
    second = again(of=first)
    decide(second, same=True)
    decide(second, same=False)
    with transaction() as session:
        told = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        names = [
            (event.action, event.actor_name)
            for event in told
            if event.action
            in ("match.shown", "match.decided", "ticket.join", "ticket.left", "report.joined", "report.left")
        ]
        baker = session.scalars(select(Person).where(Person.display_name == "baker")).one().label
    assert names == [
        ("match.shown", "Inkling"),
        ("ticket.join", baker),
        ("report.joined", baker),
        ("match.decided", baker),
        ("report.left", baker),
        ("ticket.left", baker),
        ("match.decided", baker),
    ]
    assert first != second


def test_nothing_else_is_asked_meanwhile(database: str) -> None:
    """Questions wait a few minutes for what the match is said to be; then, or after a no, they are asked."""
    first = say("It prints.")
    for answered in (True, False):
        second = say("It prints again." if answered else "It prints, too.", by="baker")
        with transaction() as session:
            matches.show(session, session.get_one(Report, second), ticket_of(first), "both print")
        world.run(second)
        assert asked(second) == []
        assert {"report_id": second, "held": True} in promised("chain")
        if answered:
            decide(second, same=False)
            assert {"report_id": second} in promised("chain")
            world.run(second)
        else:
            advance(Job({"report_id": second, "held": True}, 1))
        assert asked(second)


def asked(report_id: int) -> list[str]:
    with transaction() as session:
        return [question.text for question in reports.open_questions(session, report_id)]
