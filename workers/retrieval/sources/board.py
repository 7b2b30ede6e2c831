"""A Trello board as a source: its cards as tickets of the past; those that Inkling made it knows already."""

import json
from datetime import UTC, datetime

from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import Ticket
from workers.retrieval.markdown import LONGEST, clean, cut, titled
from workers.retrieval.sources.feed import Entry, Feed
from workers.retrieval.store import Item
from workers.trello import cards_of

# Characters; a title is a passage, too.
_LONGEST_TITLE = LONGEST


def feed(location: str) -> Feed:
    """The cards of a board. Raises Stuck when Trello does not show it."""
    with transaction() as session:
        own = set(session.scalars(select(Ticket.card_id).where(Ticket.card_id != "")))
    cards = [card for card in cards_of(location) if card["id"] not in own]

    def entry(card: dict[str, object]) -> Entry:
        content = json.dumps(card, sort_keys=True).encode()
        return Entry(str(card["id"]), lambda: content)

    return Feed([entry(card) for card in cards], _item)


def _item(path: str, content: bytes) -> Item:
    card = json.loads(content)
    title = clean(str(card["name"])).strip()[:_LONGEST_TITLE] or "A card without a name"
    where = f"{card['list']}, archived" if card["closed"] else str(card["list"])
    pieces = titled(title, cut(clean(str(card["desc"]))))
    url = str(card["shortUrl"])
    return Item("ticket", path, title, pieces, url=url, status=clean(where), happened_at=_made(path))


def _made(card_id: str) -> datetime:
    """When a card was made: the first eight hex digits of its id, as Trello's help on card dates says."""
    return datetime.fromtimestamp(int(card_id[:8], 16), UTC)
