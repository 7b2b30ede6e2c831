"""Tickets like a report, likest first, by words and meaning; whether they are about the same is decided elsewhere."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.db import transaction
from bot.core.models import Document
from workers.retrieval.search import words
from workers.retrieval.search.meaning import Meaning, beside, meaning_of
from workers.retrieval.search.scope import Scope
from workers.retrieval.search.terms import LONGEST, lexemes_of, terms_of
from workers.retrieval.search.words import Match

# What each likeness counts. Chosen on the Hadoop tracker, where each half or double of it changes little.
_WHOLE, _TITLE, _MEANT, _MEANT_TITLE = 1.0, 0.5, 1.0, 0.5
# Trouble comes in waves: what was reported lately is likelier to be the same. It counts this much and fades in days.
_LATELY, _FADES = 0.25, 90.0
# Words alone are trusted less than words and meaning together.
_WORDS_ALONE = 0.85
_SECONDS_A_DAY = 86_400
_LONGEST_TITLE = 120
# Characters whose meaning is asked for: more take long to read and find nothing more.
_EMBEDDED = 400
# The place of the whole text among those whose meaning is asked for; the title's finds nothing more.
_ALL_OF_IT = 1


@dataclass(frozen=True)
class Asking:
    """What tickets are compared with: one line that says what it is about, the rest, and when it was said."""

    title: str
    text: str
    at: datetime | None = None

    @classmethod
    def about(cls, text: str, at: datetime | None = None) -> "Asking":
        """A text without a title: its first sentence stands for one."""
        first = re.split(r"(?<=[.!?])\s|\n", text.strip(), maxsplit=1)[0]
        return cls(first[:_LONGEST_TITLE], text, at)

    @property
    def whole(self) -> str:
        """Title and text, the title twice: it says what the rest is about."""
        return f"{self.title}\n{self.title}\n{self.text}"[:LONGEST]


@dataclass(frozen=True)
class Similar:
    """A ticket and how like it is: `score` from 0 to about 1."""

    document: int
    score: float


def similar(asking: Asking, scope: Scope, limit: int = 10) -> list[Similar]:
    """The tickets most like what is asked, likest first; to be called outside of any transaction."""
    with beside(partial(_by_meaning, asking, scope)) as by_meaning:
        with transaction() as session:
            whole = terms_of(session, asking.whole)
            title = whole.of(lexemes_of(session, asking.title))
            matches = words.tickets(session, whole, title, scope)
        meaning, near = by_meaning()
    with transaction() as session:
        others = [document for document in near if document not in matches]
        matches |= words.these(session, whole, title, others) if others else {}
        return _ranked(session, asking, matches, meaning)[:limit]


def _ranked(session: Session, asking: Asking, matches: Mapping[int, Match], meaning: Meaning | None) -> list[Similar]:
    like = meaning.tickets(session, list(matches)) if meaning else {}
    most = _WHOLE + _TITLE + _MEANT + _MEANT_TITLE if meaning else (_WHOLE + _TITLE) / _WORDS_ALONE
    made = _made(session, list(matches)) if asking.at else {}
    scores: dict[int, float] = {}
    for document, match in matches.items():
        meant_title, meant = like.get(document, (0.0, 0.0))
        score = _WHOLE * match.whole + _TITLE * match.title + _MEANT * meant + _MEANT_TITLE * meant_title
        scores[document] = (score + _lately(asking.at, made.get(document))) / most
    best = sorted(scores, key=lambda document: (-scores[document], -document))
    return [Similar(document, scores[document]) for document in best]


def _by_meaning(asking: Asking, scope: Scope) -> tuple[Meaning | None, list[int]]:
    """What it means, and the documents of tickets that mean something near, whatever their words."""
    meaning = meaning_of([asking.title, f"{asking.title}\n{asking.text}"[:_EMBEDDED]])
    if meaning is None:
        return None, []
    with transaction() as session:
        near = meaning.nearest(session, _ALL_OF_IT, "ticket", scope)
    return meaning, list(dict.fromkeys(one.document for one in near))


def _made(session: Session, documents: Sequence[int]) -> dict[int, datetime]:
    rows = session.execute(select(Document.id, Document.happened_at).where(Document.id.in_(documents)))
    return {row.id: row.happened_at for row in rows if row.happened_at}


def _lately(at: datetime | None, made: datetime | None) -> float:
    if at is None or made is None:
        return 0.0
    days = abs((at - made).total_seconds()) / _SECONDS_A_DAY
    return _LATELY * math.exp(-days / _FADES)
