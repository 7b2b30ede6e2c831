"""Reporting with the form: opened by a command without text or from everywhere, sent, and what may go wrong."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import Message, OutboxItem
from bot.core.outbox import topics
from tests.flows.slack_support import HANDLERS, House, Json, all_reports, house, inbox
from workers.base import perform

WORDS = "the panel & the <web> app, ask @pm"


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of) as running:
        yield running


def command(slack: House, name: str = "/bug", *, channel: str = "customers", text: str = "") -> Json:
    user = "support-lead" if channel == "incidents" else "csm-north"
    return slack.control("command", user=user, channel=channel, command=name, text=text)


def everywhere(slack: House) -> Json:
    return slack.control("shortcut", user="csm-north", callback_id="inkling.report")


def opened(slack: House, user: str = "csm-north") -> Json:
    (form,) = slack.look("views", user=user)["views"]
    return dict(form)


def send(slack: House, text: str, kind: str = "", *, user: str = "csm-north") -> Json:
    values = {"inkling.what": {"inkling.text": text}} | ({"inkling.kind": {"inkling.choice": kind}} if kind else {})
    return slack.control("submit", user=user, view_id=opened(slack, user)["id"], values=values)


def texts() -> list[str]:
    with transaction() as session:
        return list(session.scalars(select(Message.text).order_by(Message.id)))


@pytest.mark.parametrize(
    ("name", "kind"), [("/inkling", None), ("/bug", "bug"), ("/idea", "idea"), ("/feedback", "feedback")]
)
def test_a_command_without_text_opens_the_form(slack: House, name: str, kind: str | None) -> None:
    """What it is is chosen by the command; sent, it is a report in the channel, word for word, like a command's."""
    assert command(slack, name)["response"] == {}
    assert inbox() == []
    assert send(slack, WORDS)["status"] == "ok"
    slack.work()
    (report,) = all_reports()
    assert (report.origin, report.kind_hint, report.channel_name, texts()) == ("form", kind, "customers", [WORDS])
    root, status = slack.ours()
    assert root["ts"] == report.thread_ts == status["thread_ts"]
    assert "csm-north reports" in root["text"]
    assert slack.look("views", user="csm-north")["views"] == []


def test_the_kind_can_be_changed_in_the_form(slack: House) -> None:
    """What the person picks counts, and not the command; "Not sure" is no kind."""
    command(slack, "/bug")
    send(slack, "this is an idea", "idea")
    command(slack, "/bug")
    send(slack, "this is something", "unsure")
    slack.work()
    assert [report.kind_hint for report in all_reports()] == ["idea", None]


def test_the_shortcut_everywhere_goes_on_by_direct_message(slack: House) -> None:
    """Without a channel the thread is opened with the reporter, quoted and followed as any other."""
    assert everywhere(slack)["status"] == "ok"
    assert send(slack, "the export is empty")["status"] == "ok"
    with transaction() as session:
        item = session.scalars(select(OutboxItem).where(OutboxItem.topic == topics.INTAKE)).one()
    assert perform(item.id, "test", HANDLERS) == "done"
    # Until it is opened nobody else shares the place.
    assert (all_reports()[0].channel_id, all_reports()[0].private) == ("D:U0CSMNORTH", True)
    slack.work()
    (report,) = all_reports()
    assert (report.origin, report.kind_hint) == ("form", None)
    assert report.channel_id.startswith("D")
    root, status = slack.ours(channel=report.channel_id)
    assert root["text"] == "csm-north reports this:\nthe export is empty"
    assert status["thread_ts"] == root["ts"] == report.thread_ts
    slack.say("since Monday", channel=report.channel_id, thread_ts=root["ts"])
    slack.work()
    assert texts() == ["the export is empty", "since Monday"]


def test_the_home_opens_the_form(slack: House) -> None:
    """Whoever looks at their Home reports from there; it goes on by direct message."""
    slack.control("home", user="csm-north")
    slack.work()
    home = slack.look("views", user="csm-north")["home"]
    slack.control("click", user="csm-north", view_id=home["id"], action_id="inkling.report")
    assert send(slack, "the export is empty")["status"] == "ok"
    slack.work()
    (report,) = all_reports()
    assert (report.origin, report.channel_id[0]) == ("form", "D")


def test_where_we_are_no_member_the_form_goes_on_by_direct_message(slack: House) -> None:
    """As with a command: the thread is opened with the reporter, who reads why."""
    command(slack, channel="incidents")
    send(slack, "it broke", user="support-lead")
    slack.work()
    (report,) = all_reports()
    assert "not a member of #incidents" in slack.ours(channel=report.channel_id)[0]["text"]


def test_help_is_still_a_hint(slack: House) -> None:
    """`/bug help` opens nothing, and says how to use it."""
    answer = command(slack, text=" Help ")
    assert "`/bug " in answer["response"]["text"]
    assert slack.look("views", user="csm-north")["views"] == []


def test_a_form_without_words_stays_open(slack: House) -> None:
    """Spaces are no report: the form says so and keeps what was chosen; nothing is kept until there is something."""
    command(slack)
    assert send(slack, " \n ", "idea")["errors"]["inkling.what"].startswith("Write a sentence")
    assert inbox() == []
    assert send(slack, "now it has words")["status"] == "ok"
    slack.work()
    assert [report.kind_hint for report in all_reports()] == ["idea"]


def test_a_form_sent_twice_is_one_report(slack: House) -> None:
    """The same form, sent again before Slack has closed it, is the same report."""
    command(slack)
    form = opened(slack)
    send(slack, "it broke")
    slack.sandbox.sandbox.world.views[form["id"]] = form | {"_user": "U0CSMNORTH"}
    assert send(slack, "it broke")["status"] == "ok"
    slack.work()
    assert len(all_reports()) == 1


@pytest.mark.parametrize("kind", ["error:expired_trigger_id", "http_500", "drop_before", "half_answer"])
def test_a_command_whose_form_does_not_open_is_explained(slack: House, kind: str) -> None:
    """The answer to the command says what to do instead, whatever went wrong between us and Slack."""
    slack.fault("views.open", kind)
    answer = command(slack)
    assert answer["status"] == "ok"
    assert answer["response"]["text"].startswith("Slack did not open the form in time. Say what happened in the same")


def test_a_slow_slack_is_not_waited_for(slack: House) -> None:
    """Views that take longer than the trigger lives are given up while there is still time to answer."""
    slack.fault("views.open", "timeout_before", seconds=5)
    answer = command(slack)
    assert answer["status"] == "ok"
    assert answer["response"]["text"].startswith("Slack did not open the form in time.")


def test_the_shortcut_whose_form_does_not_open_is_explained(slack: House) -> None:
    """Slack gives it no address to answer at, so the word comes once as a direct message, where one can report."""
    slack.fault("views.open", "error:expired_trigger_id")
    assert everywhere(slack)["status"] == "ok"
    slack.work()
    (word,) = slack.ours(channel="D0CSMNORTH")
    assert word["text"].startswith("Slack did not open the form in time. Write to me here what happened")
    assert all_reports() == []


@pytest.mark.parametrize("place", ["", "{", "[]", "null", '{"channel_id": 5}', "[" * 2_000])
def test_a_place_that_cannot_be_read_is_none(slack: House, place: str) -> None:
    """A form of another time, with a place we cannot read, loses nothing: it goes on by direct message."""
    command(slack)
    slack.sandbox.sandbox.world.views[opened(slack)["id"]]["private_metadata"] = place
    assert send(slack, "it broke")["status"] == "ok"
    slack.work()
    assert all_reports()[0].channel_id.startswith("D")


def test_a_question_in_the_form_is_answered(slack: House) -> None:
    """As with /inkling: what asks what is known is an inquiry, and no report."""
    everywhere(slack)
    send(slack, "what do we know about exports?")
    slack.work()
    assert all_reports() == []
    assert [item.outcome for item in inbox()] == ["inquiry"]
    assert "exports" in slack.ours(channel="D0CSMNORTH")[0]["text"]
