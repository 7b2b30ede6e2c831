"""Waiting for a model that is busy or briefly away, as the outbox would in the product; it knows nothing of cases."""

import time
from collections.abc import Callable
from typing import TypeVar

from bot.core import log
from bot.core.errors import Later
from workers.llm import ModelUnavailable

# Seconds that one wait for a model lasts at most, and how many of them in a row are borne: fewer than a report bears,
# or a model that is away would be judged by quotations.
LONGEST_WAIT, MAX_WAITS = 60.0, 8
_USUAL_WAIT = 10.0
Made = TypeVar("Made")
_log = log.get("workers.evals")


def patiently(work: Callable[[], Made]) -> Made:
    """Do the work, again after each wait that it asks for. At last raises Later or ModelUnavailable itself."""
    for waits in range(MAX_WAITS + 1):
        try:
            return work()
        except (Later, ModelUnavailable) as busy:
            if waits == MAX_WAITS:
                raise
            asked = busy.seconds if isinstance(busy, Later) else busy.retry_after
            seconds = min(_USUAL_WAIT if asked is None else asked, LONGEST_WAIT)
            _log.info("waiting", seconds=seconds, reason=busy.message)
            time.sleep(seconds)
    raise AssertionError  # the last turn returns or raises
