"""Tickets of the past that are handed over once, with no place to look at again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import text

from bot.core.db import transaction
from workers.retrieval import embedding
from workers.retrieval.markdown import clean, cut, titled
from workers.retrieval.store import Counts, Item, put_all
from workers.retrieval.tickets import PAST, source_of

# Tickets that are written at once.
_BATCH = 200


@dataclass(frozen=True)
class PastTicket:
    """A ticket that exists already; `key` tells it from all others (its address or number)."""

    key: str
    title: str
    text: str
    url: str = ""
    happened_at: datetime | None = None


def ingest_tickets(items: Iterable[PastTicket]) -> Counts:
    """Take in past tickets; those not among `items` stay."""
    counts = Counts()
    left = iter({item.key: item for item in items}.values())
    with transaction() as session:
        source_id = source_of(session, PAST)
        while some := [_item(item) for item in islice(left, _BATCH)]:
            put_all(session, source_id, [(item, item.digest()) for item in some], counts)
        if counts.added or counts.changed:
            session.execute(text("analyze passages"))
            embedding.promise(session)
    return counts


def _item(past: PastTicket) -> Item:
    title = clean(past.title)
    pieces = titled(title, cut(clean(past.text)))
    return Item("ticket", past.key, title, pieces, url=past.url, happened_at=past.happened_at)
