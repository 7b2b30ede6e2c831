"""Deciding by the API: each verb, the rights table, late decisions and bodies that cannot be used."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import OutboxItem, Review, Run
from tests.flows import desk_world as world

pytestmark = pytest.mark.usefixtures("database")
BODIES: dict[str, Any] = {
    "approve": None,
    "decline": {"reason": "we drop offline booking in spring"},
    "revise": {"instruction": "name the customer"},
}


def post(verb: str, body: Any = None, role: str = "reviewer", number: int = 1) -> tuple[int, dict[str, Any]]:
    path, header = f"/api/v1/tickets/{number}/{verb}", world.token(role, role)
    answer = (
        world.client().post(path, json=body, headers=header)
        if body is not None
        else world.client().post(path, headers=header)
    )
    return answer.status_code, answer.json()


def test_approve_with_an_empty_body() -> None:
    """Approving needs no body; the delivery is promised in the same transaction."""
    world.waiting()
    status, ticket = post("approve")
    assert (status, ticket["state"]) == (200, "approved")
    with transaction() as session:
        assert "trello.deliver" in session.scalars(select(OutboxItem.topic)).all()


def test_approve_with_a_route() -> None:
    """Board and list may be chosen; the audit keeps them."""
    world.waiting()
    assert post("approve", {"board": "Product", "list": "Inbox"})[0] == 200
    events = world.client().get("/api/v1/tickets/1/audit", headers=world.token("rita", "reporter")).json()["items"]
    last = next(event for event in events if event["action"] == "ticket.approve")
    assert (last["after"]["board"], last["after"]["list"]) == ("Product", "Inbox")
    assert last["actor"].startswith("person:")


def test_decline_keeps_the_reason() -> None:
    """The reason is on the ticket."""
    world.waiting()
    status, ticket = post("decline", BODIES["decline"])
    assert (status, ticket["state"]) == (200, "declined")
    assert ticket["decline_reason"] == "we drop offline booking in spring"


def test_revise_with_changes_is_a_new_version() -> None:
    """Fields change as at the desk; a list is one line each; the ticket stays in review."""
    world.waiting()
    status, ticket = post("revise", {"changes": {"title": "Better", "criteria": ["One. [m1]", "Two."]}, "number": 1})
    assert (status, ticket["state"], ticket["title"]) == (200, "in_review", "Better")
    assert ticket["draft"]["number"] == 2
    assert [line["text"] for line in ticket["draft"]["content"]["criteria"]] == ["One.", "Two."]
    assert ticket["draft"]["content"]["criteria"][0]["marks"] == ["m1"]


def test_revise_with_an_instruction_starts_the_chain() -> None:
    """An instruction sends the draft back to be written again."""
    world.waiting()
    status, ticket = post("revise", BODIES["revise"])
    assert (status, ticket["state"], ticket["runs"]) == (200, "drafting", [1, 2])
    with transaction() as session:
        assert session.get_one(Run, 2).instruction == "name the customer"


@pytest.mark.parametrize("verb", BODIES)
@pytest.mark.parametrize(("role", "status"), [("reporter", 403), ("reviewer", 200), ("admin", 200)])
def test_who_may_decide(verb: str, role: str, status: int) -> None:
    """Reviewers and admins decide; a reporter is refused with a sentence and nothing changes."""
    world.waiting()
    found, answer = post(verb, BODIES[verb], role)
    assert found == status
    if status == 403:
        assert "Only a reviewer may" in answer["error"]
        with transaction() as session:
            assert not session.scalars(select(Review)).all()


@pytest.mark.parametrize("verb", BODIES)
def test_a_second_decision_is_a_conflict(verb: str) -> None:
    """After a decision any other is 409 and says what was decided."""
    world.waiting()
    assert post("approve")[0] == 200
    status, answer = post(verb, BODIES[verb])
    assert status == 409
    assert "approved" in answer["error"].lower()


def test_changes_to_an_older_version_are_a_conflict() -> None:
    """With the number of the version that was seen, newer text is never overwritten."""
    world.waiting()
    assert post("revise", {"changes": {"title": "First"}, "number": 1})[0] == 200
    assert post("revise", {"changes": {"title": "Second"}, "number": 1})[0] == 409


@pytest.mark.parametrize(
    ("verb", "body", "part"),
    [
        ("decline", {}, "reason"),
        ("decline", {"reason": "  "}, "Say why"),
        ("decline", {"reason": 7}, "reason"),
        ("decline", {"reason": "x" * 1001}, "1,000"),
        ("revise", {}, "either changes or an instruction"),
        ("revise", {"changes": {"title": "a"}, "instruction": "b"}, "one of the two"),
        ("revise", {"changes": {"colour": "red"}}, "no field called colour"),
        ("revise", {"changes": {"title": ""}}, "title is empty"),
        ("revise", {"changes": {"priority": "P0"}}, "P1, P2, P3 or P4"),
        ("revise", {"changes": {"title": {"a": 1}}}, "title"),
        ("revise", {"instruction": ""}, "Say what should be different"),
        ("approve", {"bord": "typo"}, "bord"),
        ("approve", [1], "dictionary"),
    ],
)
def test_a_body_that_cannot_be_used_changes_nothing(verb: str, body: Any, part: str) -> None:
    """Each wrong body is 422 with a sentence that names what is wrong."""
    world.waiting()
    status, answer = post(verb, body)
    assert status == 422
    assert part in answer["error"]
    found = world.client().get("/api/v1/tickets/1", headers=world.token("rita", "reporter")).json()
    assert (found["state"], found["draft"]["number"]) == ("in_review", 1)


@pytest.mark.parametrize(
    "raw", [b"{", b'{"reason": "\\ud800"}', b'{"reason": "a", "\\udfff": 1}', b"\xff", b"[" * 5000]
)
def test_a_broken_body_is_no_accident(raw: bytes) -> None:
    """Bytes that are no JSON, or text that is no text, are refused as such."""
    world.waiting()
    headers = world.token("rita", "reviewer") | {"content-type": "application/json"}
    answer = world.client().post("/api/v1/tickets/1/decline", content=raw, headers=headers)
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"error"}


def test_characters_that_postgres_refuses_are_dropped() -> None:
    """A NUL in a reason is no reason to fail."""
    world.waiting()
    assert post("decline", {"reason": "not\0 now"})[1]["decline_reason"] == "not now"


def test_an_unknown_ticket_is_404() -> None:
    """Deciding on nothing is said as such."""
    assert post("approve", number=99) == (404, {"error": "There is no ticket 99."})
