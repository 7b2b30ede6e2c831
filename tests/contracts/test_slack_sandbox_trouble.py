"""The sandbox's bad days: faults on the Web API, rate limits, restarts, strangers."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from slack_sdk import WebClient

from tests.contracts.slack_sandbox_fixtures import Slack, sandbox, wait_for

PRODUCT = "C0PRODUCT"


@pytest.fixture
def slack() -> Iterator[Slack]:
    with sandbox() as running:
        yield running


def texts(slack: Slack) -> list[str]:
    return [message["text"] for message in slack.see("messages", channel="product")["messages"]]


@pytest.mark.parametrize(
    ("kind", "error", "stored"),
    [("drop_before", OSError, []), ("drop_after", OSError, ["hello"]), ("half_answer", Exception, ["hello"])],
)
def test_cut_connections(slack: Slack, kind: str, error: type[Exception], stored: list[str]) -> None:
    """A drop before leaves nothing, a drop after and half an answer leave the message; the next call is fine."""
    slack.do("faults", method="chat.postMessage", kind=kind)
    with pytest.raises(error):
        slack.client.chat_postMessage(channel=PRODUCT, text="hello")
    assert texts(slack) == stored
    assert slack.client.chat_postMessage(channel=PRODUCT, text="again")["ok"]


@pytest.mark.parametrize(("kind", "stored"), [("timeout_before", []), ("timeout_after", ["hello"])])
def test_timeouts(slack: Slack, kind: str, stored: list[str]) -> None:
    """A timeout keeps the client waiting; whether the work was done depends on the order."""
    slack.do("faults", method="chat.postMessage", kind=kind, seconds=5)
    hasty = WebClient(slack.config.bot_token, base_url=f"{slack.url}/api/", timeout=1, retry_handlers=[])
    with pytest.raises(TimeoutError):
        hasty.chat_postMessage(channel=PRODUCT, text="hello")
    assert texts(slack) == stored


def test_the_default_retry_handler_posts_twice(slack: Slack) -> None:
    """A client that repeats after a cut connection really makes a second message, as with Slack."""
    slack.do("faults", method="chat.postMessage", kind="drop_after")
    WebClient(slack.config.bot_token, base_url=f"{slack.url}/api/").chat_postMessage(channel=PRODUCT, text="hello")
    assert texts(slack) == ["hello", "hello"]


def test_ordered_errors(slack: Slack) -> None:
    """ratelimited says when to come back, http_500 and error:<code> come as often as ordered, then no more."""
    slack.do("faults", method="chat.postMessage", kind="ratelimited", seconds=7)
    limited = slack.error(slack.client.chat_postMessage, channel=PRODUCT, text="x").response
    assert (limited.status_code, limited.headers["Retry-After"], limited["error"]) == (429, "7", "ratelimited")
    slack.do("faults", method="*", kind="error:fatal_error", times=2)
    assert slack.error(slack.client.auth_test).response["error"] == "fatal_error"
    assert slack.see("faults")["faults"][0]["times"] == 1
    assert slack.error(slack.client.team_info).response["error"] == "fatal_error"
    slack.do("faults", method="auth.test", kind="http_500")
    assert slack.error(slack.client.auth_test).response.status_code == 500
    assert slack.client.auth_test()["ok"]
    slack.do("faults", method="auth.test", kind="http_500")
    requests.delete(f"{slack.url}/_control/faults", timeout=5)
    assert slack.client.auth_test()["ok"]
    assert (
        requests.post(f"{slack.url}/_control/faults", json={"method": "x", "kind": "y"}, timeout=5).status_code == 400
    )


def test_rate_limits_only_when_asked_for() -> None:
    """Off: ten messages at once are fine. On: three per channel at once, then one a second."""
    now = [time.time()]
    with sandbox(clock=lambda: now[0]) as slack:
        for _ in range(10):
            slack.client.chat_postMessage(channel=PRODUCT, text="x")
        slack.do("config", rate_limits=True)
        for _ in range(3):
            slack.client.chat_postMessage(channel=PRODUCT, text="x")
        limited = slack.error(slack.client.chat_postMessage, channel=PRODUCT, text="x").response
        assert (limited.status_code, limited.headers["Retry-After"]) == (429, "1")
        assert slack.client.chat_postMessage(channel="C0CUSTOMERS", text="x")["ok"]
        now[0] += 1
        assert slack.client.chat_postMessage(channel=PRODUCT, text="x")["ok"]
        for _ in range(20):
            slack.client.users_list()
        assert slack.error(slack.client.users_list).response.headers["Retry-After"] == "3"


def test_the_workspace_survives_a_restart(tmp_path: Path) -> None:
    """Messages, threads, ephemerals, homes and memberships are there again, and time does not run backwards."""
    file = tmp_path / "state" / "slack.json"
    with sandbox(state_file=file) as slack:
        root = slack.do("say", user="pm", channel="product", text="hello")["ts"]
        slack.client.chat_postMessage(channel=PRODUCT, text="reply", thread_ts=root)
        slack.client.chat_postEphemeral(channel=PRODUCT, user="U0PRODUCT1", text="psst")
        slack.client.conversations_join(channel="C0INCIDENTS")
        slack.client.views_publish(user_id="U0PRODUCT1", view={"type": "home", "blocks": [{"type": "divider"}]})
        before: list[Any] = [slack.see("messages", channel="product"), slack.see("views", user="pm")]
        wait_for(file.exists, 1)
    with sandbox(state_file=file) as slack:
        assert [slack.see("messages", channel="product"), slack.see("views", user="pm")] == before
        assert slack.do("say", user="pm", channel="product", text="later")["ts"] > root
        assert slack.client.chat_postMessage(channel="C0INCIDENTS", text="still a member")["ok"]


def test_the_command_line(tmp_path: Path) -> None:
    """`python -m deploy.sandbox.slack` prints its address once it serves, keeps its state when stopped, and seeds."""
    file, seed = tmp_path / "state.json", tmp_path / "seed.json"
    users = [{"id": "U0ANYONE01", "name": "anyone"}]
    channels = [{"id": "C0HALL", "name": "hall", "members": ["anyone", "inkling"]}]
    seed.write_text(json.dumps({"users": users, "channels": channels}))
    command = [sys.executable, "-m", "deploy.sandbox.slack", "--port", "0", "--state", str(file), "--seed", str(seed)]
    for expected in (1, 2):
        process = subprocess.Popen([*command, "--bot-token", "xoxb-mine"], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            url = line.removeprefix("slack sandbox: ").strip()
            WebClient("xoxb-mine", base_url=f"{url}/api/").chat_postMessage(channel="C0HALL", text="hello")
            found = requests.get(f"{url}/_control/messages", params={"channel": "hall"}, timeout=5).json()
            assert len(found["messages"]) == expected
        finally:
            process.terminate()
            process.wait(timeout=15)


def test_a_broken_snapshot_is_refused(tmp_path: Path) -> None:
    """A file that is no snapshot stops the start instead of being overwritten."""
    file = tmp_path / "slack.json"
    file.write_text("{}")
    with pytest.raises(ValueError, match="not a snapshot"), sandbox(state_file=file):
        pass
    assert file.read_text() == "{}"


def test_strangers_are_turned_away(slack: Slack) -> None:
    """Another site in this machine's browser, or a name that points here, reaches nothing."""
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        assert requests.get(f"{slack.url}/_control/state", headers=headers, timeout=5).status_code == 403
    page = requests.get(slack.url, timeout=5)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
