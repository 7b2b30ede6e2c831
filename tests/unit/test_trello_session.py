"""The connection to Trello on the wire: where secrets travel, what is repeated, and what each answer turns into."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from bot.core.errors import InklingError
from workers.trello import limiter
from workers.trello import session as wire
from workers.trello.errors import NoAnswer, RateLimited, Refused
from workers.trello.session import connect

KEY, TOKEN = "key-0123456789", "token-abcdef0123"


_UNKNOWN = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 11\r\nConnection: close\r\n\r\ninvalid key"


class Server:
    """Answers every connection with fixed bytes and keeps what it was sent."""

    def __init__(self) -> None:
        self.answer, self.needs = b"", ""
        self.heard: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def says(self, status: str, body: str = "", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body.encode())}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.answer = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.heard.append(_request(connection))
                lacks = self.needs not in self.heard[-1].partition("\r\n")[0]
                connection.sendall(_UNKNOWN if lacks else self.answer)

    def close(self) -> None:
        self._listener.close()


def _request(connection: socket.socket) -> str:
    """One whole request: head, and as much body as it announces."""
    with connection.makefile("r", newline="") as stream:
        head = "".join(iter(stream.readline, "\r\n"))
        length = re.search(r"Content-Length: (\d+)", head)
        return f"{head}\r\n{stream.read(int(length[1])) if length else ''}"


@pytest.fixture
def server(settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    limiter._made.cache_clear()
    monkeypatch.setattr(wire, "TIMEOUT", (1.0, 0.5))
    with closing(Server()) as server:
        settings_of(TRELLO_API_KEY=KEY, TRELLO_TOKEN=TOKEN, TRELLO_API_URL=server.url)
        yield server


def post() -> InklingError:
    """Try to make a card; the error that came of it."""
    with connect() as trello, pytest.raises(InklingError) as caught:
        trello.post("/cards", name="A card")
    return caught.value


def test_secrets_travel_in_the_header_alone(server: Server) -> None:
    """Key and token are in the Authorization header Trello documents, and not in the address or the body."""
    server.says("200 OK", '{"id": "1"}')
    with connect() as trello:
        trello.post("/cards", name="A card")
        trello.get("/boards/1", fields="name")
    for heard in server.heard:
        assert f'Authorization: OAuth oauth_consumer_key="{KEY}", oauth_token="{TOKEN}"' in heard
        rest = "\n".join(line for line in heard.splitlines() if not line.startswith("Authorization"))
        assert KEY not in rest
        assert TOKEN not in rest
    assert server.heard[0].startswith("POST /1/cards HTTP/1.1")
    assert json.loads(server.heard[0].rpartition("\r\n\r\n")[2]) == {"name": "A card"}
    assert server.heard[1].startswith("GET /1/boards/1?fields=name HTTP/1.1")


def test_secrets_that_trello_repeats_are_masked(server: Server) -> None:
    """When an answer contains key or token, the error that people read does not."""
    server.says("400 Bad Request", f"cannot use {KEY} with {TOKEN}")
    refused = post()
    assert isinstance(refused, Refused)
    assert refused.body == "cannot use ••• with •••"
    assert TOKEN not in refused.message
    assert KEY not in refused.message


@pytest.mark.parametrize(
    ("status", "body"),
    [
        *(("500 Internal Server Error", "oh"), ("502 Bad Gateway", "<h1>"), ("504 Gateway Time-out", "")),
        *(("408 Request Timeout", ""), ("200 OK", ""), ("200 OK", '{"id": "1", "na'), ("200 OK", "{}")),
        *(("200 OK", "[]"), ("204 No Content", "")),
    ],
)
def test_an_unusable_answer_leaves_the_outcome_open(server: Server, status: str, body: str) -> None:
    """5xx, and answers that are empty, cut or without an id: nobody knows, and nothing is sent a second time."""
    server.says(status, body)
    assert isinstance(post(), NoAnswer)
    assert len(server.heard) == 1


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"])
def test_a_lost_connection_leaves_the_outcome_open(server: Server, answer: bytes) -> None:
    """Cut before or in the middle of the answer: nobody knows, nothing is repeated, no secret is in the error."""
    server.answer = answer
    error = post()
    assert isinstance(error, NoAnswer)
    assert len(server.heard) == 1
    assert TOKEN not in str(error) + repr(error.__cause__)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        ("401 Unauthorized", "invalid key", "TRELLO_API_KEY"),
        ("401 Unauthorized", "invalid token", "TRELLO_TOKEN"),
        ("401 Unauthorized", "unauthorized permission requested", "the right to edit the board"),
        ("403 Forbidden", "", "the right to edit the board"),
        ("404 Not Found", "The requested resource was not found.", "may have been deleted"),
        ("400 Bad Request", "invalid value for idList", "“invalid value for idList”"),
        ("301 Moved", "", "TRELLO_API_URL"),
    ],
)
def test_a_refusal_says_what_to_do(server: Server, status: str, body: str, words: str) -> None:
    """Each refusal keeps status and Trello's words and is a sentence with what helps."""
    server.says(status, body, Location="/elsewhere")
    refused = post()
    assert isinstance(refused, Refused)
    assert (refused.code, refused.body) == (int(status[:3]), body)
    assert words in refused.message
    assert "The ticket waits." in refused.message
    assert len(server.heard) == (2 if refused.code == 401 else 1)


def test_a_header_lost_on_the_way_is_made_up_for(server: Server) -> None:
    """Where the header does not arrive, key and token go in the address, from then on at once."""
    server.says("200 OK", '{"id": "1"}')
    server.needs = f"key={KEY}&token={TOKEN}"
    with connect() as trello:
        trello.post("/cards", name="A card")
        trello.get("/boards/1", fields="name")
    asked = [heard.partition(" HTTP/")[0] for heard in server.heard]
    assert asked == [
        "POST /1/cards",
        f"POST /1/cards?{server.needs}",
        f"GET /1/boards/1?fields=name&{server.needs}",
    ]


@pytest.mark.parametrize(
    ("hint", "seconds"), [({}, 10.0), ({"Retry_After": "3"}, 3.0), ({"Retry_After": "soon"}, 10.0)]
)
def test_after_429_this_process_keeps_quiet(server: Server, hint: dict[str, str], seconds: float) -> None:
    """Asked for a pause, nothing more is sent until it is over: as long as Trello says, else the whole window."""
    server.says("429 Too Many Requests", '{"error": "API_TOKEN_LIMIT_EXCEEDED"}', **hint)
    limited = post()
    assert isinstance(limited, RateLimited)
    assert (limited.seconds, limited.counts) == (seconds, False)
    again = post()
    assert not isinstance(again, RateLimited)
    assert len(server.heard) == 1
