"""What is known of a subject, as rows: how many tickets and reports speak of it, and those to name; no wording."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from bot.core.db import transaction
from bot.core.redact import Masker
from workers.inquiries.windows import Window
from workers.retrieval import Asking, Scope, similar
from workers.retrieval.search.scope import VISIBLE

# Tickets that an answer may name or a model may read, and how like one must be that has not all of the words.
MOST, LIKE = 4, 0.5

_LEXEMES = sql("select lexeme from unnest(to_tsvector('english', inkling_words(:text)))")
# A report may be told of where its channel is open, or where it was made.
_TOLD = "(not r.private or r.channel_id = any(:channels))"
_WITHIN = """
    (cast(:begin as timestamptz) is null
        or {moment} >= cast(:begin as timestamptz) and {moment} < cast(:end as timestamptz))
"""
# A ticket came in when it was made, and again with each report that joined it.
_COUNTED = f"""
    asked as materialized (
        select lexeme, quote_literal(lexeme)::tsquery as query from unnest(cast(:lexemes as text[])) as lexeme
    ),
    heard as materialized (
        select p.document_id, count(distinct a.lexeme) as words,
            count(distinct a.lexeme) filter (where p.position = 0) as in_title
        from asked a join passages p on p.kind = 'ticket' and p.search @@ a.query
        group by p.document_id
    ),
    told as materialized (
        select d.id, d.ticket_id, d.happened_at, h.in_title
        from heard h join documents d on d.id = h.document_id join sources s on s.id = d.source_id
        where h.words = cardinality(cast(:lexemes as text[])) and {VISIBLE}
    ),
    came as materialized (
        select told.id, r.id as report_id
        from told join ticket_reports tr on tr.ticket_id = told.ticket_id join reports r on r.id = tr.report_id
        where {_TOLD} and {_WITHIN.format(moment="r.created_at")}
    ),
    counted as materialized (
        select * from told where {_WITHIN.format(moment="told.happened_at")} or told.id in (select id from came)
    )
"""  # noqa: S608 - put together from constants
_NAMED = f"""
    select d.id, d.title, d.url, d.status, t.state, t.decline_reason, t.updated_at,
        (select count(*) from counted) as tickets, (select count(distinct report_id) from came) as reports,
        (
            select r.permalink from ticket_reports tr join reports r on r.id = tr.report_id
            where tr.ticket_id = d.ticket_id and r.permalink <> '' and {_TOLD} order by r.id limit 1
        ) as thread,
        (
            select string_agg(p.text, E'\\n' order by p.position) from passages p
            where p.document_id = d.id and p.position > 0
        ) as body
"""  # noqa: S608 - put together from constants
_SPOKEN_OF = sql(f"""
    with {_COUNTED} {_NAMED}
    from counted c join documents d on d.id = c.id left join tickets t on t.id = d.ticket_id
    order by c.in_title desc, d.happened_at desc nulls last, d.id desc limit :most
""")
_THESE = sql(f"""
    with counted as (select 0 where false), came as (select 0 as report_id where false) {_NAMED}
    from unnest(cast(:documents as bigint[])) with ordinality as c(id, place)
    join documents d on d.id = c.id left join tickets t on t.id = d.ticket_id
    order by c.place
""")  # noqa: S608 - put together from constants


@dataclass(frozen=True)
class Ticket:
    """A ticket that may be named: `state` is empty for one that Inkling did not make, which stands as its board says.

    `card` and `thread` are addresses, or empty. Title, text and reason are masked.
    """

    document: int
    title: str
    text: str
    state: str = ""
    standing: str = ""
    reason: str = ""
    since: datetime | None = None
    card: str = ""
    thread: str = ""


@dataclass(frozen=True)
class Spoken:
    """How many tickets (of how many reports) have all words of a subject, and those to be named, likeliest first."""

    tickets: int
    reports: int
    named: Sequence[Ticket]


def lexemes_of(session: Session, text: str) -> list[str]:
    """The words of a text as search knows them."""
    return list(session.scalars(_LEXEMES, {"text": text.replace("\0", " ")}))


def within(window: Window | None) -> dict[str, datetime | None]:
    """Values for a stretch of time in SQL; without one, always."""
    return {"begin": window.begin if window else None, "end": window.end if window else None}


def spoken_of(session: Session, subject: str, window: Window | None, scope: Scope, masker: Masker) -> Spoken:
    """Count what has all the words of the subject and came in within the window."""
    lexemes = lexemes_of(session, subject)
    if not lexemes:
        return Spoken(0, 0, [])
    values = scope.values | within(window) | {"lexemes": lexemes, "most": MOST}
    rows = session.execute(_SPOKEN_OF, values).mappings().all()
    named = [_ticket(row, masker) for row in rows]
    return Spoken(rows[0]["tickets"], rows[0]["reports"], named) if rows else Spoken(0, 0, [])


def nearest(subject: str, scope: Scope, masker: Masker) -> list[Ticket]:
    """Tickets that mean the same in other words; to be called outside of any transaction."""
    found = [one.document for one in similar(Asking.about(subject), scope, limit=MOST) if one.score >= LIKE]
    with transaction() as session:
        rows = session.execute(_THESE, scope.values | {"documents": found}).mappings()
        return [_ticket(row, masker) for row in rows]


def _ticket(told: RowMapping, masker: Masker) -> Ticket:
    return Ticket(
        document=told["id"],
        title=masker.mask(told["title"]),
        text=masker.mask(told["body"] or ""),
        state=told["state"] or "",
        standing="" if told["state"] else masker.mask(told["status"]),
        reason=masker.mask(told["decline_reason"] or ""),
        since=told["updated_at"],
        card=told["url"],
        thread=told["thread"] or "",
    )
