"""py-trello, unchanged, does its work against the Trello sandbox, in each way of proving who is asking."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from trello import TrelloClient
from trello.exceptions import ResourceUnavailable, Unauthorized

from deploy.sandbox.trello.app import Sandbox
from deploy.sandbox.trello.config import Config
from deploy.sandbox.trello.server import started

KEY, SECRET, TOKEN = "a-key", "an-app-secret", "a-token"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with started(Config(KEY, SECRET, TOKEN)) as running:
        yield running


class Redirected(requests.Session):
    """py-trello's `http_service`, pointed at the sandbox."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        options.setdefault("timeout", (3, 10))
        for origin in ("https://api.trello.com", "https://trello.com"):
            url = str(url).replace(origin, self.url)
        return super().request(method, url, *args, **options)


@pytest.fixture(params=["query", "signature"])
def client(request: pytest.FixtureRequest, sandbox: Sandbox) -> TrelloClient:
    service = Redirected(sandbox.config.url)
    if request.param == "query":
        return TrelloClient(KEY, api_secret=TOKEN, http_service=service)
    return TrelloClient(KEY, api_secret=SECRET, token=TOKEN, http_service=service)


def board_of(client: TrelloClient) -> Any:
    return client.list_boards()[0]


def list_named(client: TrelloClient, name: str) -> Any:
    return next(item for item in board_of(client).list_lists("open") if item.name == name)


def test_a_card_made_by_the_client_reads_back_in_full(client: TrelloClient) -> None:
    """A card created in one POST has its text, labels, due date and link when it is fetched."""
    board = board_of(client)
    inbox = list_named(client, "Inbox")
    labels = board.get_labels()[:2]
    made = inbox.add_card(
        "Türpanel & «offline» 桜",
        desc="ref: op-1",
        labels=labels,
        due="2026-12-01T10:00:00+01:00",
        url_source="https://example.test/p?a=1&b=2",
    )
    card = client.get_card(made.id)
    assert (card.name, card.desc) == ("Türpanel & «offline» 桜", "ref: op-1")
    assert card.due == "2026-12-01T09:00:00.000Z"
    assert {label.name for label in card.labels} == {label.name for label in labels}
    assert [item.url for item in card.get_attachments()] == ["https://example.test/p?a=1&b=2"]
    assert card.badges["attachments"] == 1
    assert [item.id for item in inbox.list_cards(query={})] == [made.id]


def test_checklists_comments_and_moves_work_as_the_client_expects(client: TrelloClient) -> None:
    """Items tick and untick, comments come back in order, and a move is told with both lists."""
    card = list_named(client, "Inbox").add_card("One")
    checklist = card.add_checklist("Acceptance criteria", ["first", "second"], [True, False])
    checklist.set_checklist_item("second", checked=True)
    checklist.rename("Criteria")
    card.comment("before")
    card.comment("after")
    card.change_list(list_named(client, "Doing").id)
    fresh = client.get_card(card.id)
    assert fresh.badges["checkItems"] == fresh.badges["checkItemsChecked"] == 2
    assert [item["data"]["text"] for item in fresh.get_comments()] == ["before", "after"]
    assert fresh.checklists[0].name == "Criteria"
    move = fresh.list_movements()[0]
    assert (move["source"]["name"], move["destination"]["name"]) == ("Inbox", "Doing")


def test_names_labels_archive_and_delete(client: TrelloClient) -> None:
    """Renaming, labelling, archiving and deleting are seen by the next read; a deleted card is 404."""
    board = board_of(client)
    card = list_named(client, "Inbox").add_card("Old")
    label = board.add_label("urgent", "red")
    card.add_label(label)
    card.set_name("New")
    card.set_closed(closed=True)
    assert [item.name for item in board.closed_cards()] == ["New"]
    assert client.get_card(card.id).labels[0].name == "urgent"
    card.remove_label(label)
    assert client.get_card(card.id).labels == []
    card.delete()
    with pytest.raises(ResourceUnavailable, match=r"The requested resource was not found\."):
        client.get_card(card.id)


def test_an_upload_comes_back_byte_for_byte(client: TrelloClient, sandbox: Sandbox) -> None:
    """A file attached by the client can be downloaded again."""
    card = list_named(client, "Inbox").add_card("With a file")
    made = card.attach(name="log.txt", mimeType="text/plain", file=b"\x00line one\n")
    assert made["bytes"] == 10
    query = {"key": KEY, "token": TOKEN}
    assert requests.get(made["url"], params=query, timeout=5).content == b"\x00line one\n"


def test_search_learns_late(client: TrelloClient, sandbox: Sandbox) -> None:
    """A new card is found by search only after the delay, though its list shows it at once."""
    sandbox.store.knobs.change({"search_delay": 0.4})
    inbox = list_named(client, "Inbox")
    inbox.add_card("Zanzibar panel")
    assert client.search("zanzibar") == []
    assert len(inbox.list_cards(query={})) == 1
    time.sleep(0.5)
    assert [item.name for item in client.search("zanzibar")] == ["Zanzibar panel"]
    assert client.search("zanzi") == []
    assert len(client.search("zanzi", partial_match=True)) == 1


def test_creating_twice_makes_two(client: TrelloClient) -> None:
    """There is no idempotency: the same POST again is another card."""
    inbox = list_named(client, "Inbox")
    assert inbox.add_card("Same").id != inbox.add_card("Same").id
    assert len(inbox.list_cards(query={})) == 2


def test_a_header_without_a_signature_is_enough(sandbox: Sandbox) -> None:
    """`Authorization: OAuth oauth_consumer_key, oauth_token` is accepted, and no secret stands in the address."""
    header = {"Authorization": f'OAuth oauth_consumer_key="{KEY}", oauth_token="{TOKEN}"'}
    answer = requests.get(f"{sandbox.config.url}/1/members/me", headers=header, timeout=5)
    assert answer.json()["username"] == "inkling"


def test_a_wrong_signature_is_refused(sandbox: Sandbox) -> None:
    """A request signed with another secret gets 401."""
    service = Redirected(sandbox.config.url)
    client = TrelloClient(KEY, api_secret="another", token=TOKEN, http_service=service)
    with pytest.raises(Unauthorized, match="invalid oauth signature"):
        client.list_boards()


@pytest.mark.parametrize(
    ("key", "token", "text"),
    [
        ("x", TOKEN, "invalid key"),
        (KEY, "x", "invalid token"),
        (KEY, "", "unauthorized permission requested"),
    ],
)
def test_refusals_say_what_trello_says(sandbox: Sandbox, key: str, token: str, text: str) -> None:
    """Each wrong credential has its own 401 text."""
    answer = requests.get(f"{sandbox.config.url}/1/members/me", params={"key": key, "token": token}, timeout=5)
    assert (answer.status_code, answer.text) == (401, text)


def test_a_revoked_token_stops_everything(client: TrelloClient, sandbox: Sandbox) -> None:
    """Once control says revoked, the client sees Unauthorized."""
    requests.post(f"{sandbox.config.url}/_control/config", json={"revoked": True}, timeout=5).raise_for_status()
    with pytest.raises(Unauthorized, match="invalid token"):
        client.list_boards()


def test_the_log_names_requests_but_no_secrets(client: TrelloClient, sandbox: Sandbox) -> None:
    """Control lists method, path, parameters and status, without key or token anywhere."""
    client.list_hooks(TOKEN)
    log = requests.get(f"{sandbox.config.url}/_control/requests", timeout=5)
    assert [(item["method"], item["status"]) for item in log.json()] == [("GET", 200)]
    assert TOKEN not in log.text
    assert KEY not in log.text
