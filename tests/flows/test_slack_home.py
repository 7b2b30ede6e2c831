"""The App Home: a person's reports, what waits for them and, for reviewers, the queue; published when it changes."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.core import access, reports
from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import Home, OutboxItem, Person, Report, Ticket, TicketReport
from bot.core.outbox import enqueue, topics
from bot.core.reports import Ask
from bot.core.tickets.life import locked, reports_of
from deploy.sandbox.slack.text import pings
from tests.flows.inquiry_world import known
from tests.flows.slack_support import LEAD, NORTH, House, house, inbox

PM, SOUTH = "U0PRODUCT1", "U0CSMSOUTH"


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of) as running:
        yield running


def role(user: str, role: str, *, active: bool = True) -> None:
    with transaction() as session:
        person = access.person_of_slack(session, access.workspace_of(session, "T0ROOMQUILL").id, user)
        person.role, person.active = role, active


def opens(slack: House, user: str = NORTH, tab: str = "home") -> str:
    """Somebody opens the app; returns what their Home says then."""
    slack.control("home", user=user, tab=tab)
    slack.work()
    return shown(slack, user)


def shown(slack: House, user: str = NORTH) -> str:
    """What a Home says, a line per block; empty while there is none."""
    view = slack.look("views", user=user)["home"]
    return "\n".join(words(block) for block in view["blocks"]) if view else ""


def words(node: Any) -> str:
    if isinstance(node, list):
        return "".join(words(item) for item in node)
    if not isinstance(node, dict):
        return ""
    if node["type"] == "link":
        return f"[{node['text']}]"
    if node["type"] in ("text", "date", "plain_text"):
        return str(node.get("fallback") or node.get("text"))
    return words(node.get("text") or node.get("elements"))


def links(slack: House, user: str = NORTH) -> list[str]:
    found: list[str] = []
    view = slack.look("views", user=user)["home"]
    json.loads(
        json.dumps(view["blocks"]), object_hook=lambda node: found.append(node["url"]) if "url" in node else node
    )
    return found


def news(ticket_id: int) -> None:
    """Something about a ticket changed."""
    with transaction() as session:
        for report_id in reports_of(session, ticket_id):
            enqueue(session, topics.STATUS, report_id, {"report_id": report_id})


def later(**ago: float) -> None:
    """Every Home was published that long ago."""
    with transaction() as session:
        session.execute(update(Home).values(published_at=now() - timedelta(**(ago or {"minutes": 1}))))


def published(slack: House) -> int:
    return len(slack.calls("views.publish"))


def joined(report_of: int, ticket_id: int) -> None:
    """The report of one ticket is part of another one."""
    with transaction() as session:
        (report_id,) = reports_of(session, report_of)
        session.get_one(Ticket, report_of).state = "duplicate"
        session.add(TicketReport(ticket_id=ticket_id, report_id=report_id, joined_at=now()))


def test_a_newcomer_reads_how_to_begin(slack: House) -> None:
    """Two lines with an example and the commands; the Messages tab publishes nothing."""
    assert opens(slack, tab="messages") == ""
    heading, first, second, _ = opens(slack).splitlines()
    assert heading == "Tell me what happened"
    assert first.startswith("Mention me in a channel or write me a message here, for example: the export button")
    assert second.startswith("/inkling, /bug, /idea and /feedback take a report in any channel.")


def test_openings_that_come_twice_publish_once(slack: House) -> None:
    """Slack sends an event again, and people click twice: what did not change is not published again."""
    event = {"type": "app_home_opened", "user": NORTH, "channel": "D0CSMNORTH", "tab": "home", "event_ts": "1.000002"}
    envelope = {"type": "event_callback", "team_id": "T0ROOMQUILL", "event_id": "Ev1", "event": event}
    for _ in range(2):
        assert slack.control("raw_event", envelope=envelope)["status"] == 200
    assert [item.kind for item in inbox()] == ["home"]
    for _ in range(2):
        slack.control("home", user=NORTH)
    slack.work()
    later()
    opens(slack)
    assert published(slack) == 1


def test_what_slack_lost_is_published_again(slack: House) -> None:
    """After the app was installed anew, Slack has no Home to show and says so."""
    opens(slack)
    later()
    with slack.sandbox.sandbox.world.lock:
        slack.sandbox.sandbox.world.homes.clear()
    assert opens(slack) != ""
    assert published(slack) == 2


def test_my_reports_and_where_they_are(slack: House) -> None:
    """The newest first, each with its thread, how it stands as in its thread, and its card; nobody else's."""
    known("it broke on the panel", state="on_board", title="Panel offline", card_url="https://trello.com/c/a")
    known("let me export", state="declined", decline_reason="we drop exports")
    known("is it <!channel>?\nmore")
    known("the colleague's", by=LEAD)
    assert opens(slack).splitlines() == [
        "Your reports",
        "is it @\u200bchannel? · today · [Thread]",
        "On it. Reading the thread.",
        "let me export · today · [Thread]",
        "Not now: “we drop exports”. Your report is kept with the decision.",
        "it broke on the panel · today · [Thread]",
        "On the board: Panel offline. · [Card]",
        "Report something",
    ]
    assert "https://trello.com/c/a" in links(slack)
    assert sum("/archives/C0CUSTOMERS/p" in url for url in links(slack)) == 3


def test_a_joined_report_tells_what_it_is_part_of(slack: House) -> None:
    """Also with the other ticket's card; but not what was said in a channel that its people may not read."""
    public = known("theirs", by=LEAD, title="Overview offline", state="on_board", card_url="https://trello.com/c/o")
    secret = known("hushed", by=LEAD, title="Merger panel", state="on_board", channel="GSECRET", private=True)
    joined(known("mine, the same"), public)
    assert "mine, the same · today · [Thread]\nAdded to Overview offline, on the board." in opens(slack)
    joined(known("mine too"), secret)
    later()
    home = opens(slack)
    assert "mine too · today · [Thread]\nAdded to a ticket we already have, on the board." in home
    assert not any(word in home for word in ("Merger", "hushed"))


def test_questions_wait_with_their_threads(slack: House) -> None:
    """What is asked in one's own threads stands first; answered it is gone, and other people's never stood there."""
    mine, other = known("it broke"), known("theirs", by=LEAD)
    with transaction() as session:
        for ticket_id, text in ((mine, "Which panel?"), (other, "Which plan?")):
            report = session.get_one(Report, reports_of(session, ticket_id)[0])
            reports.ask(session, report, locked(session, ticket_id), [Ask("impact", text)])
    home = opens(slack)
    assert home.startswith("Waits for you\nWhich panel? · [Answer]\n")
    assert "Which plan?" not in home
    with transaction() as session:
        person = session.scalars(select(Person).where(Person.slack_user_id == NORTH)).one()
        (question,) = reports.open_questions(session, reports_of(session, mine)[0])
        reports.answer(session, question.id, person, "Heron")
    news(mine)
    later()
    slack.work()
    assert "Which panel?" not in shown(slack)


def test_reviewers_see_the_queue(slack: House) -> None:
    """Count, desk and the oldest drafts with kind, priority and age; what was said in private keeps its words."""
    role(PM, "reviewer")
    drafted: Any = {"state": "in_review", "priority": "P2", "kind": "bug"}
    new = known("second", title="Second", **drafted, updated_at=now() - timedelta(days=1))
    known("first", title="First", **drafted, updated_at=now() - timedelta(days=3))
    known("hushed", title="Merger", **drafted, channel="GSECRET", private=True, updated_at=now() - timedelta(days=2))
    known("decided", title="Third", state="on_board")
    lines = opens(slack, PM).splitlines()
    assert lines[:2] == ["The queue", "3 drafts wait for review. · [Open the desk]"]
    assert lines[2].startswith("First · bug · P2 · waiting since on ")
    assert lines[3].startswith("Said in private · waiting since")
    assert lines[4].startswith("Second · bug · P2")
    assert "Merger" not in shown(slack, PM)
    assert f"http://127.0.0.1:8000/tickets/{new}" in links(slack, PM)


def test_who_reviews_nothing_sees_no_queue(slack: House) -> None:
    """Reporters do not, and neither does a reviewer who was removed."""
    known("first", title="First", state="in_review")
    role(LEAD, "admin", active=False)
    assert "The queue" not in opens(slack, SOUTH) + opens(slack, LEAD)


def test_two_hundred_hostile_reports_fit(slack: House) -> None:
    """Ten of each list and how many more there are, within Slack's sizes; nobody is called."""
    role(NORTH, "reviewer")
    for number in range(200):
        text = f"{number} <!channel> @here <@{LEAD}> [x](http://evil.test) " + "\U0001f642" * 3_000
        ticket_id = known(text, title=text, state="in_review", priority="P1" * 400)
        if number < 20:
            with transaction() as session:
                report = session.get_one(Report, reports_of(session, ticket_id)[0])
                session.get_one(Ticket, ticket_id).state = "received"
                reports.ask(session, report, locked(session, ticket_id), [Ask("impact", text)])
    with transaction() as session:
        # Their messages in threads are no matter here.
        session.execute(delete(OutboxItem))
    home = opens(slack)
    view = slack.look("views", user=NORTH)["home"]
    assert len(view["blocks"]) <= 40
    assert len(json.dumps(view)) < 250_000
    assert pings("", view["blocks"], linked=True) == []
    assert "And 10 more." in home
    assert "And 190 older ones." in home
    assert "180 drafts wait for review." in home
    assert not any("evil" in url for url in links(slack))


def test_a_home_follows_what_happens(slack: House) -> None:
    """Whoever looks at their Home sees a change of their own report, reviewers every one; else nothing is sent."""
    role(PM, "reviewer")
    ticket_id = known("it broke", title="Panel offline")
    for user in (NORTH, PM, SOUTH):
        opens(slack, user)
    later()
    with transaction() as session:
        session.get_one(Ticket, ticket_id).state = "in_review"
    news(ticket_id)
    slack.work()
    assert "Written up: Panel offline. With the product team now." in shown(slack)
    assert "One draft waits for review." in shown(slack, PM)
    assert published(slack) == 5
    later()
    news(ticket_id)
    slack.work()
    assert published(slack) == 5


def test_a_busy_workspace_is_shown_every_few_seconds(slack: House) -> None:
    """Many changes at once become one more Home, once some seconds have passed."""
    ticket_id = known("it broke", title="First")
    opens(slack)
    for title in ("Second", "Third", "Fourth"):
        with transaction() as session:
            ticket = session.get_one(Ticket, ticket_id)
            ticket.title, ticket.state = title, "in_review"
        news(ticket_id)
        slack.work()
    assert published(slack) == 1
    with transaction() as session:
        item = session.scalars(
            select(OutboxItem).where(OutboxItem.topic == topics.HOME, OutboxItem.state == "pending")
        ).one()
        assert item.attempts == 0
    assert timedelta() < item.available_at - now() < timedelta(seconds=6)
    later()
    slack.work(hurry=True)
    assert "Fourth" in shown(slack)
    assert published(slack) == 2


def test_who_has_not_looked_for_a_month_is_left_alone(slack: House) -> None:
    """Their Home is renewed when they open it again."""
    ticket_id = known("it broke", title="First")
    opens(slack)
    with transaction() as session:
        session.execute(update(Home).values(opened_at=now() - timedelta(days=31), published_at=None))
        session.get_one(Ticket, ticket_id).state = "in_review"
    news(ticket_id)
    slack.work()
    assert published(slack) == 1
    assert "Written up: First" in opens(slack)


@pytest.mark.parametrize("kind", ["drop_after", "http_500", "ratelimited"])
def test_trouble_on_the_way_ends_with_the_home(slack: House, kind: str) -> None:
    """What Slack did not take, or may have taken, is published again."""
    slack.fault("views.publish", kind)
    slack.control("home", user=NORTH)
    assert "later" in slack.work(hurry=True)
    assert shown(slack).startswith("Tell me what happened")


def test_an_app_without_a_home_tab_loses_nothing(slack: House) -> None:
    """A refusal fails nothing, and the next opening tries again."""
    slack.fault("views.publish", "error:not_enabled")
    assert (opens(slack), opens(slack).splitlines()[0]) == ("", "Tell me what happened")
