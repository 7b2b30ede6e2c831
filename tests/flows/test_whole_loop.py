"""The main job on real parts: said in Slack, asked, drafted, approved, on the board, told, all in the trail."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from deploy.sandbox.services import Services
from tests.support.http import call, eventually
from tests.support.stack import Stack, stack_on

THREAD = (
    ("csm-north", "Brightwater had two meetings land in Heron at the same time this morning, 10:00 to 11:00."),
    ("support-lead", "One was made on the door panel, the other in the web app. Both were confirmed."),
)


def question_buttons(stack: Stack, root: str) -> list[tuple[str, dict[str, Any]]]:
    """(message ts, button) of every answer button in the thread."""
    return [
        (message["ts"], element)
        for message in stack.ours("customers", root)
        for block in message.get("blocks") or []
        for element in block.get("elements", [])
        if element.get("type") == "button" and element.get("action_id", "").startswith("inkling.answer")
    ]


def loop(stack: Stack) -> dict[str, Any]:
    """One report from the first word to the card; returns the ticket."""
    root = stack.say(*THREAD[0][:1], "customers", THREAD[0][1])
    stack.say(THREAD[1][0], "customers", THREAD[1][1], root)
    stack.say("csm-north", "customers", "@inkling please write this up", root)
    status = eventually(lambda: stack.ours("customers", root), within=5)
    assert len(status) == 1

    asked = eventually(lambda: question_buttons(stack, root), within=60)
    ts, button = asked[0]
    body = {"user": "csm-north", "channel": "customers", "ts": ts, "action_id": button["action_id"]}
    answer = stack.control("POST", "click", body)
    assert answer["status"] == "ok"
    stack.say(
        "csm-north", "customers", "Panel mode 2026.44, web 2026.44 in Edge. A client stood in the corridor.", root
    )

    ticket = stack.tickets()[0]
    eventually(lambda: stack.api("GET", f"tickets/{ticket['id']}")[1]["state"] in ("in_review", "clarifying"))
    drafted = until_reviewed(stack, ticket["id"], root)
    assert drafted["title"]
    status_code, _ = stack.api("POST", f"tickets/{ticket['id']}/approve")
    assert status_code == 200
    done = stack.until(ticket["id"], "on_board")
    eventually(lambda: any(done["card_url"] in json.dumps(message) for message in stack.ours("customers", root)))
    return done


def until_reviewed(stack: Stack, ticket_id: int, root: str) -> dict[str, Any]:
    """Wait for review; a second round of questions is answered with "I don't know"."""

    def look() -> dict[str, Any] | None:
        ticket: dict[str, Any] = stack.api("GET", f"tickets/{ticket_id}")[1]
        if ticket["state"] == "clarifying":
            stack.say("csm-north", "customers", "I don't know", root)
        return ticket if ticket["state"] == "in_review" else None

    return eventually(look, within=90, every=3)


@pytest.mark.parametrize("options", [("model",), (), ("socket",)], ids=["model", "no-model", "socket-mode"])
def test_from_mention_to_card(servers: Services, database: str, redis_url: str, options: tuple[str, ...]) -> None:
    """With a model, without one and over Socket Mode: one card, complete, linked back, and every step in the trail."""
    with stack_on(servers, database, options) as stack:
        stack.start()
        done = loop(stack)
        cards = stack.cards()
        assert len(cards) == 1
        assert cards[0]["name"] == done["title"]
        assert done["card_url"]
        trail = stack.api("GET", f"tickets/{done['id']}/audit")[1]["items"]
        actions = [event["action"] for event in trail]
        for action in ("report.received", "ticket.received", "ticket.ask", "question.answered", "ticket.draft"):
            assert action in actions
        assert actions.index("ticket.submit") < actions.index("ticket.approve") < actions.index("ticket.land")
        assert all(set(event) >= {"at", "actor", "action", "before", "after"} for event in trail)
        assert "none changed" in stack.cli("audit", "verify")
        if not options:
            the_thread_goes_on(stack, done)


def the_thread_goes_on(stack: Stack, ticket: dict[str, Any]) -> None:
    """Thanks are noted; what matters is a change that a reviewer accepts, and the one card follows."""
    root = stack.api("GET", "reports")[1]["items"][0]["thread_ts"]
    thanks = stack.say("support-lead", "customers", "thanks!", root)
    news = "Four more customers in Leeds complain that they lose their rooms each week."
    stack.say("support-lead", "customers", news, root)
    change = eventually(lambda: stack.api("GET", f"tickets/{ticket['id']}")[1]["change"], within=30)

    def noted() -> list[Any]:
        return [one.get("reactions") for one in stack.thread("customers", root) if one["ts"] == thanks]

    eventually(lambda: "thumbsup" in json.dumps(noted()), within=10)
    fields = [field["name"] for field in change["fields"]]
    assert stack.api("POST", f"tickets/{ticket['id']}/change/accept", {"fields": fields})[0] == 200
    eventually(lambda: news in stack.cards()[0]["desc"], within=30)
    assert len(stack.cards()) == 1


@pytest.fixture
def running(servers: Services, database: str, redis_url: str) -> Any:
    with stack_on(servers, database) as stack:
        stack.start()
        yield stack


def test_ways_in(running: Stack) -> None:
    """A command, a direct message and an empty mention each get what a person expects."""
    answer = running.control(
        "POST",
        "command",
        {"user": "pm", "channel": "product", "command": "/bug", "text": "Export counts half days as full"},
    )
    assert answer["status"] == "ok"
    running.control(
        "POST", "dm", {"user": "mobile-dev-1", "text": "The floor map is unreadable on a tablet in portrait"}
    )
    eventually(lambda: len(running.tickets()) == 2)
    assert "bug" in {ticket["kind"] for ticket in running.tickets()}
    root = running.say("pm", "product", "@inkling")
    hint = eventually(lambda: running.ours("product", root) or ephemerals(running, "product"), within=5)
    assert hint
    assert len(running.tickets()) == 2


def ephemerals(stack: Stack, channel: str) -> Any:
    return stack.control("GET", f"messages?channel={channel}").get("ephemerals")


def test_forty_thousand_characters(running: Stack) -> None:
    """A very long report is kept whole and ends in review."""
    text = "The weekly export of Tallow & Finch is wrong in row 17. " * 700
    running.say("csm-north", "customers", f"@inkling {text}"[:40_000])
    ticket = eventually(running.first_ticket, within=10)
    report = running.api("GET", "reports")[1]["items"][0]
    assert len(report["text"]) > 39_000
    until_settled(running, ticket["id"])


def until_settled(stack: Stack, ticket_id: int) -> None:
    stack.until(ticket_id, "in_review", "clarifying", within=60)


BREAKS: dict[str, tuple[Callable[[Stack], Any], Callable[[Stack], Any]]] = {
    "key": (
        lambda stack: stack.control("POST", "config", {"revoked": True}, at="trello"),
        lambda stack: stack.control("POST", "config", {"revoked": False}, at="trello"),
    ),
}


def test_trello_refusing_the_key_waits_and_goes_on(running: Stack) -> None:
    """A refused key shows what to fix at the ticket and in the doctor; the ticket waits, and goes on once fixed."""
    running.control(
        "POST", "command", {"user": "pm", "channel": "product", "command": "/idea", "text": "Show team areas"}
    )
    ticket = eventually(running.first_ticket, within=10)
    eventually(lambda: running.api("GET", f"tickets/{ticket['id']}")[1]["state"] in ("clarifying", "in_review"))
    if running.api("GET", f"tickets/{ticket['id']}")[1]["state"] == "clarifying":
        expire_questions(running)
    running.until(ticket["id"], "in_review")
    BREAKS["key"][0](running)
    assert running.api("POST", f"tickets/{ticket['id']}/approve")[0] == 200
    held = running.until(ticket["id"], "needs_attention")
    assert "Trello" in held["attention"]
    BREAKS["key"][1](running)
    running.until(ticket["id"], "on_board", within=90)
    assert len(running.cards()) == 1


def expire_questions(stack: Stack) -> None:
    """Let the waiting time be over now."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(stack.env["DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("update reports set wait_until = now()"))
    engine.dispose()


def test_readiness_tells_what_is_missing(servers: Services, database: str, redis_url: str) -> None:
    """Without a worker /readyz says so with 503; /healthz and /metrics answer all the same."""
    with stack_on(servers, database) as stack:
        stack.cli("migrate")
        stack.family.start("web", "workers.cli", ["web"], stack.env)
        eventually(lambda: stack._up(f"{stack.url}/healthz"))
        status, parts = call("GET", f"{stack.url}/readyz")
        assert status == 503
        assert parts["database"] == "ok"
        assert "inkling worker" in parts["worker"]
        assert "inkling_outbox" in call("GET", f"{stack.url}/metrics")[1]
