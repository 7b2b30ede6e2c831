"""Finding passages that share rare words with a text, in Postgres alone; what they are good for is not decided here."""

from dataclasses import dataclass

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

# Postgres looks at this much of a text, weighs this many of its words (the longest) and searches for the rarest.
_LONGEST, _WEIGHED, _WORDS = 6000, 60, 16

# Words that many passages have say little: each found word weighs ln(passages / passages with it), twice in a heading.
_QUERY = sql("""
    with total as materialized (select count(*)::float as passages from passages),
    words as materialized (
        select quote_literal(lexeme)::tsquery as query
        from unnest(to_tsvector('english', :text)) where length(lexeme) > 2
        order by length(lexeme) desc, lexeme limit :weighed
    ),
    counted as materialized (
        select query, (
            select count(*) from (select 1 from passages where search @@ query limit 2000) as sample
        ) as found
        from words
    ),
    rare as materialized (
        select query, ln(1 + passages / found) as weight from counted, total
        where found > 0 and found <= greatest(3, passages * 0.4)
        order by found limit :words
    ),
    matched as (
        select p.id, count(*) as words,
            sum(weight * case when to_tsvector('english', p.heading) @@ query then 2 else 1 end) as score
        from rare join passages p on p.search @@ query
        group by p.id
    )
    select p.id, p.text, p.heading, d.kind, d.title, d.url, m.score
    from matched m join passages p on p.id = m.id join documents d on d.id = p.document_id
    where m.words >= 2
    order by m.score desc, p.id limit :limit
""")


@dataclass(frozen=True)
class Found:
    """A passage and where it stands; `kind` is document or ticket, a higher `score` is nearer."""

    id: int
    kind: str
    title: str
    heading: str
    text: str
    url: str
    score: float


def search(session: Session, text: str, limit: int = 6) -> list[Found]:
    """The passages nearest to `text`, best first; those that share less than two telling words are left out."""
    limits = {"weighed": _WEIGHED, "words": _WORDS, "limit": limit}
    rows = session.execute(_QUERY, limits | {"text": text[:_LONGEST]})
    return [Found(row.id, row.kind, row.title, row.heading, row.text, row.url, row.score) for row in rows]
