"""Finding by words: BM25 over what Postgres finds for the rarest of them, so that it stays quick at any size."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Result
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from workers.retrieval.search.scope import VISIBLE, Scope
from workers.retrieval.search.terms import K1, TEXT_LENGTH, TITLE_LENGTH, B, Terms

# Passages that one search may visit, and how many of the likeliest are looked at closely.
_VISITS, _CLOSELY = 4_000, 40

# Each step finds few rows by an index. Postgres, which cannot tell how few, would rather read all of a table.
_BY_INDEX = sql("""
    select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
        set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)
""")
_TERMS = """
    terms as materialized (
        select lexeme, telling, quote_literal(lexeme)::tsquery as query
        from unnest(cast(:rarest as text[]), cast(:weights as float[])) as t(lexeme, telling)
    )
"""
# Whoever may not be seen is left out in the order of likelihood, as long as it takes to have enough.
_SEEN = f"""
    cross join lateral (
        select 1 from documents d join sources s on s.id = d.source_id
        where d.id = ranked.document_id and {VISIBLE} offset 0
    ) as seen
"""  # noqa: S608 - put together from constants

# A word in a heading counts twice.
_PASSAGES = sql(f"""
    with {_TERMS},
    ranked as materialized (
        select p.id, min(p.document_id) as document_id, sum(t.telling) as told
        from terms t join passages p on p.search @@ t.query and p.kind = any(:kinds)
        group by p.id having count(*) >= :shared order by told desc, p.id
    ),
    likely as materialized (select ranked.id from ranked {_SEEN} order by told desc, ranked.id limit :closely)
    select p.id, length(p.search) as length, said.lexemes, said.often
    from likely join passages p using (id) cross join lateral (
        select array_agg(u.lexeme) as lexemes,
            array_agg(cardinality(u.weights) + cardinality(array_positions(u.weights, 'A'))) as often
        from unnest(p.search) as u where u.lexeme = any(:lexemes)
    ) as said
""")  # noqa: S608 - put together from constants

# The first passage of a ticket is its title, which the others have as heading.
_LOOKED = """
    select p.document_id, p.position, length(p.search) as length, said.lexemes, said.often
    from {wanted} join passages p using (document_id) cross join lateral (
        select array_agg(u.lexeme) as lexemes, array_agg(cardinality(array_positions(u.weights, 'D'))) as often
        from unnest(p.search) as u where u.lexeme = any(:lexemes)
    ) as said
"""
_TICKETS = sql(f"""
    with {_TERMS},
    heard as materialized (
        select distinct p.document_id, t.lexeme, t.telling
        from terms t join passages p on p.search @@ t.query and p.kind = 'ticket'
    ),
    ranked as materialized (
        select document_id, sum(telling) as told from heard group by document_id order by told desc, document_id desc
    ),
    likely as materialized (
        select ranked.document_id from ranked {_SEEN} order by told desc, ranked.document_id desc limit :closely
    )
    {_LOOKED.format(wanted="likely")}
""")  # noqa: S608 - put together from constants
_THESE = sql(f"""
    with wanted as materialized (select unnest(cast(:documents as bigint[])) as document_id)
    {_LOOKED.format(wanted="wanted")}
""")


@dataclass(frozen=True)
class Match:
    """How well the words of a ticket fit: as a whole and its title alone, each from 0 to about 1."""

    whole: float
    title: float


class _Text:
    """What a text has of some words: how often each, beside how many different words."""

    def __init__(self) -> None:
        self.length = 0.0
        self._often: dict[str, float] = defaultdict(float)

    def add(self, length: float, said: Iterable[tuple[str, float]], weight: float = 1.0) -> None:
        """Add a part, whose words count `weight` times."""
        self.length += length
        for lexeme, often in said:
            self._often[lexeme] += often * weight

    def score(self, telling: dict[str, float], usual: float) -> float:
        """BM25 (see terms)."""
        norm = K1 * (1 - B + B * self.length / usual)
        words = ((telling.get(lexeme, 0.0), often) for lexeme, often in self._often.items() if often)
        return sum(weight * often * (K1 + 1) / (often + norm) for weight, often in words)


def passages(session: Session, terms: Terms, kinds: list[str], scope: Scope, *, limit: int, shared: int) -> list[int]:
    """Ids of the passages whose words fit best, best first; each shares at least so many telling words."""
    session.execute(_BY_INDEX)
    telling, scores = dict(terms.telling), dict[int, float]()
    for row in session.execute(_PASSAGES, _values(terms, scope) | {"kinds": kinds, "shared": shared}):
        text = _Text()
        text.add(row.length, _said(row.lexemes, row.often))
        scores[row.id] = text.score(telling, TEXT_LENGTH)
    return sorted(scores, key=lambda passage: (-scores[passage], passage))[:limit]


def tickets(session: Session, whole: Terms, title: Terms, scope: Scope) -> dict[int, Match]:
    """Documents of tickets whose words fit."""
    session.execute(_BY_INDEX)
    return _matches(session.execute(_TICKETS, _values(whole, scope)), whole, title)


def these(session: Session, whole: Terms, title: Terms, documents: list[int]) -> dict[int, Match]:
    """Tickets that were found otherwise, whatever their words fit."""
    session.execute(_BY_INDEX)
    values = {"lexemes": list(whole.telling), "documents": documents}
    return _matches(session.execute(_THESE, values), whole, title)


def _matches(rows: Result[Any], whole: Terms, title: Terms) -> dict[int, Match]:
    texts: dict[int, tuple[_Text, _Text]] = {}
    for row in rows:
        said = _said(row.lexemes, row.often)
        all_of_it, titled = texts.setdefault(row.document_id, (_Text(), _Text()))
        # A word of the title counts twice.
        all_of_it.add(row.length, said, 1.0 if row.position else 2.0)
        if row.position == 0:
            titled.add(row.length, said)
    telling = dict(whole.telling)
    in_title = {lexeme: weight for lexeme, weight in telling.items() if lexeme in title.telling}
    full, full_title = whole.full(TEXT_LENGTH) or 1.0, title.full(TITLE_LENGTH) or 1.0
    return {
        document: Match(text.score(telling, TEXT_LENGTH) / full, titled.score(in_title, TITLE_LENGTH) / full_title)
        for document, (text, titled) in texts.items()
    }


def _said(lexemes: list[str] | None, often: list[float] | None) -> list[tuple[str, float]]:
    return [(lexeme, float(count)) for lexeme, count in zip(lexemes or [], often or [], strict=True)]


def _values(terms: Terms, scope: Scope) -> dict[str, object]:
    rarest = terms.rarest(_VISITS)
    return scope.values | {
        "lexemes": list(terms.telling),
        "rarest": rarest,
        "weights": [terms.telling[lexeme] for lexeme in rarest],
        "closely": _CLOSELY,
    }
