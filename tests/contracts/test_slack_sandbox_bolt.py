"""Bolt and slack_sdk's Socket Mode client, unchanged, against the sandbox: by HTTP and by socket."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from tests.contracts.slack_sandbox_fixtures import Slack, actions, button, recorder, sandbox, wait_for

PRODUCT = "C0PRODUCT"
VIEW = {"type": "modal", "callback_id": "form", "title": {"type": "plain_text", "text": "Hello"}, "blocks": []}


@pytest.fixture
def slack() -> Iterator[Slack]:
    with sandbox(answer_timeout=1.0) as running:
        yield running


def greeter(slack: Slack) -> App:
    """A small Bolt app that uses every kind of listener."""
    app = App(client=slack.client, signing_secret=slack.config.signing_secret, process_before_response=True)

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], say: Any) -> None:
        say(text="On it.", thread_ts=event["ts"], blocks=[actions(button("open"))])

    @app.event("message")
    def message() -> None:
        """Nothing to do."""

    @app.command("/bug")
    def bug(ack: Any) -> None:
        ack("Heard.")

    @app.action("open")
    def opened(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=VIEW)

    @app.view("form")
    def submitted(ack: Any) -> None:
        ack(response_action="update", view={**VIEW, "title": {"type": "plain_text", "text": "Thanks"}})

    return app


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def by_http(slack: Slack) -> Iterator[None]:
    server = make_server("127.0.0.1", 0, SlackRequestHandler(greeter(slack), path="/slack/events"), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    assert slack.do("config", events_url=f"http://127.0.0.1:{server.server_port}/slack/events")["verified"] is True
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def by_socket(slack: Slack) -> Iterator[None]:
    handler = SocketModeHandler(greeter(slack), app_token=slack.config.app_token, web_client=slack.client)
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
    wait_for(lambda: slack.see("state")["sockets"] == 1)
    try:
        yield
    finally:
        handler.close()  # type: ignore[no-untyped-call]  # Bolt leaves it bare


@pytest.mark.parametrize("way", [by_http, by_socket])
def test_bolt_works_unchanged(slack: Slack, way: Any) -> None:
    """Mention, command, click, modal and form go round through a real Bolt app, signed or by socket."""
    with way(slack):
        root = slack.do("say", user="pm", channel="product", text="@inkling the panel is offline")["ts"]
        slack.settle()
        thread = slack.see("messages", channel="product", thread_ts=root)["messages"]
        assert [message["text"] for message in thread[1:]] == ["On it."]
        slack.do("command", user="pm", channel="product", command="/bug", text="x")
        assert slack.see("messages", channel="product", user="pm")["ephemerals"][0]["text"] == "Heard."
        done = slack.do("click", user="pm", channel="product", ts=thread[1]["ts"], action_id="open")
        assert done["status"] == "ok", slack.see("deliveries")
        (view,) = slack.see("views", user="pm")["views"]
        slack.do("submit", user="pm", view_id=view["id"])
        assert slack.see("views", user="pm")["views"][0]["title"]["text"] == "Thanks"
        via = {entry["via"] for entry in slack.see("deliveries")["deliveries"] if entry["kind"] != "url_verification"}
        assert via == {"http" if way is by_http else "socket"}


@contextmanager
def listening(slack: Slack, *, ack: bool = True) -> Iterator[tuple[SocketModeClient, list[SocketModeRequest]]]:
    """A bare Socket Mode client that keeps what it gets."""
    client = SocketModeClient(slack.config.app_token, web_client=slack.client, ping_interval=0.5)
    got: list[SocketModeRequest] = []

    def listen(_: Any, request: SocketModeRequest) -> None:
        got.append(request)
        if ack:
            client.send_socket_mode_response({"envelope_id": request.envelope_id})

    client.socket_mode_request_listeners.append(listen)
    client.connect()
    try:
        yield client, got
    finally:
        client.close()


def test_hello_and_large_envelopes(slack: Slack) -> None:
    """The connection opens with hello; an envelope of 100 kB with letters of all kinds arrives whole."""
    heard: list[str] = []
    with listening(slack) as (client, got):
        client.on_message_listeners.append(heard.append)
        text = "ü→語" * 12_000
        slack.do("say", user="pm", channel="product", text=text)
        wait_for(lambda: got)
        assert got[0].type == "events_api"
        assert got[0].payload["event"]["text"] == text
        assert (got[0].retry_attempt, got[0].accepts_response_payload) == (0, False)
        assert client.is_connected()


def test_what_is_not_acknowledged_comes_again(slack: Slack) -> None:
    """Without an acknowledgement the event is sent again with its number and reason, four times in all."""
    slack.do("config", answer_timeout=0.2)
    with listening(slack, ack=False) as (_, got):
        slack.do("say", user="pm", channel="product", text="hello")
        slack.settle()
        wait_for(lambda: len(got) == 4)
        assert [request.retry_attempt for request in got] == [0, 1, 2, 3]
        assert got[1].retry_reason == "timeout"
        assert len({request.payload["event_id"] for request in got}) == 1
        assert len({request.envelope_id for request in got}) == 4


def test_each_delivery_goes_to_one_connection(slack: Slack) -> None:
    """With two connections every event arrives once, at either of them."""
    with listening(slack) as (_, first), listening(slack) as (_, second):
        wait_for(lambda: slack.see("state")["sockets"] == 2)
        for n in range(6):
            slack.do("say", user="pm", channel="product", text=str(n))
        slack.settle()
        wait_for(lambda: len(first) + len(second) == 6)
        assert len(first) == len(second) == 3
        texts = [request.payload["event"]["text"] for request in first + second]
        assert sorted(texts) == [str(n) for n in range(6)]


def test_a_disconnect_makes_the_client_come_back(slack: Slack) -> None:
    """After `disconnect` the client asks for a new address and goes on hearing everything."""
    with listening(slack) as (client, got):
        before = client.session_id()
        assert slack.do("disconnect")["asked"] == 1
        wait_for(lambda: slack.see("state")["sockets"] == 1 and client.session_id() != before)
        slack.do("say", user="pm", channel="product", text="still there?")
        wait_for(lambda: got)


def test_sockets_come_before_http(slack: Slack) -> None:
    """While a socket is connected nothing goes to the events address; afterwards it does again."""
    with recorder() as app:
        slack.do("config", events_url=app.url)
        with listening(slack) as (_, got):
            slack.do("say", user="pm", channel="product", text="socket")
            wait_for(lambda: got)
        wait_for(lambda: slack.see("state")["sockets"] == 0)
        slack.do("say", user="pm", channel="product", text="http")
        slack.settle()
        assert [request.event["text"] for request in app.of("message")] == ["http"]


def test_a_ticket_is_good_once(slack: Slack) -> None:
    """An address opens one connection; apps.connections.open wants the app token."""
    with listening(slack) as (client, _):
        again = SocketModeClient(slack.config.app_token, web_client=slack.client, auto_reconnect_enabled=False)
        again.wss_uri = client.wss_uri
        again.connect()
        assert not again.is_connected()
        again.close()
    refused = slack.error(slack.client.apps_connections_open, app_token=slack.config.bot_token)
    assert refused.response["error"] == "not_allowed_token_type"
