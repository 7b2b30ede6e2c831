"""A report divided: which pieces of its thread each ticket is about, and which part of before is which of now; no rows.

A piece is a sentence or list item of the thread under the mark of its message. What no part claims is told to all.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import product

from pydantic import BaseModel, ConfigDict

from bot.core.tickets.content import Kind, Statement

MOST_PARTS = 7
_ALIKE = 0.6


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Piece(_Data):
    """A sentence or list item of a thread, masked, and the mark of the message or answer that says it."""

    mark: str
    text: str


class Part(_Data):
    """What one ticket of several is about.

    `own` pieces are its alone, `other` ones belong to other tickets or to none; `others` are the titles of those
    tickets. `left_out` is what the thread names and takes back or does not plan. `kind` is empty when nobody knows yet.
    """

    title: str
    kind: Kind | None = None
    own: list[Piece] = []
    other: list[Piece] = []
    others: list[str] = []
    left_out: list[Statement] = []


def matched(before: Mapping[int, Part], now: Sequence[Part]) -> dict[int, int]:
    """Which part of before (by its ticket) each part of now (by its place) is; the surest pairs first, each once."""
    pairs = [
        (_likeness(before[ticket], part), place, ticket) for ticket, (place, part) in product(before, enumerate(now))
    ]
    found: dict[int, int] = {}
    for likeness, place, ticket in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if likeness >= _ALIKE and place not in found and ticket not in found.values():
            found[place] = ticket
    return found


def _likeness(one: Part, two: Part) -> float:
    """1 when they share a piece, else how alike their words are: messages are edited, and writers vary."""
    if any(piece in two.own for piece in one.own):
        return 1.0
    texts = [(_words(one), _words(two)), (one.title.casefold(), two.title.casefold())]
    return max(SequenceMatcher(None, first, second).ratio() for first, second in texts)


def _words(part: Part) -> str:
    return " ".join(piece.text for piece in part.own).casefold()
