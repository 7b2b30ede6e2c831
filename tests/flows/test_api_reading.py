"""Reading by the API: who may, the shapes of the contract, pages, and errors as one sentence."""

from typing import Any

import pytest

from bot.core import access
from bot.core.db import transaction
from bot.core.models import Ticket
from bot.core.tickets import life
from tests.flows import desk_world as world

pytestmark = pytest.mark.usefixtures("database")
ADDRESSES = [
    ("GET", "/reports"),
    ("GET", "/tickets"),
    ("GET", "/tickets/1"),
    ("GET", "/tickets/1/audit"),
    ("GET", "/runs/1"),
    ("POST", "/tickets/1/approve"),
    ("POST", "/tickets/1/decline"),
    ("POST", "/tickets/1/revise"),
    ("POST", "/tickets/1/change/accept"),
    ("POST", "/tickets/1/change/refuse"),
]


def get(path: str, role: str = "reporter", **params: Any) -> Any:
    answer = world.client().get(f"/api/v1{path}", params=params, headers=world.token("rita", role))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic cml0YTp4"}])
def test_without_a_token_there_is_nothing(method: str, path: str, header: dict[str, str]) -> None:
    """Every address answers 401 with a sentence to somebody without a valid token, whatever they send."""
    answer = world.client().request(method, f"/api/v1{path}", headers=header)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "inkling user token NAME" in answer.json()["error"]


def test_the_addresses_are_those_of_the_contract() -> None:
    """The description lists exactly the addresses these tests know, without a token and without foreign files."""
    described = world.client().get("/api/v1/openapi.json").json()
    found = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    assert found == {
        (method, path.replace("/1", "/{run_id}" if "runs" in path else "/{ticket_id}")) for method, path in ADDRESSES
    }
    assert described["servers"] == [{"url": "/api/v1"}]
    assert "TicketOut" in described["components"]["schemas"]


def test_a_ticket_has_what_the_contract_says() -> None:
    """A ticket carries its state, its words, its reports and runs, and the newest draft."""
    number = world.waiting(world.Options(rung="basic"))
    found = get(f"/tickets/{number}")
    assert found["id"] == number
    assert (found["state"], found["kind"], found["title"], found["priority"]) == ("in_review", "bug", world.TITLE, "P2")
    assert (found["reports"], found["runs"], found["card_url"]) == ([1], [1], None)
    assert found["priority_reason"] == "a main task fails, no way around it"
    assert found["created_at"].startswith("2")
    assert (found["draft"]["number"], found["draft"]["rung"]) == (1, "basic")
    assert found["draft"]["content"]["sections"]["why"][0]["marks"] == ["m3"]


def test_a_ticket_without_a_draft_is_a_ticket_too() -> None:
    """Before anything is written the draft is null."""
    with transaction() as session:
        world.receive(session)
    assert get("/tickets/1")["draft"] is None


def test_tickets_come_in_pages_and_by_state() -> None:
    """Pages follow each other without a gap, newest first; a state filters, several may be named."""
    for number in range(5):
        world.waiting(world.Options(ts=f"179500000{number}.000100"))
    with transaction() as session:
        world.receive(session, ts="1795000009.000100")
    seen, cursor = [], None
    while True:
        page = get("/tickets", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [6, 5, 4, 3, 2, 1]
    assert [item["id"] for item in get("/tickets", state="received")["items"]] == [6]
    assert len(get("/tickets", state="in_review,received")["items"]) == 6
    assert get("/tickets", state="shipped") == {"items": [], "next": None}


def test_reports_have_their_first_words_and_their_tickets() -> None:
    """A report tells who said what where, and which tickets it is part of."""
    world.waiting()
    page = get("/reports")
    found = page["items"][0]
    assert page["next"] is None
    assert found.pop("created_at").startswith("2")
    assert found == {
        "id": 1,
        "channel": "C1",
        "channel_name": "customers",
        "thread_ts": "1795000000.000100",
        "reporter": "csm-north",
        "text": world.MESSAGES[0],
        "origin": "mention",
        "permalink": "https://acme.slack.example/archives/C1/p1795000000000100",
        "tickets": [1],
    }


def test_the_audit_holds_the_reports_events_too() -> None:
    """Events of the ticket and of its reports come in order of time; those of another ticket do not."""
    number = world.waiting()
    world.waiting(world.Options(ts="1795000002.000100"))
    events = get(f"/tickets/{number}/audit")["items"]
    actions = [event["action"] for event in events]
    assert actions[0] == "report.received"
    assert actions[-1] == "ticket.submit"
    assert actions.count("ticket.received") == 1
    assert actions.count("question.answered") == 2
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
    last = events[-1]
    assert (last["actor"], last["before"]["state"], last["after"]["state"]) == ("inkling", "drafting", "in_review")


def test_a_run_has_its_steps_with_their_price() -> None:
    """A run lists each step with prompt, model, tokens, price and time."""
    world.waiting()
    run = get("/runs/1")
    assert (run["id"], run["state"], run["report"], run["ticket"]) == (1, "done", 1, 1)
    step = run["steps"][0]
    assert (step["name"], step["state"], step["attempt"], step["prompt"]) == ("draft", "done", 1, "draft/v1")
    assert (step["model"], step["tokens"], step["cost_usd"], step["latency_ms"]) == ("m-1", 3000, 0.012, 4200)


@pytest.mark.parametrize(
    ("path", "status", "part"),
    [
        ("/tickets/99", 404, "no ticket 99"),
        ("/tickets/99/audit", 404, "no ticket 99"),
        ("/runs/99", 404, "no run 99"),
        ("/nothing", 404, "openapi.json"),
        ("/tickets/abc", 422, "ticket_id"),
        (f"/tickets/{2**70}", 422, "ticket_id"),
        ("/tickets?state=lost", 422, "no state called lost"),
        ("/tickets?limit=0", 422, "limit"),
        ("/tickets?cursor=abc", 422, "cursor"),
        ("/tickets?cursor=٣", 422, "cursor"),
        ("/tickets?state=%00", 422, "no state called"),
    ],
)
def test_errors_are_one_sentence(path: str, status: int, part: str) -> None:
    """What cannot be answered has the right status and says what is wrong."""
    answer = world.client().get(f"/api/v1{path}", headers=world.token("rita", "reporter"))
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert part in answer.json()["error"]


def test_a_wrong_method_is_said_in_json() -> None:
    """A method that an address does not take is 405 with a sentence."""
    answer = world.client().delete("/api/v1/tickets/1", headers=world.token("rita", "reporter"))
    assert answer.status_code == 405
    assert "error" in answer.json()


def test_a_revoked_person_has_no_access() -> None:
    """Somebody who is not active any more gets 401 with their old token."""
    header = world.token("rita", "admin")
    with transaction() as session:
        access.add_person(session, "rita", "admin").active = False
    assert world.client().get("/api/v1/tickets", headers=header).status_code == 401


def test_another_workspace_is_out_of_sight() -> None:
    """Somebody of one workspace finds nothing of another, whichever way they ask."""
    world.waiting()
    other = world.waiting(world.Options(team="T2", ts="1795000002.000100"))
    header = world.token("rita", "reviewer")
    with transaction() as session:
        access.add_person(session, "rita", "reviewer").workspace_id = session.get_one(Ticket, 1).workspace_id
        assert life.reports_of(session, other) == [2]
    http = world.client()
    assert [item["id"] for item in http.get("/api/v1/tickets", headers=header).json()["items"]] == [1]
    assert [item["id"] for item in http.get("/api/v1/reports", headers=header).json()["items"]] == [1]
    for path in (f"/tickets/{other}", f"/tickets/{other}/audit", "/runs/2"):
        assert http.get(f"/api/v1{path}", headers=header).status_code == 404
    assert http.post(f"/api/v1/tickets/{other}/approve", headers=header).status_code == 404
