"""The words of a text and how telling each is here; what is found by them is next door.

Which words are common, Postgres knows from its own statistics (pg_stats); the others are so rare that counting them
costs little, however much there is.
"""

import math
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
_COMMON = sql("""
    select e.lexeme, f.share from pg_stats,
        unnest(most_common_elems::text::text[]) with ordinality as e(lexeme, place),
        unnest(most_common_elem_freqs) with ordinality as f(share, place)
    where schemaname = current_schema() and tablename = 'passages' and attname = 'search'
        and e.place = f.place and e.lexeme = any(:lexemes)
""")
_COUNTED = sql("""
    select lexeme, (select count(*) from passages where search @@ quote_literal(lexeme)::tsquery) as found
    from unnest(cast(:lexemes as text[])) as lexeme
""")


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
    total = float(session.scalar(_TOTAL) or 0)
    shares = session.execute(_COMMON, {"lexemes": lexemes})
    found = {lexeme: share * total for lexeme, share in shares}
    rare = [lexeme for lexeme in lexemes if lexeme not in found]
    return found | {lexeme: float(count) for lexeme, count in session.execute(_COUNTED, {"lexemes": rare}) if count}
