"""How often all workers together may call Slack: a place in Redis for each call; without Redis calls simply go on.

Slack allows a number of calls a minute per method and workspace, and one message a second in a channel; "sporadic
bursts are welcome" (https://docs.slack.dev/apis/web-api/rate-limits). So half of a minute's calls may come at once and
the rest evenly, and two messages at once in a channel. Each scope is one moment in Redis: when it is idle again.
"""

import hashlib
import time
from functools import lru_cache
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.core import log
from bot.core.errors import Later
from bot.core.settings import settings

# Calls a minute, from the reference page of each method; what is not named here is of tier 3.
PER_MINUTE = {
    "conversations.list": 20,
    "users.info": 100,
    "auth.test": 100,
    "chat.getPermalink": 100,
}
TIER_3 = 50
# Seconds between two, and how many at once. Of a whole workspace Slack says "several hundred messages a minute".
IN_CHANNEL, IN_WORKSPACE = (1.0, 2), (0.2, 100)
# All methods together: what a quiet workspace never feels, and what is left of the rush when Slack is back.
ALL = (0.05, 40)
# Waiting this long (seconds) here is cheaper than giving the work back; no worker sleeps longer.
PATIENCE = 0.2
# Nobody is sent away for longer than this: who waits may have nothing left to say by then.
MOST = 60.0
# The pause after Slack could not be reached doubles from one second to this.
AWAY_MOST = 30
# After Redis failed, leave it alone this long: each try may cost a second.
REDIS_AGAIN = 5.0
_log = log.get("slack.limiter")

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function idle(key) return math.max(tonumber(redis.call('GET', key) or 0), now) end
local function keep(key, at) redis.call('SET', key, string.format('%.0f', at), 'PX', math.ceil(at - now) + 1) end
"""
# KEYS: scopes; ARGV: patience, then milliseconds between two and the allowance for a burst of each scope.
# Returns 1 and the wait before the call, or 0 and when to come back: who cannot wait is given a time in a line.
_TAKE = f"""{_NOW}
local wait, slowest = 0, 1
for number, key in ipairs(KEYS) do
  local left = idle(key) - tonumber(ARGV[2 * number + 1]) - now
  if left > wait then wait, slowest = left, number end
end
if wait <= tonumber(ARGV[1]) then
  for number, key in ipairs(KEYS) do keep(key, idle(key) + tonumber(ARGV[2 * number])) end
  return {{1, math.ceil(wait)}}
end
local line = KEYS[slowest] .. ':line'
local turn = math.max(idle(line), now + wait)
keep(line, turn + tonumber(ARGV[2 * slowest]))
return {{0, math.ceil(turn - now)}}
"""
# KEYS: the scope; ARGV: milliseconds to be closed, the allowance for a burst. Afterwards there is no burst.
_CLOSE = f"""{_NOW}
keep(KEYS[1], math.max(idle(KEYS[1]), now + tonumber(ARGV[1]) + tonumber(ARGV[2])))
"""
# KEYS: the scope of everything, failures in a row; ARGV: longest pause in seconds, the allowance for a burst.
# Others that failed at the same time find it closed and add nothing. Returns the pause.
_AWAY = f"""{_NOW}
if idle(KEYS[1]) - tonumber(ARGV[2]) > now then return 0 end
local failed = redis.call('INCR', KEYS[2])
local pause = math.min(2 ^ math.min(failed - 1, 10), tonumber(ARGV[1]))
redis.call('EXPIRE', KEYS[2], math.ceil(2 * pause) + 30)
keep(KEYS[1], now + pause * 1000 + tonumber(ARGV[2]))
return pause
"""
Rate = tuple[float, int]


class Limiter:
    """One per process. A token never leaves the process: names in Redis carry its hash."""

    def __init__(self, redis_url: str, token: str) -> None:
        self._whose = f"inkling:slack:{hashlib.sha256(token.encode()).hexdigest()[:16]}"
        self._again = 0.0
        self._redis: redis.Redis | None = None
        if redis_url:
            # redis-py would repeat a script whose answer was lost, and the call would take two places.
            self._redis = redis.Redis.from_url(
                redis_url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
            )

    def wait(self, method: str, channel: str) -> None:
        """Take a place for a call, waiting up to PATIENCE; raises Later with one's turn when that is not enough."""
        scopes = {"all": ALL, **_scopes(method, channel)}
        rates = [number for rate in scopes.values() for number in _milliseconds(rate)]
        answer = self._ask(_TAKE, list(scopes), [PATIENCE * 1000, *rates])
        if answer is None:
            return
        taken, seconds = answer[0], answer[1] / 1000
        if not taken:
            raise Later(
                "Slack is asked as often as it allows. This goes on by itself.", min(seconds, MOST), counts=False
            )
        if seconds:
            time.sleep(seconds)

    def close(self, method: str, channel: str, seconds: float) -> None:
        """After a 429 nobody calls this method (for messages: in this channel) for `seconds`."""
        scope, rate = next(iter(_scopes(method, channel).items()))
        self._ask(_CLOSE, [scope], [seconds * 1000, _milliseconds(rate)[1]])
        _log.warning("slack asked for a pause", scope=scope, seconds=seconds)

    def away(self) -> None:
        """After a call of unknown outcome all pause: a second at first, longer while Slack stays away."""
        pause = self._ask(_AWAY, ["all", "failed"], [AWAY_MOST, _milliseconds(ALL)[1]])
        if pause:
            _log.warning("slack does not answer", pause=pause)

    def _ask(self, script: str, scopes: list[str], numbers: list[float]) -> Any:  # noqa: ANN401  # as redis-py has it
        """Run a script; None when Redis is away."""
        if self._redis is None or time.monotonic() < self._again:
            return None
        try:
            return self._redis.eval(script, len(scopes), *(f"{self._whose}:{scope}" for scope in scopes), *numbers)
        except redis.RedisError as error:
            self._again = time.monotonic() + REDIS_AGAIN
            _log.warning("redis does not answer, so calls to slack are not limited", error=type(error).__name__)
            return None


def _scopes(method: str, channel: str) -> dict[str, Rate]:
    """What a call counts for besides everything, and the rates of that; the narrowest first."""
    if method == "chat.postMessage":
        return {f"{method}:{channel}": IN_CHANNEL, method: IN_WORKSPACE}
    calls = PER_MINUTE.get(method, TIER_3)
    return {method: (60 / calls, calls // 2)}


def _milliseconds(rate: Rate) -> tuple[float, float]:
    """The time between two calls, and how far ahead of it a burst may be."""
    between, at_once = rate
    return between * 1000, between * 1000 * (at_once - 1)


@lru_cache(maxsize=4)
def _made(redis_url: str, token: str) -> Limiter:
    return Limiter(redis_url, token)


def limiter() -> Limiter:
    """The limiter of this process for the present settings."""
    return _made(settings().redis_url, settings().slack_bot_token.get_secret_value())
