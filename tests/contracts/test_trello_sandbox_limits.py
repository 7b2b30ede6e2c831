"""The Trello sandbox is as strict as Trello: rates, sizes, numbers of objects, and what it refuses."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from deploy.sandbox.trello.app import Sandbox
from deploy.sandbox.trello.config import Config
from deploy.sandbox.trello.server import started


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with started(Config("k", "s", "t")) as running:
        yield running


def ask(sandbox: Sandbox, method: str, path: str, **values: Any) -> requests.Response:
    header = {"Authorization": 'OAuth oauth_consumer_key="k", oauth_token="t"'}
    url = f"{sandbox.config.url}/1{path}"
    if method == "GET":
        return requests.get(url, params=values, headers=header, timeout=10)
    return requests.request(method, url, json=values, headers=header, timeout=10)


def configure(sandbox: Sandbox, **values: Any) -> None:
    requests.post(f"{sandbox.config.url}/_control/config", json=values, timeout=5).raise_for_status()


def list_id(sandbox: Sandbox, name: str = "Inbox") -> str:
    return next(str(row["id"]) for row in sandbox.store.rows("lists") if row["name"] == name)


def board_id(sandbox: Sandbox) -> str:
    return str(sandbox.store.rows("boards")[0]["id"])


def test_the_hundred_and_first_request_in_ten_seconds_is_refused(sandbox: Sandbox) -> None:
    """100 per token in 10 s pass; the next gets 429 with Trello's JSON and no Retry-After."""
    path = f"/lists/{list_id(sandbox)}"
    with requests.Session() as session:
        query = {"key": "k", "token": "t"}
        answers = [session.get(f"{sandbox.config.url}/1{path}", params=query, timeout=5) for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert answers[-1].json()["error"] == "API_TOKEN_LIMIT_EXCEEDED"
    assert "Retry-After" not in answers[-1].headers


def test_the_window_slides_and_then_lets_requests_through(sandbox: Sandbox) -> None:
    """After the window has passed, the same token may ask again."""
    configure(sandbox, token_limit=2, window=0.5)
    path = f"/lists/{list_id(sandbox)}"
    assert [ask(sandbox, "GET", path).status_code for _ in range(3)] == [200, 200, 429]
    time.sleep(0.6)
    assert ask(sandbox, "GET", path).status_code == 200


def test_too_many_refusals_block_the_key(sandbox: Sandbox) -> None:
    """A client that keeps asking through 429s has its whole key blocked for a window."""
    configure(sandbox, token_limit=1, refusals_before_block=2)
    ask(sandbox, "GET", "/boards/x")
    errors = [ask(sandbox, "GET", "/boards/x").json()["error"] for _ in range(5)]
    assert errors == ["API_TOKEN_LIMIT_EXCEEDED"] * 3 + ["API_KEY_LIMIT_EXCEEDED"] * 2


def test_members_have_a_tighter_rate(sandbox: Sandbox) -> None:
    """/1/members has a count of its own; other paths go on."""
    configure(sandbox, members_limit=1)
    assert [ask(sandbox, "GET", "/members/me").status_code for _ in range(2)] == [200, 429]
    assert ask(sandbox, "GET", f"/lists/{list_id(sandbox)}").status_code == 200


@pytest.mark.parametrize("field", ["name", "desc"])
def test_card_texts_end_at_16384_characters(sandbox: Sandbox, field: str) -> None:
    """The longest text passes, one more character is 400 and makes no card."""
    values = {"idList": list_id(sandbox), "name": "n"}
    assert ask(sandbox, "POST", "/cards", **{**values, field: "x" * 16384}).status_code == 200
    refused = ask(sandbox, "POST", "/cards", **{**values, field: "x" * 16385})
    assert (refused.status_code, refused.text) == (400, f"invalid value for {field}")
    assert len(ask(sandbox, "GET", f"/lists/{list_id(sandbox)}/cards").json()) == 1


def test_a_full_board_takes_no_card_and_says_so_in_limits(sandbox: Sandbox) -> None:
    """At the limit of open cards a new one is 400, and the board's limits show disabled."""
    configure(sandbox, open_cards_per_board=8)
    assert ask(sandbox, "POST", "/cards", idList=list_id(sandbox), name="n").status_code == 400
    limits = ask(sandbox, "GET", f"/boards/{board_id(sandbox)}", fields="limits").json()["limits"]
    assert limits["cards"]["openPerBoard"] == {"status": "disabled", "disableAt": 8, "warnAt": 7}


def test_checklists_and_items_are_limited(sandbox: Sandbox) -> None:
    """One checklist too many, and one item too many, are 400."""
    configure(sandbox, checklists_per_card=1, items_per_checklist=1)
    card = ask(sandbox, "POST", "/cards", idList=list_id(sandbox), name="n").json()["id"]
    checklist = ask(sandbox, "POST", f"/cards/{card}/checklists", name="c").json()["id"]
    assert ask(sandbox, "POST", f"/cards/{card}/checklists", name="d").status_code == 400
    assert ask(sandbox, "POST", f"/checklists/{checklist}/checkItems", name="i").status_code == 200
    assert ask(sandbox, "POST", f"/checklists/{checklist}/checkItems", name="j").status_code == 400


@pytest.mark.parametrize(
    ("request_line", "values", "refusal"),
    [
        ("POST /cards", {"name": "n"}, (400, "invalid value for idList")),
        ("POST /cards", {"idList": "f" * 24}, (400, "invalid value for idList")),
        ("GET /boards/nonsense!", {}, (400, "invalid id")),
        (f"GET /boards/{'f' * 24}", {}, (404, "board not found")),
        (f"GET /cards/{'f' * 24}", {}, (404, "The requested resource was not found.")),
        ("GET /nowhere", {}, (404, "Cannot GET /1/nowhere")),
    ],
)
def test_nonsense_gets_trellos_words(
    sandbox: Sandbox, request_line: str, values: dict[str, str], refusal: tuple[int, str]
) -> None:
    """Unknown ids and missing values are refused with Trello's status and text."""
    answer = ask(sandbox, *request_line.split(), **values)
    assert (answer.status_code, answer.text) == refusal


@pytest.mark.parametrize(
    "values", [{"due": "soon"}, {"pos": "middle"}, {"idLabels": "f" * 24}, {"idMembers": "x"}, {"urlSource": "ftp://x"}]
)
def test_a_card_with_an_unusable_value_is_not_made(sandbox: Sandbox, values: dict[str, str]) -> None:
    """Bad dates, positions, labels, members and links are 400, and nothing is left behind."""
    answer = ask(sandbox, "POST", "/cards", idList=list_id(sandbox), name="n", **values)
    assert answer.status_code == 400
    assert ask(sandbox, "GET", f"/lists/{list_id(sandbox)}/cards").json() == []


def test_archived_lists_and_closed_boards_take_no_cards(sandbox: Sandbox) -> None:
    """Closing the list or the board makes POST /cards a 400 with a reason a person can read."""
    key = list_id(sandbox)
    ask(sandbox, "PUT", f"/lists/{key}/closed", value="true")
    refused = ask(sandbox, "POST", "/cards", idList=key, name="n")
    assert (refused.status_code, refused.text) == (400, "The list 'Inbox' is archived and takes no cards.")
    ask(sandbox, "PUT", f"/lists/{key}/closed", value=False)
    ask(sandbox, "PUT", f"/boards/{board_id(sandbox)}", closed=True)
    assert ask(sandbox, "POST", "/cards", idList=key, name="n").status_code == 400


def test_form_json_and_query_mean_the_same(sandbox: Sandbox) -> None:
    """A parameter counts wherever it is sent."""
    values, query = {"idList": list_id(sandbox), "name": "é&="}, {"key": "k", "token": "t"}
    url = f"{sandbox.config.url}/1/cards"
    forms: list[dict[str, Any]] = [{"json": values}, {"data": values}, {}]
    for form in forms:
        params = query if form else {**query, **values}
        assert requests.post(url, params=params, timeout=5, **form).json()["name"] == "é&="


def test_unknown_settings_are_refused(sandbox: Sandbox) -> None:
    """A mistyped knob is an error, not a silent nothing."""
    answer = requests.post(f"{sandbox.config.url}/_control/config", json={"token_limits": 3}, timeout=5)
    assert answer.status_code == 400
    assert "token_limits" in answer.text
