"""The same thing reported twice, as people in Slack see it: one question in the status message, yes, no, and undo."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from bot.core.audit import INKLING
from bot.core.db import transaction
from bot.core.models import Match, Ticket
from bot.core.outbox import topics
from bot.core.tickets import review
from bot.core.tickets.life import locked, move
from tests.flows import slack_support
from tests.flows.chain_world import pm
from tests.flows.slack_support import House, Json, house, inbox
from workers.base import Job
from workers.chain import advance, change
from workers.intake import handle
from workers.retrieval.tickets import handle as remember

LABEL = "The label printer in the Elm Street kitchen prints yesterday's date since the update to 4.2."
AGAIN = "The label printer in the Elm Street kitchen still prints yesterday's date since the update to 4.2."
OTHERS = ("Could the weekly plan be printed on one page?", "Guests want oat milk.", "The oven timer rings twice.")


@pytest.fixture
def slack(
    database: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[House, str]]:
    """A report that is the same as an earlier one of another channel; the house and the later thread's ts."""
    for topic, handler in ((topics.CHAIN, advance), (topics.CHANGE, change.handle), (topics.REMEMBER, remember)):
        monkeypatch.setitem(slack_support.HANDLERS, topic, handler)
    with house(settings_of) as running:
        for text in (*OTHERS, LABEL):
            running.say(f"@inkling {text}", channel="product")
            running.work(hurry=True)
        root = running.say(f"@inkling {AGAIN}")
        running.work(hurry=True)
        yield running, root


def status(running: House, root: str) -> Json:
    return running.ours(thread_ts=root)[0]


def labels(message: Json) -> list[str]:
    actions = [block for block in message["blocks"] if block["type"] == "actions"]
    return [element["text"]["text"] for block in actions for element in block["elements"]]


def click(running: House, root: str, choice: str, user: str = "csm-north") -> None:
    with transaction() as session:
        (match,) = session.scalars(select(Match)).all()
    message, action = status(running, root), f"inkling.match.{match.id}.{choice}"
    running.control("click", user=user, channel="customers", ts=message["ts"], action_id=action)
    running.work(hurry=True)


def newest() -> list[Ticket]:
    """The earlier ticket, and that of the second report."""
    with transaction() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))[-2:]


def test_yes_and_undo(slack: tuple[House, str]) -> None:
    """The status asks, says what it was added to, follows that ticket, and takes it back."""
    running, root = slack
    asked = status(running, root)["text"]
    assert asked.startswith("This looks like ")
    assert "label printer" in asked
    assert "Same thing?" in asked
    assert labels(status(running, root))[:2] == ["Yes, add me", "No, it's different"]
    before = len(running.ours(thread_ts=root))
    click(running, root, "yes", user="support-lead")
    joined = status(running, root)
    assert joined["text"].startswith("Added to ")
    assert joined["text"].endswith("You'll hear when it ships.")
    assert labels(joined) == ["It's different after all"]
    assert len(running.ours(thread_ts=root)) == before, "no new message"
    first, second = newest()
    assert second.state == "duplicate"
    assert first.state != "duplicate"
    click(running, root, "no")
    assert newest()[1].state in ("clarifying", "in_review", "drafting")
    assert "Same thing?" not in status(running, root)["text"]


def test_no(slack: tuple[House, str]) -> None:
    """A no takes the question away, and a second click changes nothing."""
    running, root = slack
    click(running, root, "no")
    assert "This looks like" not in status(running, root)["text"]
    with transaction() as session:
        (match,) = session.scalars(select(Match)).all()
    assert match.state == "different"
    sent = inbox()[-1]
    handle(Job({"inbox_id": sent.id}, 1))
    assert newest()[1].state != "duplicate"


def test_what_becomes_of_it_is_told(slack: tuple[House, str]) -> None:
    """Whoever was added reads of the other ticket's card, its end, and the reason of a decline."""
    running, root = slack
    click(running, root, "yes")
    first = newest()[0]
    with transaction() as session:
        ticket = locked(session, first.id)
        move(session, ticket, "hold", INKLING)
    running.work(hurry=True)
    assert "waiting for somebody to fix something" in status(running, root)["text"]
    with transaction() as session:
        review.decline(session, first.id, pm(), "we replace the printers in spring")
    running.work(hurry=True)
    told = status(running, root)["text"]
    assert told == "Not now: “we replace the printers in spring”. Your report is kept with the decision."


def test_a_click_of_another_workspace_decides_nothing(slack: tuple[House, str]) -> None:
    """A match belongs to its workspace."""
    running, root = slack
    click(running, root, "yes")
    with transaction() as session:
        kept = session.get_one(type(inbox()[-1]), inbox()[-1].id)
        kept.payload = kept.payload | {"team_id": "T-elsewhere", "same": False}
        kept.handled_at = None
        number = kept.id
    handle(Job({"inbox_id": number}, 1))
    assert inbox()[-1].outcome == "no such match"
    assert newest()[1].state == "duplicate"
