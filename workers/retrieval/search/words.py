"""Finding by words: BM25 in Postgres, by the rarest words first, so that it stays quick at any size."""

from dataclasses import dataclass

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from workers.retrieval.search.scope import VISIBLE, Scope
from workers.retrieval.search.terms import K1, TEXT_LENGTH, TITLE_LENGTH, B, Terms

# Passages that one search may visit, and how many of the likeliest are looked at closely.
_VISITS, _CLOSELY = 8_000, 100

_TERMS = """
    terms as materialized (
        select lexeme, telling, quote_literal(lexeme)::tsquery as query, lexeme = any(:rarest) as rare
        from unnest(cast(:lexemes as text[]), cast(:telling as float[])) as t(lexeme, telling)
    )
"""
# Before its first analysis a table looks empty to Postgres, which would then read all of it for each word.
_BY_INDEX = sql("set local enable_seqscan = off")
# What words find is materialized: Postgres, which cannot tell how much may be seen, would look at all of that first.
_SCORE = "sum(t.telling * w.often * (:k1 + 1) / (w.often + :k1 * (1 - :b + :b * w.length / {usual})))"

# A word in a heading counts twice.
_PASSAGES = sql(f"""
    with {_TERMS},
    heard as materialized (
        select p.id, p.document_id, t.telling
        from terms t join passages p on t.rare and p.search @@ t.query and p.kind = any(:kinds)
    ),
    likely as materialized (
        select h.id from heard h
        join documents d on d.id = h.document_id join sources s on s.id = d.source_id
        where {VISIBLE}
        group by h.id having count(*) >= :shared order by sum(h.telling) desc, h.id limit :closely
    ),
    words as (
        select p.id, u.lexeme, length(p.search)::float as length,
            (select sum(case mark when 'A' then 2 else 1 end) from unnest(u.weights) as mark)::float as often
        from likely join passages p using (id), unnest(p.search) as u where u.lexeme = any(:lexemes)
    )
    select w.id, {_SCORE.format(usual=":usual")} as score
    from words w join terms t using (lexeme) group by w.id order by score desc, w.id limit :limit
""")  # noqa: S608 - put together from constants

# The first passage of a ticket is its title, which the others have as heading; a word in it counts twice.
_TICKETS = sql(f"""
    with {_TERMS},
    heard as materialized (
        select distinct p.document_id, t.lexeme, t.telling
        from terms t join passages p on t.rare and p.search @@ t.query and p.kind = 'ticket'
    ),
    likely as materialized (
        select h.document_id from heard h
        join documents d on d.id = h.document_id join sources s on s.id = d.source_id
        where {VISIBLE}
        group by h.document_id order by sum(h.telling) desc, h.document_id desc limit :closely
    ),
    looked as materialized (
        select p.document_id, p.position, p.search from passages p
        where p.document_id in (select document_id from likely) or p.document_id = any(:also)
    ),
    lengths as (
        select document_id, sum(length(search))::float as length,
            sum(length(search)) filter (where position = 0)::float as title_length
        from looked group by document_id
    ),
    words as (
        select document_id, u.lexeme, sum(said.often * case when position = 0 then 2 else 1 end)::float as often,
            sum(said.often) filter (where position = 0)::float as in_title
        from looked, unnest(search) as u,
            lateral (select count(*) as often from unnest(u.weights) as mark where mark = 'D') as said
        where u.lexeme = any(:lexemes) and said.often > 0
        group by document_id, u.lexeme
    ),
    whole as (
        select w.document_id, {_SCORE.format(usual=":usual")} as score
        from (select document_id, lexeme, often, length from words join lengths using (document_id)) as w
        join terms t using (lexeme) group by w.document_id
    ),
    titles as (
        select w.document_id, {_SCORE.format(usual=":usual_title")} as score
        from (
            select document_id, lexeme, in_title as often, title_length as length
            from words join lengths using (document_id) where in_title > 0
        ) as w
        join terms t using (lexeme) where t.lexeme = any(:title) group by w.document_id
    )
    select l.document_id, coalesce(whole.score, 0) as whole, coalesce(titles.score, 0) as title
    from lengths l left join whole using (document_id) left join titles using (document_id)
""")  # noqa: S608 - put together from constants


@dataclass(frozen=True)
class Match:
    """How well the words of a ticket fit: as a whole and its title alone, each from 0 to about 1."""

    whole: float
    title: float


def passages(session: Session, terms: Terms, kinds: list[str], scope: Scope, *, limit: int, shared: int) -> list[int]:
    """Ids of the passages whose words fit best, best first; each shares at least so many telling words."""
    session.execute(_BY_INDEX)
    values = _values(terms, scope) | {"kinds": kinds, "limit": limit, "shared": shared}
    return [row.id for row in session.execute(_PASSAGES, values)]


def tickets(session: Session, whole: Terms, title: Terms, scope: Scope, also: list[int]) -> dict[int, Match]:
    """Documents of tickets whose words fit, and those in `also` (which somebody found otherwise) whatever they fit."""
    session.execute(_BY_INDEX)
    values = _values(whole, scope) | {"title": list(title.telling), "also": also, "usual_title": TITLE_LENGTH}
    full, full_title = whole.full(TEXT_LENGTH) or 1.0, title.full(TITLE_LENGTH) or 1.0
    rows = session.execute(_TICKETS, values)
    return {row.document_id: Match(row.whole / full, row.title / full_title) for row in rows}


def _values(terms: Terms, scope: Scope) -> dict[str, object]:
    lexemes = list(terms.telling)
    return scope.values | {
        "lexemes": lexemes,
        "telling": [terms.telling[lexeme] for lexeme in lexemes],
        "rarest": terms.rarest(_VISITS),
        "closely": _CLOSELY,
        "k1": K1,
        "b": B,
        "usual": TEXT_LENGTH,
    }
