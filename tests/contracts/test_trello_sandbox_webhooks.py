"""Webhooks of the Trello sandbox: checked at birth, signed, told of everything, retried, and given up on."""

import base64
import hashlib
import hmac
import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from trello import TrelloClient

from deploy.sandbox.trello.app import Sandbox
from deploy.sandbox.trello.config import Config
from deploy.sandbox.trello.server import started

HEADER = {"Authorization": 'OAuth oauth_consumer_key="k", oauth_token="t"'}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with started(Config("k", "app-secret", "t")) as running:
        yield running


class Receiver:
    """A callback address that keeps what it gets and answers as told."""

    def __init__(self) -> None:
        self.got: queue.Queue[tuple[bytes, str]] = queue.Queue()
        self.head = 200
        self.answers: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self._answer(outer.head)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.put((body, self.headers["X-Trello-Webhook"]))
                self._answer(outer.answers.pop(0) if outer.answers else 200)

            def _answer(self, status: int) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/trello/webhook?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def next_action(self) -> Any:
        return json.loads(self.got.get(timeout=5)[0])["action"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def ask(sandbox: Sandbox, method: str, path: str, **values: Any) -> requests.Response:
    return requests.request(method, f"{sandbox.config.url}/1{path}", json=values, headers=HEADER, timeout=15)


def watch(sandbox: Sandbox, receiver: Receiver, model: str | None = None) -> Any:
    key = model or sandbox.store.rows("boards")[0]["id"]
    answer = ask(sandbox, "POST", "/webhooks", idModel=key, callbackURL=receiver.url, description="d")
    assert answer.status_code == 200, answer.text
    return answer.json()


def lists(sandbox: Sandbox) -> dict[str, str]:
    return {row["name"]: row["id"] for row in sandbox.store.rows("lists")}


def test_a_delivery_is_signed_over_body_and_address(sandbox: Sandbox, receiver: Receiver) -> None:
    """The header is base64(HMAC-SHA1(app secret, raw body + callback address))."""
    hook = watch(sandbox, receiver)
    card = ask(sandbox, "POST", "/cards", idList=lists(sandbox)["Inbox"], name="é").json()
    body, signed = receiver.got.get(timeout=5)
    digest = hmac.new(b"app-secret", body + receiver.url.encode(), hashlib.sha1).digest()
    assert signed == base64.b64encode(digest).decode()
    told = json.loads(body)
    assert told["action"]["type"] == "createCard"
    assert told["action"]["data"]["card"]["id"] == card["id"]
    assert told["model"]["id"] == hook["idModel"]
    assert told["action"]["memberCreator"]["username"] == "inkling"


def test_every_change_is_told_with_what_was_before(sandbox: Sandbox, receiver: Receiver) -> None:
    """Moves name both lists; edits, archiving, comments, ticks, labels, links and deletion each have their action."""
    card = ask(sandbox, "POST", "/cards", idList=lists(sandbox)["Inbox"], name="n", desc="d").json()["id"]
    watch(sandbox, receiver)
    ask(sandbox, "PUT", f"/cards/{card}", idList=lists(sandbox)["Doing"])
    data = receiver.next_action()["data"]
    assert (data["listBefore"]["name"], data["listAfter"]["name"]) == ("Inbox", "Doing")
    assert data["old"] == {"idList": lists(sandbox)["Inbox"]}
    ask(sandbox, "PUT", f"/cards/{card}", name="m", closed=True)
    assert [receiver.next_action()["data"]["old"] for _ in range(2)] == [{"name": "n"}, {"closed": False}]
    ask(sandbox, "POST", f"/cards/{card}/actions/comments", text="hello")
    assert receiver.next_action()["data"]["text"] == "hello"
    checklist = ask(sandbox, "POST", f"/cards/{card}/checklists", name="c").json()["id"]
    item = ask(sandbox, "POST", f"/checklists/{checklist}/checkItems", name="i").json()["id"]
    ask(sandbox, "PUT", f"/cards/{card}/checkItem/{item}", state="complete")
    kinds = [receiver.next_action()["type"] for _ in range(3)]
    assert kinds == ["addChecklistToCard", "createCheckItem", "updateCheckItemStateOnCard"]
    ask(sandbox, "POST", f"/cards/{card}/idLabels", value=sandbox.store.rows("labels")[0]["id"])
    ask(sandbox, "POST", f"/cards/{card}/attachments", url="https://example.test/")
    ask(sandbox, "DELETE", f"/cards/{card}")
    kinds = [receiver.next_action()["type"] for _ in range(3)]
    assert kinds == ["addLabelToCard", "addAttachmentToCard", "deleteCard"]


def test_a_webhook_on_a_list_hears_only_of_its_cards(sandbox: Sandbox, receiver: Receiver) -> None:
    """Cards made in other lists are not told; one moved in is."""
    watch(sandbox, receiver, lists(sandbox)["Doing"])
    card = ask(sandbox, "POST", "/cards", idList=lists(sandbox)["Inbox"], name="n").json()["id"]
    ask(sandbox, "PUT", f"/cards/{card}", idList=lists(sandbox)["Doing"])
    assert receiver.next_action()["type"] == "updateCard"
    assert receiver.got.empty()


def test_an_address_that_does_not_answer_head_with_200_is_refused(sandbox: Sandbox, receiver: Receiver) -> None:
    """Creation asks HEAD first; 404 there is 400 here, with the address and the status in the text."""
    receiver.head = 404
    key = sandbox.store.rows("boards")[0]["id"]
    refused = ask(sandbox, "POST", "/webhooks", idModel=key, callbackURL=receiver.url)
    assert refused.status_code == 400
    assert refused.text == f"URL ({receiver.url}) did not return 200 status code, got 404"
    assert sandbox.store.rows("webhooks") == []


def test_the_same_webhook_cannot_exist_twice(sandbox: Sandbox, receiver: Receiver) -> None:
    """Address and model together are unique."""
    hook = watch(sandbox, receiver)
    again = ask(sandbox, "POST", "/webhooks", idModel=hook["idModel"], callbackURL=receiver.url)
    assert again.status_code == 400
    assert "already exists" in again.text


def test_addresses_out_in_the_world_are_refused(sandbox: Sandbox) -> None:
    """Nothing leaves the sandbox, webhooks neither."""
    key = sandbox.store.rows("boards")[0]["id"]
    refused = ask(sandbox, "POST", "/webhooks", idModel=key, callbackURL="http://93.184.215.14/hook")
    assert refused.status_code == 400
    assert "nothing leaves" in refused.text


def test_failures_are_retried_with_the_same_body(sandbox: Sandbox, receiver: Receiver) -> None:
    """A delivery that fails comes again after the delay, identical, so that it can be recognised by its action id."""
    sandbox.store.knobs.change({"webhook_retry_delays": [0.05, 0.05]})
    watch(sandbox, receiver)
    receiver.answers = [500, 404, 200]
    ask(sandbox, "POST", "/cards", idList=lists(sandbox)["Inbox"], name="n")
    bodies = {receiver.got.get(timeout=5)[0] for _ in range(3)}
    assert len(bodies) == 1
    assert receiver.got.empty()


def test_a_delivery_given_up_is_counted(sandbox: Sandbox, receiver: Receiver) -> None:
    """After the last retry the webhook shows a failure and since when; a success clears both."""
    sandbox.store.knobs.change({"webhook_retry_delays": []})
    hook = watch(sandbox, receiver)
    receiver.answers = [500]
    ask(sandbox, "POST", "/cards", idList=lists(sandbox)["Inbox"], name="n")
    shown = _settled(sandbox, hook["id"], 1)
    assert (shown["consecutiveFailures"], bool(shown["firstConsecutiveFailDate"])) == (1, True)
    ask(sandbox, "POST", "/cards", idList=lists(sandbox)["Inbox"], name="n")
    assert _settled(sandbox, hook["id"], 2)["firstConsecutiveFailDate"] is None


def _settled(sandbox: Sandbox, hook: str, deliveries: int) -> Any:
    """The webhook once so many deliveries have their outcome; the last is written with the next look at the store."""
    deadline = threading.Event()
    for _ in range(100):
        with sandbox.store.lock:
            if len(sandbox.delivery.log) >= deliveries:
                break
        deadline.wait(0.05)
    deadline.wait(0.05)
    return ask(sandbox, "GET", f"/webhooks/{hook}").json()


def test_410_removes_the_webhook(sandbox: Sandbox, receiver: Receiver) -> None:
    """An address that says Gone is not told again."""
    hook = watch(sandbox, receiver)
    receiver.answers = [410]
    ask(sandbox, "POST", "/cards", idList=lists(sandbox)["Inbox"], name="n")
    receiver.next_action()
    for _ in range(100):
        if ask(sandbox, "GET", f"/webhooks/{hook['id']}").status_code == 404:
            return
        threading.Event().wait(0.02)
    pytest.fail("the webhook is still there")


def test_py_trello_makes_lists_and_deletes_webhooks(sandbox: Sandbox, receiver: Receiver) -> None:
    """create_hook posts a signed form to /tokens/{token}/webhooks/, which is checked like everything else."""

    class Redirected(requests.Session):
        def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
            for origin in ("https://api.trello.com", "https://trello.com"):
                url = str(url).replace(origin, sandbox.config.url)
            return super().request(method, url, *args, **{"timeout": 15, **options})

    client = TrelloClient("k", api_secret="app-secret", token="t", http_service=Redirected())
    hook = client.create_hook(receiver.url, client.list_boards()[0].id, desc="from the client")
    assert [item.callback_url for item in client.list_hooks()] == [receiver.url]
    hook.delete()
    assert client.list_hooks() == []
