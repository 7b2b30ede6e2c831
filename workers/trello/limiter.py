"""How often all workers together may ask Trello: one window in Redis for everybody, a small one of its own without.

Trello allows 300 requests per key and 100 per token in 10 s, and 100 to /members in 900 s, says nothing of what is
left, and blocks keys that keep asking (guides/rest-api/rate-limits). Four fifths leave room for people's own tools.
"""

import hashlib
import time
from functools import lru_cache

import redis
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.core import log
from bot.core.errors import Later
from bot.core.settings import settings

PERIOD = 10.0
PER_TOKEN = RateLimitItemPerSecond(80, 10, namespace="inkling-trello-token")
PER_KEY = RateLimitItemPerSecond(240, 10, namespace="inkling-trello-key")
MEMBERS = RateLimitItemPerSecond(80, 900, namespace="inkling-trello-members")
# Without Redis nobody knows how many others are asking: a quarter for each process.
ALONE = RateLimitItemPerSecond(20, 10, namespace="inkling-trello-alone")
# Waiting this long here is cheaper than giving the work back.
PATIENCE = 2.0
# After Redis failed, leave it alone this long: each try may cost a second.
REDIS_AGAIN = 5.0
_log = log.get("trello")


class Limiter:
    """One per process. Identifiers in Redis are hashes: a key or token never leaves the process."""

    def __init__(self, redis_url: str, key: str, token: str) -> None:
        self._key, self._token = _digest(key), _digest(token)
        self._redis: redis.Redis | None = None
        if redis_url:
            # redis-py would repeat a script whose answer was lost, and count the request twice.
            self._redis = redis.Redis.from_url(
                redis_url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
            )
            self._shared = MovingWindowRateLimiter(RedisStorage("redis://", self._redis.connection_pool))
        self._redis_again = 0.0
        self._alone: MovingWindowRateLimiter | None = None
        self._closed: dict[str, float] = {}

    def wait(self, path: str) -> None:
        """Take a place in the window for a request to `path` ("/1/..."), waiting up to PATIENCE; then raises Later."""
        waited = 0.0
        while (seconds := self._place(path)) > 0:
            if waited + seconds > PATIENCE:
                raise Later("Trello is asked as often as it allows. The card goes on by itself.", seconds, counts=False)
            time.sleep(seconds)
            waited += seconds

    def close(self, path: str, seconds: float) -> float:
        """After a 429 nobody asks for `seconds` (a refusal about members closes only those); returns the seconds."""
        seconds = min(max(seconds, 1.0), MEMBERS.get_expiry())
        scope = _scope(path)
        self._closed[scope] = time.monotonic() + seconds
        if client := self._available():
            try:
                client.set(self._closed_key(scope), "1", px=int(seconds * 1000))
            except redis.RedisError as error:
                self._lost(error)
        _log.warning("trello asked for a pause", scope=scope, seconds=seconds)
        return seconds

    def _place(self, path: str) -> float:
        """0 when a place was taken, else the seconds until there may be one."""
        scopes = {"all", _scope(path)}
        closed = max(self._closed.get(scope, 0.0) for scope in scopes) - time.monotonic()
        if closed > 0:
            return closed
        if client := self._available():
            try:
                left = max(int(client.pttl(self._closed_key(scope))) for scope in scopes) / 1000
                return left if left > 0 else self._hit(self._shared, path)
            except redis.RedisError as error:
                self._lost(error)
        if self._alone is None:
            self._alone = MovingWindowRateLimiter(MemoryStorage())
        return _seconds(self._alone, ALONE, self._token)

    def _hit(self, window: MovingWindowRateLimiter, path: str) -> float:
        if _scope(path) == "members" and (seconds := _seconds(window, MEMBERS, self._token)):
            return seconds
        return _seconds(window, PER_TOKEN, self._token) or _seconds(window, PER_KEY, self._key)

    def _available(self) -> redis.Redis | None:
        return self._redis if time.monotonic() >= self._redis_again else None

    def _lost(self, error: redis.RedisError) -> None:
        self._redis_again = time.monotonic() + REDIS_AGAIN
        _log.warning("redis does not answer, so this process limits itself", error=type(error).__name__)

    def _closed_key(self, scope: str) -> str:
        return f"inkling:trello:closed:{scope}:{self._key}:{self._token}"


def _seconds(window: MovingWindowRateLimiter, limit: RateLimitItem, whose: str) -> float:
    """Take a place; 0 when there was one, else how long until the oldest request leaves the window."""
    if window.hit(limit, whose):
        return 0.0
    return max(window.get_window_stats(limit, whose).reset_time - time.time(), 0.05)


def _scope(path: str) -> str:
    return "members" if path.startswith("/1/members") else "all"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


@lru_cache(maxsize=4)
def _made(redis_url: str, key: str, token: str) -> Limiter:
    return Limiter(redis_url, key, token)


def limiter() -> Limiter:
    """The limiter of this process for the present settings."""
    return _made(settings().redis_url, settings().trello_api_key, settings().trello_token.get_secret_value())
