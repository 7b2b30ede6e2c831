"""The core on a real database: a report becomes a ticket, lives by the rules, and leaves a trail."""

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from bot.core import access, audit, reports
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.errors import Conflict, NotAllowed
from bot.core.models import AuditEvent, Message, OutboxItem, Person, Question, Report, Ticket
from bot.core.reports import Ask
from bot.core.tickets import review
from bot.core.tickets.content import DraftContent, Statement
from bot.core.tickets.life import hold, locked, move, resume

CONTENT = DraftContent(
    kind="bug",
    title="Door panel confirms a booking while offline",
    sections={"summary": [Statement(text="Two people hold the same slot.", marks=[])]},
    priority="P2",
    priority_reason="a main task fails",
)


@pytest.fixture
def report(database: str) -> Report:
    """A report in a thread, received once."""
    return receive("100.1")


def receive(ts: str, text: str = "two people hold the same slot") -> Report:
    with transaction() as session:
        team = access.workspace_of(session, "T1")
        person = access.person_of_slack(session, team.id, "U1", "csm-north")
        report, _ = reports.receive(
            session, person, workspace_id=team.id, channel_id="C1", thread_ts=ts, ts=ts, text=text, origin="mention"
        )
        return report


def reviewer() -> Actor:
    with transaction() as session:
        return Actor.of(access.add_person(session, "pm", "reviewer"))


def in_review(report: Report) -> int:
    """Bring the report's ticket to review by the chain's own commands; returns the ticket's id."""
    from bot.core.models import Run

    with transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        run = Run(report_id=report.id, ticket_id=ticket.id)
        session.add(run)
        session.flush()
        move(session, locked(session, ticket.id), "draft", audit.INKLING)
        review.submit(session, ticket, CONTENT, "none", run.id)
        return ticket.id


def test_the_same_message_twice_is_one_report(report: Report) -> None:
    """A redelivered message makes no second report, ticket, message or promise."""
    receive("100.1")
    with transaction() as session:
        assert len(session.scalars(select(Report)).all()) == 1
        assert len(session.scalars(select(Ticket)).all()) == 1
        assert len(session.scalars(select(Message)).all()) == 1
        topics = sorted(session.scalars(select(OutboxItem.topic)))
        assert topics == ["chain", "memory.ticket", "slack.status"]


def test_an_answer_counts_once_and_wakes_the_chain(report: Report) -> None:
    """The first answer to a question stands, a second changes nothing; with none left open the chain is woken."""
    with transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        reports.ask(session, session.get_one(Report, report.id), ticket, [Ask("environment", "Which version?")])
        session.execute(text("delete from outbox"))
    with transaction() as session:
        question = session.scalars(select(Question)).one()
        person = session.scalars(select(Person)).one()
        assert reports.answer(session, question.id, person, "2026.44")
        assert not reports.answer(session, question.id, person, "another")
    with transaction() as session:
        assert session.scalars(select(Question)).one().answer == "2026.44"
        assert [item.topic for item in session.scalars(select(OutboxItem).order_by(OutboxItem.id))] == [
            "slack.questions",
            "chain",
        ]


def test_the_last_two_answers_at_once_wake_the_chain(report: Report) -> None:
    """Two people answer at the same moment: whoever is second sees that nothing is open any more."""
    with transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        asks = [Ask("environment", "Which version?"), Ask("impact", "Who is affected?")]
        reports.ask(session, session.get_one(Report, report.id), ticket, asks)
        session.execute(text("delete from outbox"))
    second = threading.Thread(target=say, args=(report.id, "2. Everyone"))
    with transaction() as session:
        first = reports.open_questions(session, report.id)[0]
        assert reports.answer(session, first.id, session.scalars(select(Person)).one(), "2026.44")
        second.start()
        second.join(0.5)
    second.join()
    with transaction() as session:
        assert reports.open_questions(session, report.id) == []
        assert "chain" in session.scalars(select(OutboxItem.topic)).all()


def say(report_id: int, words: str) -> None:
    """The reporter says something in the thread."""
    with transaction() as session:
        known, person = session.get_one(Report, report_id), session.scalars(select(Person)).one()
        reports.add_message(session, known, person, ts="100.9", text=words)


def test_numbered_lines_answer_their_questions(report: Report) -> None:
    """A reply with numbers answers just those questions; "don't know" is written down as unknown."""
    with transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        asks = [Ask("environment", "Which version?"), Ask("impact", "Who is affected?"), Ask("steps", "How?")]
        reports.ask(session, session.get_one(Report, report.id), ticket, asks)
    with transaction() as session:
        person = session.scalars(select(Person)).one()
        known = session.get_one(Report, report.id)
        reports.add_message(session, known, person, ts="100.2", text="1. 2026.44\n2) I don't know")
    with transaction() as session:
        states = [(question.state, question.answer) for question in reports.questions_of(session, report.id)]
        assert states == [("answered", "2026.44"), ("unknown", ""), ("open", "")]


def test_two_reviewers_get_one_result(report: Report) -> None:
    """The second to approve gets a polite refusal and nothing changes."""
    ticket_id, actor = in_review(report), reviewer()
    with transaction() as session:
        review.approve(session, ticket_id, actor, number=1)
    with pytest.raises(Conflict, match=r"Approved by .+ a moment ago"), transaction() as session:
        review.approve(session, ticket_id, actor, number=1)
    with transaction() as session:
        deliveries = session.scalars(select(OutboxItem).where(OutboxItem.topic == "trello.deliver")).all()
        assert len(deliveries) == 1


def test_a_stale_version_is_not_approved(report: Report) -> None:
    """Approving what one saw is refused when a newer version exists."""
    ticket_id, actor = in_review(report), reviewer()
    with transaction() as session:
        review.edit(session, ticket_id, actor, {"title": "A better title"})
    with pytest.raises(Conflict, match="newer version"), transaction() as session:
        review.approve(session, ticket_id, actor, number=1)


def test_reporters_may_not_decide(report: Report) -> None:
    """Only reviewers approve or decline; a refused decision leaves no trace."""
    ticket_id = in_review(report)
    with transaction() as session:
        someone = Actor.of(session.scalars(select(Person).where(Person.slack_user_id == "U1")).one())
    with pytest.raises(NotAllowed), transaction() as session:
        review.approve(session, ticket_id, someone)
    with pytest.raises(NotAllowed), transaction() as session:
        review.decline(session, ticket_id, someone, "no")
    with transaction() as session:
        assert session.get_one(Ticket, ticket_id).state == "in_review"


def test_a_held_ticket_goes_on_where_it_was(report: Report) -> None:
    """Hold keeps the sentence to read; resume brings the state back."""
    ticket_id, actor = in_review(report), reviewer()
    with transaction() as session:
        review.approve(session, ticket_id, actor)
        move(session, locked(session, ticket_id), "deliver", audit.INKLING)
        hold(session, locked(session, ticket_id), "Trello refused the key.")
    with transaction() as session:
        ticket = locked(session, ticket_id)
        assert (ticket.state, ticket.attention) == ("needs_attention", "Trello refused the key.")
        resume(session, ticket)
        assert (ticket.state, ticket.attention) == ("delivering", "")


def test_the_trail_only_grows_and_proves_it(report: Report) -> None:
    """Changing an event is refused; switched off triggers and a changed event are found by the seals."""
    with transaction() as session:
        assert audit.seal(session) == 2
    for statement in (
        "update audit_events set action = 'x'",
        "delete from audit_events",
        "truncate audit_events cascade",
    ):
        with pytest.raises(ProgrammingError, match="only grows"), transaction() as session:
            session.execute(text(statement))
    with transaction() as session:
        assert audit.verify(session) == audit.Verdict(2, 0, None)
        session.execute(text("set local session_replication_role = replica"))
        session.execute(text("update audit_events set actor_name = 'mallory' where id = 2"))
    with transaction() as session:
        assert audit.verify(session).broken_at == 2


def test_every_state_change_is_in_the_trail(report: Report) -> None:
    """From received to approved each change has an event with before and after."""
    ticket_id, actor = in_review(report), reviewer()
    with transaction() as session:
        review.approve(session, ticket_id, actor)
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.ticket_id == ticket_id).order_by(AuditEvent.id)
        ).all()
    assert [event.action for event in events] == [
        "ticket.received",
        "ticket.draft",
        "ticket.submit",
        "ticket.approve",
    ]
    assert events[-1].before == {"state": "in_review"}
    assert events[-1].after["state"] == "approved"
