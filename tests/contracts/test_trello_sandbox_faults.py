"""Faults ordered by control strike the chosen request, before or after the work, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from deploy.sandbox.trello.app import Sandbox
from deploy.sandbox.trello.config import Config
from deploy.sandbox.trello.server import started

HEADER = {"Authorization": 'OAuth oauth_consumer_key="k", oauth_token="t"'}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with started(Config("k", "s", "t")) as running:
        yield running


def order(sandbox: Sandbox, kind: str, **more: Any) -> None:
    wish = {"match": "POST /1/cards", "kind": kind, **more}
    requests.post(f"{sandbox.config.url}/_control/faults", json=wish, timeout=5).raise_for_status()


def inbox(sandbox: Sandbox) -> str:
    return next(str(row["id"]) for row in sandbox.store.rows("lists") if row["name"] == "Inbox")


def make(sandbox: Sandbox, timeout: float = 5) -> requests.Response:
    values = {"idList": inbox(sandbox), "name": "n"}
    return requests.post(f"{sandbox.config.url}/1/cards", json=values, headers=HEADER, timeout=timeout)


def made(sandbox: Sandbox) -> int:
    url = f"{sandbox.config.url}/1/lists/{inbox(sandbox)}/cards"
    return len(requests.get(url, headers=HEADER, timeout=5).json())


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("http_429", 429),
        ("http_500", 500),
        ("http_502", 502),
        ("invalid_token", 401),
        ("error:418:short and stout", 418),
    ],
)
def test_statuses_strike_once_and_before_the_work(sandbox: Sandbox, kind: str, status: int) -> None:
    """The request gets the status, no card is made, and the next try succeeds."""
    order(sandbox, kind)
    assert make(sandbox).status_code == status
    assert made(sandbox) == 0
    assert make(sandbox).status_code == 200


def test_a_hint_says_when_to_come_back(sandbox: Sandbox) -> None:
    """http_429_hint carries Retry-After; plain http_429, like Trello, does not."""
    order(sandbox, "http_429_hint", retry_after=7)
    assert make(sandbox).headers["Retry-After"] == "7"
    order(sandbox, "http_429")
    assert "Retry-After" not in make(sandbox).headers


@pytest.mark.parametrize(("kind", "cards"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_hides_whether_the_card_was_made(sandbox: Sandbox, kind: str, cards: int) -> None:
    """The client sees the same broken connection whether or not the work was done."""
    order(sandbox, kind)
    with pytest.raises(requests.ConnectionError):
        make(sandbox)
    assert made(sandbox) == cards


@pytest.mark.parametrize(("kind", "cards"), [("timeout_before", 0), ("timeout_after", 1)])
def test_silence_hides_whether_the_card_was_made(sandbox: Sandbox, kind: str, cards: int) -> None:
    """No answer comes within the client's patience, whether or not the work was done."""
    order(sandbox, kind)
    with pytest.raises(requests.ReadTimeout):
        make(sandbox, timeout=0.4)
    assert made(sandbox) == cards


def test_half_an_answer_after_the_work(sandbox: Sandbox) -> None:
    """The body ends too early, and the card is there."""
    order(sandbox, "half_answer")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        make(sandbox)
    assert made(sandbox) == 1


def test_an_empty_200_after_the_work(sandbox: Sandbox) -> None:
    """Success without a body, which a JSON client takes for a failure, and the card is there."""
    order(sandbox, "empty_200")
    answer = make(sandbox)
    assert (answer.status_code, answer.content) == (200, b"")
    assert made(sandbox) == 1


def test_times_match_and_clearing(sandbox: Sandbox) -> None:
    """A rule strikes as often as ordered, only where it matches, and not after it was cleared."""
    order(sandbox, "http_500", times=2)
    assert made(sandbox) == 0
    assert [make(sandbox).status_code for _ in range(3)] == [500, 500, 200]
    order(sandbox, "http_500", match="* /1/*", seconds=60)
    assert [make(sandbox).status_code for _ in range(2)] == [500, 500]
    requests.delete(f"{sandbox.config.url}/_control/faults", timeout=5).raise_for_status()
    assert make(sandbox).status_code == 200


def test_a_rule_without_a_chance_never_strikes(sandbox: Sandbox) -> None:
    """Probability 0 leaves every request alone."""
    order(sandbox, "http_500", times=5, probability=0)
    assert make(sandbox).status_code == 200


def test_the_log_tells_which_fault_struck(sandbox: Sandbox) -> None:
    """A spoiled request is in the log with its fault."""
    order(sandbox, "http_502")
    make(sandbox)
    log = requests.get(f"{sandbox.config.url}/_control/requests", timeout=5).json()
    assert [(item["status"], item["fault"]) for item in log] == [(502, "http_502")]


@pytest.mark.parametrize(
    "wish", [{"kind": "sometimes"}, {"kind": "http_500", "match": "cards"}, {"kind": "http_500", "n": 1}]
)
def test_unusable_faults_are_refused(sandbox: Sandbox, wish: dict[str, Any]) -> None:
    """An unknown kind, match or field is 400 with the reason."""
    wish = {"match": "POST /1/cards", **wish}
    assert requests.post(f"{sandbox.config.url}/_control/faults", json=wish, timeout=5).status_code == 400


def test_another_sites_page_cannot_steer(sandbox: Sandbox) -> None:
    """A browser on a foreign page is refused by control and page alike."""
    foreign = {"Origin": "https://elsewhere.example"}
    for path in ("/_control/reset", "/_page/1/cards"):
        assert requests.post(f"{sandbox.config.url}{path}", headers=foreign, timeout=5).status_code == 403
