"""All workers together stay under Trello's limits: shared in Redis, and careful without it."""

import subprocess
import sys
import time

import pytest

from bot.core.errors import Later
from workers.trello.limiter import ALONE, MEMBERS, PATIENCE, PER_TOKEN, Limiter

# Takes places as fast as it gets them for two seconds, and prints how many it got.
EAGER = """
import sys, time
from bot.core.errors import Later
from workers.trello import limiter
limiter.PATIENCE = 0
taken, end, mine = 0, time.monotonic() + 2, limiter.Limiter(sys.argv[1], "key", "token")
while time.monotonic() < end:
    try:
        mine.wait("/1/cards")
        taken += 1
    except Later:
        time.sleep(0.01)
print(taken)
"""


@pytest.fixture
def dead_redis() -> str:
    """An address where nothing answers."""
    return "redis://127.0.0.1:9/0"


def places(limiter: Limiter, path: str, most: int = 200) -> tuple[int, Later | None]:
    """How many places there are right now, and what the next one waits for."""
    for taken in range(most):
        try:
            limiter.wait(path)
        except Later as later:
            return taken, later
    return most, None


def test_two_processes_share_one_window(redis_url: str) -> None:
    """Two workers at full speed get no more than the token's share between them."""
    children = [
        subprocess.Popen([sys.executable, "-c", EAGER, redis_url], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    taken = [int(child.communicate(timeout=60)[0]) for child in children]
    assert sum(taken) == PER_TOKEN.amount, taken


def test_a_full_window_says_when_there_is_room(redis_url: str) -> None:
    """When the window is full the work is given back with the seconds until the oldest request leaves it."""
    taken, later = places(Limiter(redis_url, "key", "token"), "/1/cards")
    assert taken == PER_TOKEN.amount
    assert later is not None
    assert PATIENCE < later.seconds <= 10
    assert later.counts is False


def test_a_short_wait_is_waited_here(redis_url: str) -> None:
    """A pause shorter than two seconds is not worth giving the work back for."""
    limiter = Limiter(redis_url, "key", "token")
    limiter.close("/1/cards", 1)
    started = time.monotonic()
    limiter.wait("/1/cards")
    assert 0.9 <= time.monotonic() - started < PATIENCE


def test_another_token_has_its_own_window(redis_url: str) -> None:
    """One token's full window does not stop another; both count for their key."""
    assert places(Limiter(redis_url, "key", "one"), "/1/cards")[0] == 80
    assert places(Limiter(redis_url, "key", "two"), "/1/cards")[0] == 80
    assert places(Limiter(redis_url, "key", "three"), "/1/cards")[0] == 80
    assert places(Limiter(redis_url, "key", "four"), "/1/cards")[0] == 0


def test_a_refusal_closes_the_window_for_everybody(redis_url: str) -> None:
    """One worker's 429 keeps all others quiet; one about members leaves cards alone."""
    one, other = Limiter(redis_url, "key", "token"), Limiter(redis_url, "key", "token")
    one.close("/1/members/me", 10)
    assert places(other, "/1/members/me", 1)[0] == 0
    assert places(other, "/1/cards", 1)[0] == 1
    one.close("/1/cards", 10)
    taken, later = places(other, "/1/cards", 1)
    assert taken == 0
    assert later is not None
    assert 8 < later.seconds <= 10


def test_members_have_a_window_of_their_own(redis_url: str) -> None:
    """Asking about members is limited over a quarter of an hour, without using up the rest."""
    limiter = Limiter(redis_url, "key", "token")
    now = time.time()
    for number in range(MEMBERS.amount):
        key = limiter._shared.storage.prefixed_key(MEMBERS.key_for(limiter._token))  # type: ignore[attr-defined] # Redis storage
        assert limiter._redis is not None
        limiter._redis.lpush(key, now - 60 + number / 100)
    taken, later = places(limiter, "/1/members/me", 1)
    assert taken == 0
    assert later is not None
    assert 800 < later.seconds <= 900
    assert places(limiter, "/1/cards", 1)[0] == 1


def test_without_redis_each_process_is_careful(dead_redis: str) -> None:
    """Redis is down: work goes on at a quarter of the rate, and Redis is not asked for every request."""
    limiter = Limiter(dead_redis, "key", "token")
    started = time.monotonic()
    assert places(limiter, "/1/cards")[0] == ALONE.amount
    assert time.monotonic() - started < 2
    limiter.close("/1/cards", 10)
    assert places(limiter, "/1/cards", 1)[0] == 0


def test_no_secret_reaches_redis(redis_url: str) -> None:
    """Names in Redis are made of hashes."""
    import redis

    limiter = Limiter(redis_url, "key-0123456789", "token-abcdef")
    limiter.wait("/1/cards")
    limiter.close("/1/cards", 10)
    names = str(redis.Redis.from_url(redis_url).keys("*"))
    assert "closed" in names
    assert "key-0123456789" not in names
    assert "token-abcdef" not in names
