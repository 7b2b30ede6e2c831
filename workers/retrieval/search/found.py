"""Passages that may bear on a text, best first: what words find and what meaning finds, by their places in both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.db import transaction
from bot.core.models import Document, Passage, Source
from workers.retrieval.places import place_of
from workers.retrieval.search import words
from workers.retrieval.search.meaning import beside, meaning_of
from workers.retrieval.search.scope import Scope
from workers.retrieval.search.terms import terms_of

KINDS = ("document", "ticket", "code")
# One shared word may be chance.
_SHARED = 2
# Cormack, Clarke and Buettcher, Reciprocal Rank Fusion, SIGIR 2009; smaller than theirs, as for short lists.
_FLAT = 20
# How like a passage must be that shares no words. Chance reaches 0.3 between texts of one company.
_LIKE = 0.45


@dataclass(frozen=True)
class Found:
    """A passage and where it stands; `kind` is document, ticket or code, a higher `score` is nearer.

    `url` is where a person can read it, where that is known; `line` is where it begins in a file of code,
    `ticket_id` is set for a ticket of Inkling's own.
    """

    id: int
    kind: str
    title: str
    heading: str
    text: str
    url: str
    score: float
    line: int | None = None
    symbol: str = ""
    ticket_id: int | None = None


def search(
    text: str, scope: Scope, *, kinds: Sequence[str] = KINDS, limit: int = 6, subject: bool = False
) -> list[Found]:
    """The passages nearest to `text`, best first; those that only share everyday words with it are left out.

    A `subject` is few words and all of them meant: no word is too common, and one is enough.
    To be called outside of any transaction.
    """
    if not text.strip():
        return []
    with beside(partial(_by_meaning, text, kinds, scope, limit * 4)) as by_meaning:
        with transaction() as session:
            terms = terms_of(session, text)
            telling, shared = (terms, 1) if subject else (terms.not_everywhere(), _SHARED)
            by_words = words.passages(session, telling, list(kinds), scope, limit=limit * 4, shared=shared)
        rankings = by_words, by_meaning()
    with transaction() as session:
        scores: dict[int, float] = {}
        for ranking in rankings:
            for place, passage in enumerate(ranking):
                scores[passage] = scores.get(passage, 0.0) + 1 / (_FLAT + place)
        best = sorted(scores, key=lambda passage: (-scores[passage], passage))[:limit]
        return _read(session, best, scores)


def standing(ids: Iterable[int]) -> set[int]:
    """Which of these passages are still there."""
    if not (wanted := list(ids)):
        return set()
    with transaction() as session:
        return set(session.scalars(select(Passage.id).where(Passage.id.in_(wanted))))


def _by_meaning(text: str, kinds: Sequence[str], scope: Scope, limit: int) -> list[int]:
    if (meaning := meaning_of([text])) is None:
        return []
    with transaction() as session:
        near = [one for kind in kinds for one in meaning.nearest(session, 0, kind, scope) if one.likeness >= _LIKE]
    return [one.passage for one in sorted(near, key=lambda one: -one.likeness)[:limit]]


def _read(session: Session, ids: Sequence[int], scores: dict[int, float]) -> list[Found]:
    rows = session.execute(
        select(Passage, Document, Source)
        .join(Document, Document.id == Passage.document_id)
        .join(Source, Source.id == Document.source_id)
        .where(Passage.id.in_(ids))
    )
    found = {passage.id: (passage, document, source) for passage, document, source in rows}
    return [_found(*found[passage_id], scores[passage_id]) for passage_id in ids if passage_id in found]


def _found(passage: Passage, document: Document, source: Source, score: float) -> Found:
    return Found(
        passage.id,
        document.kind,
        document.title,
        passage.heading,
        passage.text,
        place_of(source, document, passage),
        score,
        passage.line,
        passage.symbol,
        document.ticket_id,
    )
