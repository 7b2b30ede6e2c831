"""The agent's surface in direct messages: suggestions when it is opened, and what Inkling is busy with meanwhile."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from bot.core import reports
from bot.core.audit import INKLING
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import Report, Ticket
from bot.core.reports import Ask
from bot.core.slack.notes import PROMPTS, PROMPTS_TITLE
from bot.core.tickets.life import locked, move
from tests.flows.slack_support import NORTH, House, all_reports, house
from workers.inquiries.asked import read
from workers.notify import agent

DM = "D0CSMNORTH"
SET_STATUS, SUGGEST = "assistant.threads.setStatus", "assistant.threads.setSuggestedPrompts"


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(agent, "_off", set())
    with house(settings_of) as running:
        yield running


def dm(slack: House, text: str = "it broke") -> str:
    ts = str(slack.control("dm", user=NORTH, text=text)["ts"])
    slack.work(hurry=True)
    return ts


def busy(slack: House) -> dict[str, str]:
    found: dict[str, str] = slack.look("state")["statuses"]
    return found


def test_opening_the_messages_suggests_what_to_ask(slack: House) -> None:
    """Once per opening, without a thread as agents must; the Home tab suggests nothing."""
    slack.control("home", user=NORTH, tab="home")
    slack.work()
    assert slack.look("state")["prompts"] == {}
    slack.control("home", user=NORTH, tab="messages")
    slack.work()
    shown = slack.look("state")["prompts"][DM]
    assert shown["title"] == PROMPTS_TITLE
    assert [(one["title"], one["message"]) for one in shown["prompts"]] == list(PROMPTS)
    assert len(slack.calls(SUGGEST)) == 1


def test_every_suggestion_is_answered() -> None:
    """A click sends it as it stands, so none of them may become a report."""
    assert all((asked := read(message, now())) and asked.mine for _, message in PROMPTS)


def test_a_report_shows_that_it_is_written_up(slack: House) -> None:
    """From the first word to the question, again after the answer, and no longer once it is with the product team."""
    ts = dm(slack)
    assert busy(slack) == {f"{DM} {ts}": agent.WRITING}
    with transaction() as session:
        report, ticket_id = session.scalars(select(Report)).one(), session.scalars(select(Ticket.id)).one()
        reports.ask(session, report, locked(session, ticket_id), [Ask("impact", "Who is hit?")])
    slack.work()
    assert busy(slack) == {}
    with transaction() as session:
        move(session, locked(session, ticket_id), "draft", INKLING)
    slack.work()
    assert busy(slack) == {f"{DM} {ts}": agent.WRITING}
    with transaction() as session:
        move(session, locked(session, ticket_id), "submit", INKLING)
    slack.work()
    assert busy(slack) == {}
    assert slack.ours(DM)[0]["text"].startswith("Written up")


def test_an_inquiry_shows_that_it_is_looked_up(slack: House) -> None:
    """The answer ends it."""
    dm(slack, "What became of my reports?")
    assert [call["args"]["status"] for call in slack.calls(SET_STATUS)] == [agent.LOOKING]
    assert busy(slack) == {}
    assert len(slack.ours(DM)) == 1


def test_channels_show_nothing(slack: House) -> None:
    """Where others read along the status message is enough."""
    slack.say("@inkling it broke")
    slack.work(hurry=True)
    slack.say("@inkling what became of my reports?")
    slack.work(hurry=True)
    assert slack.calls(SET_STATUS) == []


@pytest.mark.parametrize(
    "kind", ["error:missing_scope", "error:thread_not_found", "http_500", "drop_after", "ratelimited"]
)
def test_no_surface_is_no_trouble(slack: House, kind: str) -> None:
    """Whatever Slack says to it, the report goes its way."""
    slack.fault(SET_STATUS, kind, times=9)
    dm(slack)
    assert len(all_reports()) == 1
    assert [message["text"] for message in slack.ours(DM)] == ["On it. Reading the thread."]


def test_a_missing_permission_is_said_once(slack: House, capsys: pytest.CaptureFixture[str]) -> None:
    """An app of before is not asked again, and the log has one line."""
    slack.control("config", scopes=[scope for scope in slack.sandbox.config.scopes if scope != "assistant:write"])
    for _ in range(3):
        slack.control("home", user=NORTH, tab="messages")
        slack.work()
    assert len(slack.calls(SUGGEST)) == 1
    assert capsys.readouterr().out.count("not shown") == 1
