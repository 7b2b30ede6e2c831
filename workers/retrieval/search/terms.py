"""The words of a text and how telling each is here; what is found by them is next door.

Which words are common, Postgres knows from its own statistics (pg_stats); the others are so rare that counting them
costs little, however much there is.
"""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

# Characters of a text that are looked at.
LONGEST = 2_000
# As usual for BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009), and how
# many different words a text or a title has that is neither long nor short.
K1, B, TEXT_LENGTH, TITLE_LENGTH = 1.2, 0.75, 100.0, 10.0
# Shorter words, and those that a larger share of more passages than this have, say nothing.
_FEW, _MOST = 3, 0.4

_LEXEMES = sql("""
    select lexeme, cardinality(positions) as often from unnest(to_tsvector('english', inkling_words(:text)))
    where length(lexeme) < 60
""")
_TOTAL = sql("""
    select case when reltuples > 0 then reltuples else (select count(*) from passages) end
    from pg_class where oid = 'passages'::regclass
""")
# Behind the shares of the words come two that belong to none: the least and the greatest.
_COMMON = sql("""
    select most_common_elems::text::text[] as lexemes, most_common_elem_freqs as shares from pg_stats
    where schemaname = current_schema() and tablename = 'passages' and attname = 'search'
        and most_common_elems is not null
""")
_COUNTED = sql("""
    select lexeme, (
        select count(*) from (select from passages where search @@ quote_literal(lexeme)::tsquery limit :most) as few
    ) as found
    from unnest(cast(:lexemes as text[])) as lexeme
""")
# What is rarer than the common words is counted up to so many passages, and statistics are read again after seconds.
_COUNTS, _FRESH = 50, 60


@dataclass(frozen=True)
class Terms:
    """The words of a text (as lexemes): how often each stands there, how telling it is, in how many passages it is.

    `total` is how many passages there are.
    """

    often: Mapping[str, int]
    telling: Mapping[str, float]
    found: Mapping[str, float]
    total: float

    def not_everywhere(self) -> "Terms":
        """Without particles, and without words that say nothing here because most passages have them."""
        most = max(_FEW, self.total * _MOST)
        telling = {
            lexeme: weight
            for lexeme, weight in self.telling.items()
            if len(lexeme) >= _FEW and self.found[lexeme] <= most
        }
        return replace(self, telling=telling)

    def of(self, lexemes: Mapping[str, int]) -> "Terms":
        """The words of a part of the text."""
        telling = {lexeme: weight for lexeme, weight in self.telling.items() if lexeme in lexemes}
        return replace(self, often=lexemes, telling=telling)

    def rarest(self, visits: int) -> list[str]:
        """The rarest words that are somewhere, as many as lead to at most so many passages."""
        chosen: list[str] = []
        for lexeme in sorted(self.telling, key=lambda lexeme: (self.found[lexeme], lexeme)):
            visits -= int(self.found[lexeme])
            if visits < 0:
                break
            chosen.append(lexeme)
        return chosen

    def full(self, usual: float) -> float:
        """What a text with just these words would score; `usual` is how many different words such texts have."""
        norm = K1 * (1 - B + B * len(self.often) / usual)
        # A word that is nowhere yet would tell most of all.
        unheard = math.log(1 + (self.total + 0.5) / 0.5)
        return sum(
            self.telling.get(lexeme, unheard) * often * (K1 + 1) / (often + norm)
            for lexeme, often in self.often.items()
        )


def lexemes_of(session: Session, text: str) -> dict[str, int]:
    """The words of a text and how often each stands there."""
    rows = session.execute(_LEXEMES, {"text": text[:LONGEST].replace("\0", " ")})
    return {lexeme: int(count) for lexeme, count in rows}


def terms_of(session: Session, text: str) -> Terms:
    """The words of a text; those that no passage has are in `often` alone."""
    often = lexemes_of(session, text)
    found = _found(session, list(often))
    total = max(float(session.scalar(_TOTAL) or 0), *found.values(), 1.0)
    telling = {lexeme: math.log(1 + (total - count + 0.5) / (count + 0.5)) for lexeme, count in found.items()}
    return Terms(often, telling, found, total)


def _found(session: Session, lexemes: list[str]) -> dict[str, float]:
    """In how many passages each word is, roughly; words that are nowhere are left out."""
    total, shares = float(session.scalar(_TOTAL) or 0), _shares(session)
    found = {lexeme: shares[lexeme] * total for lexeme in lexemes if lexeme in shares}
    rare = [lexeme for lexeme in lexemes if lexeme not in found]
    least = max(min(shares.values(), default=0) * total, _COUNTS)
    for lexeme, count in session.execute(_COUNTED, {"lexemes": rare, "most": _COUNTS}):
        if count:
            # Somewhere between what was counted and the rarest of the common words.
            found[lexeme] = float(count) if count < _COUNTS else math.sqrt(_COUNTS * least)
    return found


def _shares(session: Session) -> Mapping[str, float]:
    """The share of passages that have each of the common words, as Postgres knew it a moment ago."""
    place = str(session.get_bind().engine.url)
    read, shares = _known.get(place, (0.0, dict[str, float]()))
    if not read or time.monotonic() - read > _FRESH:
        row = session.execute(_COMMON).first()
        shares = dict(zip(row.lexemes, row.shares, strict=False)) if row else {}
        _known.clear()
        # Before its first analysis Postgres knows nothing, and is asked again each time.
        _known[place] = (time.monotonic() if shares else 0.0, shares)
    return shares


_known: dict[str, tuple[float, dict[str, float]]] = {}
