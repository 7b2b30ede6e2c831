"""What every kind of source gives: its entries, a way to make something to know of each, and what cannot be read."""

from collections.abc import Callable
from dataclasses import dataclass, field

from workers.retrieval.store import Item


class Unreadable(Exception):
    """Something that cannot be taken in; holds the sentence for a person."""


@dataclass(frozen=True)
class Entry:
    """One thing of a source. `read` gives its bytes, or raises OSError or Unreadable.

    `version` stands for the bytes where it is known without reading them.
    """

    path: str
    read: Callable[[], bytes]
    version: str = ""


@dataclass
class Feed:
    """The entries. `make` turns an entry's path and bytes into an item, or raises Unreadable.

    `problems` say of each thing left out why; `commit` is what a repository stood at; `close` ends what was opened.
    """

    entries: list[Entry]
    make: Callable[[str, bytes], Item]
    problems: dict[str, str] = field(default_factory=dict)
    commit: str = ""
    close: Callable[[], None] = lambda: None
