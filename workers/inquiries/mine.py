"""What became of somebody's own reports, as rows, as far as the readers of the answer may know; no wording here."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from bot.core.models import Inquiry
from bot.core.redact import Masker
from workers.inquiries.known import MOST, Ticket, lexemes_of, within
from workers.inquiries.windows import Window
from workers.retrieval import Scope
from workers.retrieval.search.scope import VISIBLE

# A title may come from a report or a document that not all readers know: then the asker's own words stand for it.
_MINE = sql(f"""
    with mine as (
        select distinct on (t.id) t.id, t.state, t.decline_reason, t.updated_at, t.card_url, r.permalink,
            r.id as report_id, r.reporter_id, r.created_at, tr.joined_at is not null as joined,
            case when :alone or r.channel_id = any(:channels) or exists (
                select from documents d join sources s on s.id = d.source_id where d.ticket_id = t.id and {VISIBLE}
            ) then t.title else '' end as title
        from reports r join ticket_reports tr on tr.report_id = r.id join tickets t on t.id = tr.ticket_id
        where r.workspace_id = :workspace and r.reporter_id = :person
            and (:alone or not r.private or r.channel_id = any(:channels))
            and (cast(:begin as timestamptz) is null
                or r.created_at >= cast(:begin as timestamptz) and r.created_at < cast(:end as timestamptz))
            and not exists (select from ticket_links l where l.other_id = t.id and l.dropped)
            and not (t.state = 'duplicate' and exists (
                select from ticket_reports j where j.report_id = r.id and j.joined_at is not null
            ))
            and (cardinality(cast(:lexemes as text[])) = 0 or not exists (
                select from unnest(cast(:lexemes as text[])) as lexeme where not exists (
                    select from messages m where m.report_id = r.id and m.deleted_at is null
                        and to_tsvector('english', inkling_words(m.text)) @@ quote_literal(lexeme)::tsquery
                )
            ))
        order by t.id, r.created_at desc
    )
    select mine.*, count(*) over () as total, coalesce((
        select m.text from messages m where m.report_id = mine.report_id and m.deleted_at is null and m.text <> ''
        order by m.author_id = mine.reporter_id desc, m.ts limit 1
    ), '') as said
    from mine order by created_at desc, id desc limit :most
""")  # noqa: S608 - put together from constants


@dataclass(frozen=True)
class Mine:
    """How many tickets came of somebody's reports, and the newest; `joined` are those that were there before."""

    total: int
    newest: Sequence[Ticket]
    joined: frozenset[int]


def mine(session: Session, inquiry: Inquiry, subject: str, window: Window | None, scope: Scope, *, alone: bool) -> Mine:
    """Tickets of the asker's reports; `alone` says that nobody else reads the answer."""
    values = scope.values | within(window) | {"person": inquiry.person_id, "alone": alone, "most": MOST}
    rows = session.execute(_MINE, values | {"lexemes": lexemes_of(session, subject)}).all()
    masker = Masker()
    newest = [
        Ticket(
            document=row.id,
            title=masker.mask(row.title or row.said.strip().partition("\n")[0]),
            text="",
            state=row.state,
            reason=masker.mask(row.decline_reason),
            since=row.updated_at,
            # The address of a card holds its title.
            card=row.card_url if row.title else "",
            thread=row.permalink,
        )
        for row in rows
    ]
    return Mine(rows[0].total if rows else 0, newest, frozenset(row.id for row in rows if row.joined))
