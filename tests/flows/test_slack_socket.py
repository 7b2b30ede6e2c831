"""Socket Mode: the same listeners behind a connection we open, which comes back when it is lost."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from bot.slack import socket
from tests.flows.slack_support import House, all_reports, house, inbox


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of, http_edge=False, SLACK_APP_TOKEN="xapp-sandbox-app") as running:
        socket.start()
        try:
            connected(running)
            yield running
        finally:
            socket.stop()


def connected(slack: House) -> None:
    deadline = time.monotonic() + 20
    while not slack.look("state")["sockets"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_mention_comes_through_the_socket(slack: House) -> None:
    """Events and commands arrive and are answered as over HTTP."""
    ts = slack.say("@inkling it broke")
    answer = slack.control("command", user="csm-north", channel="customers", command="/bug", text="this too")
    assert answer["response"]["text"].startswith("On it.")
    slack.work()
    assert len(all_reports()) == 2
    assert slack.ours(thread_ts=ts)[0]["text"] == "On it. Reading the thread."


def test_every_gesture_comes_through_the_socket(slack: House) -> None:
    """The shortcut on a message, the form from everywhere and the reaction are answered as over HTTP."""
    ts = slack.say("the panel is red", user="csm-south")
    gesture = {"user": "csm-north", "callback_id": "inkling.make_ticket"}
    assert slack.control("shortcut", channel="customers", ts=ts, **gesture)["status"] == "ok"
    assert slack.control("shortcut", user="csm-north", callback_id="inkling.report")["status"] == "ok"
    (form,) = slack.look("views", user="csm-north")["views"]
    values = {"inkling.what": {"inkling.text": "the export is empty"}}
    assert slack.control("submit", user="csm-north", view_id=form["id"], values=values)["status"] == "ok"
    other = slack.say("the app is slow", user="csm-south")
    slack.control("react", user="csm-north", channel="customers", ts=other, name="ticket")
    slack.work()
    assert {(report.origin, report.channel_id[0]) for report in all_reports()} == {
        ("shortcut", "C"),
        ("form", "D"),
        ("reaction", "C"),
    }
    assert slack.ours(thread_ts=ts)[0]["text"] == "On it. Reading the thread."


def test_a_home_is_opened_through_the_socket(slack: House) -> None:
    """Who opens the app finds their Home."""
    slack.control("home", user="csm-north")
    slack.work()
    view = slack.look("views", user="csm-north")["home"]
    assert view["blocks"][0]["text"]["text"] == "Tell me what happened"


def test_a_lost_connection_comes_back(slack: House) -> None:
    """After Slack asks us to reconnect, the next mention still arrives once."""
    slack.control("disconnect")
    time.sleep(0.5)
    connected(slack)
    slack.say("@inkling it broke")
    slack.work()
    assert len(all_reports()) == 1


def test_what_could_not_be_kept_is_not_acknowledged(
    slack: House, away: Callable[[], AbstractContextManager[None]]
) -> None:
    """Without a database the envelope stays unacknowledged, and its repeat is kept once the database is back."""
    slack.control("config", answer_timeout=1.0, retry_delays=[0.0, 3.0, 3.0])
    with away():
        slack.control("say", user="csm-north", channel="customers", text="@inkling it broke")
        time.sleep(0.5)
    slack.delivered()
    assert any(item.payload["event"]["type"] == "app_mention" for item in inbox())
    slack.work()
    assert len(all_reports()) == 1


def test_slack_may_be_away_when_we_start(database: str, settings_of: Callable[..., None]) -> None:
    """The web process starts all the same, and connects once Slack answers."""
    with house(settings_of, http_edge=False, SLACK_APP_TOKEN="xapp-sandbox-app") as running:
        running.fault("apps.connections.open", "http_500")
        socket.start()
        try:
            connected(running)
            running.say("@inkling it broke")
        finally:
            socket.stop()
    assert len(inbox()) == 1


def test_without_an_app_token_no_connection_is_opened(settings_of: Callable[..., None]) -> None:
    """HTTP installations start and stop without a socket."""
    socket.start()
    socket.stop()
