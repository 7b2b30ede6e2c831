"""What people see in Slack as a report lives: one status in place, an announcement, and no noise."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.core import access, audit
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.models import OutboxItem, Post, Problem, Report, Run, Ticket
from bot.core.outbox import enqueue, topics
from bot.core.reports import messages_of
from bot.core.tickets import review
from bot.core.tickets.content import DraftContent, Statement
from bot.core.tickets.life import hold, locked, move, resume
from tests.flows.slack_support import HANDLERS, House, all_reports, house

CONTENT = DraftContent(
    kind="bug",
    title="Door panel *confirms* <offline>",
    sections={"summary": [Statement(text="Two people hold the same slot.", by="person")]},
    open_questions=["Which version?"],
    priority="P2",
    priority_reason="a main task fails",
)


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of, INKLING_REVIEW_CHANNEL="#product-review") as running:
        running.say("@inkling it broke")
        running.work()
        yield running


def pm() -> Actor:
    with transaction() as session:
        return Actor.of(access.add_person(session, "pm", "reviewer"))


def submitted() -> int:
    """Bring the one ticket to review by the chain's own commands."""
    with transaction() as session:
        ticket = locked(session, session.scalars(select(Ticket)).one().id)
        report = session.scalars(select(Report)).one()
        # Slack says so once the thread is read.
        report.private = False
        run = Run(report_id=report.id, ticket_id=ticket.id)
        session.add(run)
        session.flush()
        move(session, ticket, "draft", audit.INKLING)
        review.submit(session, ticket, CONTENT, "none", run.id)
        return ticket.id


def status(slack: House) -> Any:
    (message,) = slack.ours()
    return message


def buttons(message: Any) -> list[tuple[str, str]]:
    elements = [element for block in message["blocks"] for element in block["elements"]]
    return [(element["text"]["text"], element.get("url", "")) for element in elements if element["type"] == "button"]


def test_one_status_message_lives_through_it_all(slack: House) -> None:
    """Review, approval and the board change the same message; its buttons lead to the draft and the card."""
    first = status(slack)["ts"]
    ticket_id = submitted()
    slack.work()
    shown = status(slack)
    assert shown["text"] == "Written up: Door panel *confirms* &lt;offline&gt;. With the product team now."
    assert buttons(shown) == [("See the draft", f"http://127.0.0.1:8000/tickets/{ticket_id}")]
    with transaction() as session:
        review.approve(session, ticket_id, pm(), number=1)
    slack.work()
    assert status(slack)["text"].startswith("Approved:")
    with transaction() as session:
        ticket = locked(session, ticket_id)
        move(session, ticket, "deliver", audit.INKLING)
        ticket.card_url = "https://trello.com/c/x"
        move(session, ticket, "land", audit.INKLING)
    slack.work()
    assert status(slack)["text"].startswith("On the board:")
    assert buttons(status(slack)) == [("Card", "https://trello.com/c/x")]
    assert status(slack)["ts"] == first


def test_a_decline_is_explained_to_the_reporter(slack: House) -> None:
    """The reason stands in the thread."""
    ticket_id = submitted()
    with transaction() as session:
        review.decline(session, ticket_id, pm(), "we drop offline booking @channel")
    slack.work()
    assert status(slack)["text"].startswith("Not now: “we drop offline booking @\u200bchannel”")
    assert all(message["pings"] == [] for message in slack.ours())


def test_trouble_is_said_with_what_is_safe(slack: House) -> None:
    """A held ticket tells the thread what is wrong and that nothing is lost; a model that is away likewise."""
    with transaction() as session:
        session.add(Problem(key="model", sentence="The model cannot be reached."))
        report_id = session.scalars(select(Report.id)).one()
        enqueue(session, topics.STATUS, report_id, {"report_id": report_id})
    slack.work()
    assert status(slack)["text"].startswith("The model cannot be reached. Your report is safe; I keep trying")
    with transaction() as session:
        hold(session, locked(session, session.scalars(select(Ticket)).one().id), "Trello refused the key.")
    slack.work()
    assert status(slack)["text"].startswith("Trello refused the key. Your report is safe;")


def test_nothing_is_sent_when_nothing_changed(slack: House) -> None:
    """The same status again makes no call at all."""
    before = len(slack.look("calls")["calls"])
    with transaction() as session:
        report_id = session.scalars(select(Report.id)).one()
        enqueue(session, topics.STATUS, report_id, {"report_id": report_id})
    assert slack.work() == ["done"]
    assert len(slack.look("calls")["calls"]) == before


def test_the_review_channel_hears_of_a_draft_once(slack: House) -> None:
    """One message per ticket, with a link to the desk; the decision is written into it."""
    ticket_id = submitted()
    slack.work()
    (waiting,) = slack.ours(channel="product-review")
    assert "· bug · P2 proposed: a main task fails" in waiting["text"]
    assert "1 message, no answers. Everything sourced; no criteria, 1 open question." in waiting["text"]
    assert waiting["text"].endswith("Two people hold the same slot.\nOpen: Which version?")
    assert buttons(waiting)[-1] == ("Open", f"http://127.0.0.1:8000/tickets/{ticket_id}")
    with transaction() as session:
        review.approve(session, ticket_id, pm())
    slack.work()
    (decided,) = slack.ours(channel="product-review")
    assert decided["ts"] == waiting["ts"]
    assert decided["text"].endswith("✓ Approved by pm.")


def test_the_review_channel_hears_how_it_stands(slack: House) -> None:
    """Sent back, a draft is being written again; held or withdrawn, the message says that instead."""
    ticket_id = submitted()
    slack.work()
    said = []
    with transaction() as session:
        review.revise(session, ticket_id, pm(), "shorter")
    for command in ("", "hold", "drop"):
        with transaction() as session:
            ticket = locked(session, ticket_id)
            if command == "drop":
                resume(session, ticket)
            if command:
                move(session, ticket, command, audit.INKLING)
            enqueue(session, topics.ANNOUNCE, ticket_id, {"ticket_id": ticket_id})
        slack.work()
        (shown,) = slack.ours(channel="product-review")
        said.append(shown["text"].splitlines()[-1])
    assert said == [
        "Being written again.",
        "Waiting for somebody to fix something.",
        "Withdrawn: the thread does not ask for it any more.",
    ]


def test_a_review_channel_we_cannot_use_is_a_problem_for_people(slack: House, settings_of: Callable[..., None]) -> None:
    """The sentence names the setting; once it works the problem is gone and the draft is announced."""
    ticket_id = submitted()
    slack.control("leave", user="inkling", channel="product-review")
    slack.work()
    with transaction() as session:
        (problem,) = session.scalars(select(Problem))
        assert "INKLING_REVIEW_CHANNEL" in problem.sentence
        assert problem.key == "slack:not_in_channel:#product-review"
        enqueue(session, topics.ANNOUNCE, ticket_id, {"ticket_id": ticket_id})
    slack.control("join", user="inkling", channel="product-review")
    slack.work()
    assert len(slack.ours(channel="product-review")) == 1
    with transaction() as session:
        assert session.scalars(select(Problem)).all() == []


@pytest.mark.parametrize("name", ["", "no-such-channel"])
def test_without_a_usable_review_channel_drafts_wait_on_the_desk(
    slack: House, settings_of: Callable[..., None], name: str
) -> None:
    """No channel set is fine; one that does not exist is told to a person. Nothing is retried for ever."""
    settings_of(INKLING_REVIEW_CHANNEL=name)
    submitted()
    assert set(slack.work()) == {"done"}
    with transaction() as session:
        assert len(session.scalars(select(Problem)).all()) == (1 if name else 0)


def test_out_of_the_channel_the_reporter_hears_by_direct_message(slack: House) -> None:
    """When we are put out of the channel, the status goes on in the reporter's direct messages, and people are told."""
    slack.control("leave", user="inkling", channel="customers")
    ticket_id = submitted()
    slack.work()
    direct = next(call for call in slack.calls("conversations.open"))
    assert direct["ok"]
    with transaction() as session:
        post = session.scalars(select(Post).where(Post.key.like("status:%"))).one()
        (problem,) = session.scalars(select(Problem))
        assert problem.sentence.startswith("Inkling is not a member of C0CUSTOMERS. Invite it there")
    (told,) = slack.ours(channel=post.channel_id)
    assert told["text"].startswith("Written up:")
    slack.say("it is version 2026.44", channel=post.channel_id, thread_ts=told["ts"])
    with transaction() as session:
        review.approve(session, ticket_id, pm())
    slack.work()
    (told,) = slack.ours(channel=post.channel_id)
    assert told["text"].startswith("Approved:")
    with transaction() as session:
        report = session.scalars(select(Report)).one()
        assert [message.text for message in messages_of(session, report.id)] == ["it broke", "it is version 2026.44"]


def test_a_status_that_was_deleted_is_posted_anew(slack: House) -> None:
    """Somebody deletes our message: the next change posts a new one, once."""
    slack.sandbox.sandbox.world.remove("C0CUSTOMERS", status(slack)["ts"])
    submitted()
    slack.work()
    assert status(slack)["text"].startswith("Written up:")


def test_without_a_token_nothing_is_posted_and_nothing_fails(slack: House, settings_of: Callable[..., None]) -> None:
    """All handlers finish quietly."""
    settings_of(SLACK_BOT_TOKEN="", INKLING_REVIEW_CHANNEL="product-review")
    submitted()
    assert set(slack.work()) == {"done"}


def test_reports_that_did_not_come_from_slack_stay_silent(slack: House) -> None:
    """A seeded report has no thread: no status, no announcement, no direct message."""
    with transaction() as session:
        session.execute(update(Report).values(thread_ts=None, origin="seed"))
    before = len(slack.look("calls")["calls"])
    submitted()
    assert set(slack.work()) == {"done"}
    assert len(slack.look("calls")["calls"]) == before
    assert len(all_reports()) == 1


def test_work_for_rows_that_are_gone_ends_quietly(slack: House) -> None:
    """A promise about a report or ticket that does not exist is simply done."""
    with transaction() as session:
        for topic in (topics.STATUS, topics.OPEN_THREAD):
            enqueue(session, topic, 999, {"report_id": 999})
        enqueue(session, topics.QUESTIONS, "999:1", {"report_id": 999, "round": 1})
        enqueue(session, topics.ANNOUNCE, 999, {"ticket_id": 999})
        enqueue(session, topics.INTAKE, 999, {"inbox_id": 999})
    assert set(slack.work()) == {"done"}
    with transaction() as session:
        states = set(session.scalars(select(OutboxItem.state).where(OutboxItem.topic.in_(HANDLERS))))
        assert states == {"done"}
