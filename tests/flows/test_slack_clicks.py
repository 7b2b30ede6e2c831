"""Answering our questions in Slack: by button, in one's own words, too late, and by somebody else."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from bot.core import reports
from bot.core.db import transaction
from bot.core.models import Question, Report, Ticket, Workspace
from bot.core.reports import Ask
from bot.core.tickets.life import locked
from tests.flows.slack_support import House, Json, house, inbox
from workers.base import Job
from workers.intake import handle


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of) as running:
        yield running


@pytest.fixture
def asked(slack: House) -> Json:
    """Our message with two questions, in the thread of a report."""
    slack.say("@inkling the panel confirms twice")
    slack.work()
    with transaction() as session:
        report = session.scalars(select(Report)).one()
        ticket = locked(session, session.scalars(select(Ticket)).one().id)
        asks = [Ask("environment", "Was the panel offline?", ["Yes", "No"]), Ask("impact", "Who is affected?")]
        reports.ask(session, report, ticket, asks)
    slack.work()
    return slack.ours()[-1]


def states() -> list[tuple[str, str]]:
    with transaction() as session:
        return [(row.state, row.answer) for row in session.scalars(select(Question).order_by(Question.id))]


def click(slack: House, message: Json, choice: str, *, question: int = 0, user: str = "csm-north") -> Json:
    with transaction() as session:
        ids = session.scalars(select(Question.id).order_by(Question.id)).all()
    action = f"inkling.answer.{ids[question]}.{choice}"
    return slack.control("click", user=user, channel="customers", ts=message["ts"], action_id=action)


def labels(message: Json) -> list[str]:
    actions = [block for block in message["blocks"] if block["type"] == "actions"]
    return [element["text"]["text"] for block in actions for element in block["elements"]]


def test_questions_come_as_one_message(slack: House, asked: Json) -> None:
    """Both questions with their buttons in one message; the status above says that they are asked."""
    assert labels(asked) == [
        "Yes",
        "No",
        "Something else…",
        "Don't know",
        "Answer…",
        "Don't know",
        "Answer all at once…",
    ]
    assert asked["text"].startswith("1. Was the panel offline?\n2. Who is affected?")
    assert slack.ours()[0]["text"].startswith("Two quick questions and this is ready.")


def test_a_click_answers_and_the_message_shows_it(slack: House, asked: Json) -> None:
    """The answer is stored, its buttons give way to a check mark, and no new message appears."""
    assert click(slack, asked, "0", user="support-lead")["status"] == "ok"
    slack.work()
    assert states() == [("answered", "Yes"), ("open", "")]
    assert len(slack.ours()) == 2
    assert "✓ Yes" in slack.ours()[-1]["text"]
    assert labels(slack.ours()[-1]) == ["Answer…", "Don't know"]
    assert slack.ours()[0]["text"].startswith("One quick question")


def test_not_knowing_is_an_answer(slack: House, asked: Json) -> None:
    """ "Don't know" closes a question; with all closed the status goes on."""
    click(slack, asked, "unknown")
    click(slack, asked, "unknown", question=1)
    slack.work()
    assert states() == [("unknown", ""), ("unknown", "")]
    assert slack.ours()[0]["text"] == "Writing it up."


def test_the_first_of_two_clicks_counts(slack: House, asked: Json) -> None:
    """Two people click before a worker looks: the first answer stands, the second changes nothing."""
    click(slack, asked, "0", user="csm-north")
    click(slack, asked, "1", user="support-lead")
    slack.work()
    assert states()[0] == ("answered", "Yes")
    assert {item.outcome for item in inbox() if item.kind == "action"} == {"answered", "closed already"}


def test_a_late_click_is_told_so(slack: House, asked: Json) -> None:
    """Whoever clicks on a question that is closed reads how it was closed, and only they do."""
    click(slack, asked, "0")
    slack.sandbox.sandbox.world.messages["C0CUSTOMERS"][asked["ts"]]["blocks"] = asked["blocks"]
    for item in inbox():
        handle(Job({"inbox_id": item.id}, 1))
    assert click(slack, asked, "1", user="support-lead")["status"] == "ok"
    (told,) = slack.look("messages", channel="customers", user="support-lead")["ephemerals"]
    assert told["text"] == "This question is closed already. ✓ Yes"
    assert states()[0] == ("answered", "Yes")


def test_a_late_click_tells_no_secret(slack: House, asked: Json) -> None:
    """An answer from a form was seen by nobody else; a password in it is shown to nobody who comes late."""
    click(slack, asked, "other")
    (form,) = slack.look("views", user="csm-north")["views"]
    click(slack, asked, "other", user="csm-south")
    (late,) = slack.look("views", user="csm-south")["views"]
    values = {"inkling.answer": {"inkling.text": "log in as max, password: Winter-2026-Sun!"}}
    slack.control("submit", user="csm-north", view_id=form["id"], values=values)
    slack.sandbox.sandbox.world.messages["C0CUSTOMERS"][asked["ts"]]["blocks"] = asked["blocks"]
    for item in inbox():
        handle(Job({"inbox_id": item.id}, 1))
    click(slack, asked, "0", user="support-lead")
    (told,) = slack.look("messages", channel="customers", user="support-lead")["ephemerals"]
    refused = slack.control("submit", user="csm-south", view_id=late["id"], values=values)
    for sentence in (told["text"], refused["errors"]["inkling.answer"]):
        assert sentence.startswith("This question is closed already. ✓ log in as max")
        assert "Winter" not in sentence


def test_own_words_come_through_the_form(slack: House, asked: Json) -> None:
    """The form opens within the click, refuses an empty answer, and stores what was written."""
    click(slack, asked, "other")
    (form,) = slack.look("views", user="csm-north")["views"]
    blank = slack.control(
        "submit", user="csm-north", view_id=form["id"], values={"inkling.answer": {"inkling.text": "   "}}
    )
    assert blank["status"] == "errors"
    written = {"inkling.answer": {"inkling.text": "only <after> Monday & before 10"}}
    assert slack.control("submit", user="csm-north", view_id=form["id"], values=written)["status"] == "ok"
    slack.work()
    assert states()[0] == ("answered", "only <after> Monday & before 10")
    assert slack.look("views", user="csm-north")["views"] == []


def test_a_form_sent_too_late_stays_open_with_a_sentence(slack: House, asked: Json) -> None:
    """What the person wrote is not thrown away silently when somebody else was faster."""
    click(slack, asked, "other")
    (form,) = slack.look("views", user="csm-north")["views"]
    click(slack, asked, "0", user="support-lead")
    slack.work()
    values = {"inkling.answer": {"inkling.text": "mine"}}
    answer = slack.control("submit", user="csm-north", view_id=form["id"], values=values)
    assert answer["errors"] == {"inkling.answer": "This question is closed already. ✓ Yes"}


def all_at_once(slack: House, asked: Json) -> Json:
    """The form for all open questions, as csm-north sees it."""
    click(slack, asked, "all")
    form: Json = slack.look("views", user="csm-north")["views"][0]
    return form


def test_one_form_answers_all_questions(slack: House, asked: Json) -> None:
    """A menu and own words per question; what is chosen and written becomes the answer, the rest stays open."""
    form = all_at_once(slack, asked)
    first, second = (block["block_id"].rpartition(".")[2] for block in form["blocks"][::2])
    blank = slack.control("submit", user="csm-north", view_id=form["id"], values={})
    assert blank["errors"] == {
        f"inkling.choice.{first}": "Answer at least one, or close this. What you leave empty stays open."
    }
    values = {
        f"inkling.choice.{first}": {"choice": "1"},
        f"inkling.words.{first}": {"words": "only the one in the lobby"},
        f"inkling.choice.{second}": {"choice": "unknown"},
    }
    assert slack.control("submit", user="csm-north", view_id=form["id"], values=values)["status"] == "ok"
    slack.work()
    assert states() == [("answered", "No: only the one in the lobby"), ("unknown", "")]
    assert slack.ours()[0]["text"] == "Writing it up."


def test_what_the_form_leaves_empty_stays_open(slack: House, asked: Json) -> None:
    """One answer of two; the message still asks the other one, which then has no form of its own."""
    form = all_at_once(slack, asked)
    second = form["blocks"][-1]["block_id"]
    values = {second: {"words": "two customers"}}
    assert slack.control("submit", user="csm-north", view_id=form["id"], values=values)["status"] == "ok"
    slack.work()
    assert states() == [("open", ""), ("answered", "two customers")]
    assert labels(slack.ours()[-1]) == ["Yes", "No", "Something else…", "Don't know"]


def test_of_a_form_for_all_what_is_still_open_counts(slack: House, asked: Json) -> None:
    """Somebody answered one of the questions meanwhile: the other answer is kept, and the author sees both endings."""
    form = all_at_once(slack, asked)
    click(slack, asked, "0", user="support-lead")
    slack.work()
    values = {
        form["blocks"][1]["block_id"]: {"words": "no, it was online"},
        form["blocks"][3]["block_id"]: {"words": "two customers"},
    }
    assert slack.control("submit", user="csm-north", view_id=form["id"], values=values)["status"] == "ok"
    slack.work()
    assert states() == [("answered", "Yes"), ("answered", "two customers")]
    (shown,) = slack.look("views", user="csm-north")["views"]
    told = str(shown["blocks"])
    assert "This question is closed already. ✓ Yes" in told
    assert "no, it was online" in told


def test_a_form_that_does_not_open_is_explained(slack: House, asked: Json) -> None:
    """When Slack does not open the form, the person reads what to do instead; nothing fails."""
    slack.fault("views.open", "error:expired_trigger_id")
    assert click(slack, asked, "other")["status"] == "ok"
    (told,) = slack.look("messages", channel="customers", user="csm-north")["ephemerals"]
    assert told["text"].startswith("Slack did not open the form in time.")


def test_a_reply_answers_too(slack: House, asked: Json) -> None:
    """Numbered lines in the thread close their questions, and the message shows it."""
    root = slack.messages()[0]["ts"]
    slack.say("1. yes\n2. two customers", thread_ts=root)
    slack.work()
    assert states() == [("answered", "yes"), ("answered", "two customers")]
    assert labels(slack.ours()[-1]) == []
    assert slack.ours()[0]["text"] == "Writing it up."


def test_the_message_follows_an_answer_that_is_edited_or_deleted(slack: House, asked: Json) -> None:
    """What stands behind the check mark is what the reply says now."""
    ts = slack.say("1. yes, since noon", thread_ts=slack.messages()[0]["ts"])
    slack.work()
    slack.control("edit", user="csm-north", channel="customers", ts=ts, text="1. no, online")
    slack.work()
    assert "✓ no, online" in slack.ours()[-1]["text"]
    assert "noon" not in slack.ours()[-1]["text"]
    slack.control("delete", user="csm-north", channel="customers", ts=ts)
    slack.work()
    assert "✓ Not known." in slack.ours()[-1]["text"]


def test_questions_of_another_workspace_are_out_of_reach(slack: House, asked: Json) -> None:
    """A click that names a question of another workspace changes nothing."""
    with transaction() as session:
        session.scalars(select(Workspace)).one().team_id = "TOTHER"
    assert click(slack, asked, "0")["status"] == "ok"
    slack.work()
    assert states()[0] == ("open", "")
