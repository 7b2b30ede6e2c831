"""All workers together stay under Slack's limits: one limiter in Redis, and none that would lose work without it."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
import redis

from bot.core.errors import Later
from tests.flows.slack_support import House, house
from workers.notify import limiter as room
from workers.notify.client import Unknown, call
from workers.notify.limiter import AWAY_MOST, IN_CHANNEL, PATIENCE, TIER_3, Limiter

POST, UPDATE = "chat.postMessage", "chat.update"
# Calls Slack as fast as it may for three seconds, and prints how often it did.
EAGER = """
import sys, time
from bot.core.errors import Later
from workers.notify.client import call
done, end = 0, time.monotonic() + 3
while time.monotonic() < end:
    try:
        call("chat_postMessage", channel="C0CUSTOMERS", text="x")
        done += 1
    except Later:
        time.sleep(0.02)
print(done)
"""


@pytest.fixture
def slack(database: str, redis_url: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of) as running:
        running.control("config", rate_limits=True)
        yield running


def places(limiter: Limiter, method: str, channel: str = "C1", most: int = 200) -> tuple[int, float]:
    """How many places there are right now, and the seconds until the turn of the next."""
    for taken in range(most):
        try:
            limiter.wait(method, channel)
        except Later as later:
            return taken, later.seconds
    return most, 0.0


def test_processes_share_one_limit(slack: House, redis_url: str) -> None:
    """Three workers that post as fast as they may never see a 429, and use what Slack allows."""
    environment = {"REDIS_URL": redis_url, "SLACK_API_URL": f"{slack.base}/api/", "PATH": "/usr/bin:/bin"}
    environment |= {"SLACK_BOT_TOKEN": slack.sandbox.config.bot_token}
    children = [
        subprocess.Popen([sys.executable, "-c", EAGER], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    done = sum(int(child.communicate(timeout=60)[0]) for child in children)
    calls = slack.calls(POST)
    assert [one["status"] for one in calls] == [200] * done
    spent = calls[-1]["at"] - calls[0]["at"]
    assert IN_CHANNEL[1] <= done <= IN_CHANNEL[1] + spent + 1


def test_a_full_channel_hands_out_turns(redis_url: str) -> None:
    """Who cannot post in a channel is told a time of its own, a second after the one before; other channels go on."""
    limiter = Limiter(redis_url, "token")
    assert places(limiter, POST)[0] == IN_CHANNEL[1]
    turns = [places(limiter, POST)[1] for _ in range(4)]
    apart = [later - earlier for earlier, later in pairwise(turns)]
    assert turns[0] <= 2
    assert all(0.5 < gap <= 1.01 for gap in apart), turns
    assert places(limiter, POST, "C2")[0] == IN_CHANNEL[1]


def test_nobody_is_sent_away_for_long(redis_url: str) -> None:
    """However long the line is, who waits comes back after a minute: perhaps there is nothing left to say."""
    limiter = Limiter(redis_url, "token")
    turns = [places(limiter, POST)[1] for _ in range(100)]
    assert max(turns) == room.MOST


def test_each_method_has_its_tier(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a minute's calls may come at once; what one method used up is no matter to another."""
    monkeypatch.setattr(room, "ALL", (0.0001, 10_000))
    monkeypatch.setattr(room, "PATIENCE", 0)
    limiter = Limiter(redis_url, "token")
    for method, calls in ((UPDATE, TIER_3), ("conversations.list", 20), ("users.info", 100)):
        taken, turn = places(limiter, method)
        # A slow machine takes so long that a few more places come free.
        assert calls / 2 <= taken <= calls / 2 + 5, method
        assert turn <= 60 / calls + 0.01, method


def test_a_short_wait_is_waited_here(redis_url: str) -> None:
    """A wait of up to a fifth of a second is slept through, a longer one is not."""
    limiter = Limiter(redis_url, "token")
    limiter.close(UPDATE, "", PATIENCE / 2)
    started = time.monotonic()
    limiter.wait(UPDATE, "")
    assert time.monotonic() - started >= PATIENCE / 4
    limiter.close(UPDATE, "", 5)
    with pytest.raises(Later):
        limiter.wait(UPDATE, "")


def test_a_429_is_heard_by_all(slack: House, redis_url: str) -> None:
    """One worker's 429 keeps the others from that method, for messages from that channel; afterwards no rush."""
    slack.fault(POST, "ratelimited", seconds=5)
    with pytest.raises(Later) as told:
        call("chat_postMessage", channel="C0CUSTOMERS", text="x")
    assert (told.value.seconds, told.value.counts) == (6, False)
    other = Limiter(redis_url, slack.sandbox.config.bot_token)
    taken, turn = places(other, POST, "C0CUSTOMERS")
    assert taken == 0
    assert 3 < turn <= 6
    assert places(other, POST, "C0CUSTOMERS")[1] > turn + 0.5
    assert places(other, POST, "C0PRODUCT", 1)[0] == 1
    assert places(other, UPDATE, "C0CUSTOMERS", 1)[0] == 1


def test_slack_away_is_asked_ever_less(redis_url: str) -> None:
    """Each failure after a pause doubles the next, up to half a minute; those who failed together count as one."""
    limiter, pauses = Limiter(redis_url, "token"), []
    store = redis.Redis.from_url(redis_url)
    for _ in range(7):
        for _ in range(3):
            limiter.away()
        taken, turn = places(limiter, UPDATE, most=1)
        assert taken == 0
        pauses.append(turn)
        # The pause is over.
        store.delete(*(name for name in store.keys("*:all*")))
    assert [round(pause + 0.4) for pause in pauses] == [1, 2, 4, 8, 16, AWAY_MOST, AWAY_MOST], pauses


def test_trouble_pauses_everybody(slack: House, redis_url: str) -> None:
    """A call of unknown outcome makes all workers wait a moment before any other call."""
    slack.fault(UPDATE, "http_500")
    with pytest.raises(Unknown):
        call("chat_update", channel="C0CUSTOMERS", ts="1.000001", text="x")
    assert places(Limiter(redis_url, slack.sandbox.config.bot_token), "users.info")[0] == 0


def test_without_redis_calls_go_on(slack: House, settings_of: Callable[..., None]) -> None:
    """A Redis that is away loses nothing: calls are made, and it is not asked for each of them."""
    settings_of(REDIS_URL="redis://127.0.0.1:9/0")
    slack.control("config", rate_limits=False)
    started = time.monotonic()
    for _ in range(30):
        call("chat_postMessage", channel="C0CUSTOMERS", text="x")
    assert len(slack.calls(POST)) == 30
    assert time.monotonic() - started < 20
    assert places(Limiter("", "token"), POST) == (200, 0.0)


def test_no_token_reaches_redis(redis_url: str) -> None:
    """Names in Redis are made of hashes."""
    limiter = Limiter(redis_url, "xoxb-0123456789")
    limiter.wait(POST, "C1")
    limiter.close(POST, "C1", 10)
    limiter.away()
    names = str(redis.Redis.from_url(redis_url).keys("*"))
    assert "inkling:slack:" in names
    assert "xoxb" not in names
