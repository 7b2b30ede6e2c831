"""What is remembered of tickets: every state, as it is now, and nothing that was taken back."""

from bot.core import reports
from bot.core.db import transaction
from bot.core.models import Document, Message, Passage, Report, Ticket
from tests.flows import chain_world
from tests.flows.chain_world import rows
from tests.flows.memory_world import alike, passages, remember, say, scope_of, ticket_of
from workers.retrieval import Scope

LABEL = "The label printer prints yesterday's date since the update to 4.2"
TIMER = "The oven timer rings on every tablet of the kitchen"


def test_a_report_is_known_at_once(database: str) -> None:
    """A ticket still in clarification is found by its words, likest first, and never by the report that it is of."""
    label, timer = say(LABEL), say(TIMER)
    assert alike("Our printed labels have the wrong date, it is yesterday's", scope_of(timer))[0] == LABEL
    assert LABEL not in alike(LABEL, scope_of(label))
    assert alike("", scope_of(timer)) == []


def test_a_draft_is_known_by_its_title(database: str) -> None:
    """Once written up, the newest draft's title and text are what is known, beside what was said."""
    report_id = say(LABEL)
    chain_world.finish(report_id)
    remember(report_id)
    with transaction() as session:
        title = session.get_one(Ticket, ticket_of(report_id)).title
    (document,) = rows(Document)
    assert (document.title, document.ticket_id) == (title, ticket_of(report_id))
    assert rows(Passage)[0].text == title


def test_what_is_taken_back_is_forgotten(database: str) -> None:
    """An edit replaces, a deletion removes, and a ticket that is withdrawn is not known any more."""
    report_id = say(LABEL)
    with transaction() as session:
        (message,) = session.query(Message).all()
        reports.change_message(session, session.get_one(Report, report_id), ts=message.ts, text=TIMER)
    remember(report_id)
    assert [row.text for row in rows(Passage)] == [TIMER, TIMER]
    with transaction() as session:
        reports.change_message(session, session.get_one(Report, report_id), ts=message.ts, text=None)
    remember(report_id)
    assert rows(Document) == []


def test_secrets_are_not_remembered(database: str) -> None:
    """What another ticket could show of this one is masked."""
    say(f"{LABEL}, mail ana.keller@kitchen.example, key AKIAIOSFODNN7EXAMPLE")
    told = " ".join(row.text for row in rows(Passage))
    assert "ana.keller" not in told
    assert "AKIA" not in told
    assert "[email 1]" in told


def test_what_is_said_in_private_stays_there(database: str) -> None:
    """Two people: one reports in a private channel, the other in a public one; neither search crosses."""
    private = say(LABEL, channel="G-BOARD", private=True, by="owner")
    public = say("Labels show yesterday's date", by="cook")
    same_room = say("The date on labels is wrong", channel="G-BOARD", private=True, by="partner")
    elsewhere = say("The date on labels is wrong", channel="G-OTHER", private=True, by="guest")
    assert alike(LABEL, scope_of(public)) == []
    assert passages(LABEL, scope_of(public)) == []
    assert set(alike(LABEL, scope_of(same_room))) == {LABEL, "Labels show yesterday's date"}
    assert alike(LABEL, scope_of(elsewhere)) == ["Labels show yesterday's date"]
    assert alike(LABEL, Scope()) == []
    with transaction() as session:
        session.get_one(Report, private).private = False
    remember(private)
    assert LABEL in alike(LABEL, scope_of(public))
