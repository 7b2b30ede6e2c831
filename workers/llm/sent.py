"""Every text that goes out to a model, for evaluations and tests, which must see them all; production asks nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# Each thread has its own, so that reports played side by side do not see each other's texts.
_watching: ContextVar[tuple[list[str], ...]] = ContextVar("watching", default=())


@contextmanager
def watched() -> Iterator[list[str]]:
    """A list that grows by one text with each call of this thread, as long as the block lasts."""
    texts: list[str] = []
    before = _watching.set((*_watching.get(), texts))
    try:
        yield texts
    finally:
        _watching.reset(before)


def tell(messages: list[dict[str, Any]]) -> None:
    """A call is about to be sent with these messages."""
    for texts in _watching.get():
        texts.append("\n".join(str(message["content"]) for message in messages))
