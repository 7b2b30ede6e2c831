"""How the desk says things: states, kinds, rungs, times, prices, and what people wrote with its addresses as links."""

import re
from datetime import date, datetime
from decimal import Decimal

from markupsafe import Markup, escape

from bot.core.clock import now
from bot.core.tickets import labels

KINDS, FIELDS = labels.KINDS, labels.FIELDS

STATES = {
    "received": "Received",
    "clarifying": "Waiting for answers",
    "drafting": "Being written",
    "in_review": "In review",
    "approved": "Approved",
    "delivering": "On its way",
    "on_board": "On the board",
    "shipped": "Shipped",
    "declined": "Declined",
    "duplicate": "Joined another",
    "answered": "Answered",
    "withdrawn": "Withdrawn",
    "needs_attention": "Needs a person",
}

# Only what a reader should know before trusting a draft is marked.
RUNGS = {"basic": "basic model", "none": "quotations only"}
WRITERS = {
    "model": "Written by Inkling",
    "basic": "Written by Inkling with a basic model",
    "none": "Quotations only: no model could be reached",
}

# What an earlier ticket is to the one at hand.
RELATIONS = {
    "same": "The same?",
    "shipped": "Already shipped?",
    "declined": "Declined before?",
    "related": "Related",
}

# Who judged a criterion of the rubric.
JUDGES = {"code": "by rule", "model": "by model"}

_ADDRESS = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>|(https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]])", re.IGNORECASE)


def exact(at: datetime) -> str:
    """`21 Nov 2026, 10:49 UTC`."""
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def ago(at: datetime) -> str:
    """How long ago, in the fewest words; after a week the day itself."""
    seconds = (now() - at).total_seconds()
    if seconds < 60:
        return "just now"
    for unit, length, limit in (("min", 60, 3600), ("h", 3600, 86400), ("d", 86400, 7 * 86400)):
        if seconds < limit:
            return f"{int(seconds // length)} {unit} ago"
    return f"{at.day} {at:%b}" if at.year == now().year else f"{at.day} {at:%b %Y}"


def month(day: date | None) -> str:
    """`May 2026`; empty for no day."""
    return f"{day:%B %Y}" if day else ""


def money(cost: Decimal | None) -> str:
    """`$0.0123`, or that the price is unknown."""
    if cost is None:
        return "price unknown"
    return f"${cost:.2f}" if cost >= 1 or not cost else f"${max(cost, Decimal('0.0001')):.4f}"


def duration(milliseconds: int) -> str:
    """`340 ms`, `12 s` or `3 min`."""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    seconds = milliseconds / 1000
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def size(count: int) -> str:
    """`512 bytes`, `34 kB` or `1.2 MB`."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def web(address: str) -> str:
    """The address if it is one for the web, else nothing: no script, no data, no file."""
    return address if re.match(r"https?://", address, re.IGNORECASE) else ""


def _linked(text: str) -> Markup:
    parts, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = found[1] or found[2]
        parts += [escape(text[end : found.start()]), _link(address)]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" rel="noreferrer nofollow">{0}</a>').format(address)


def said(text: str, quote: str = "") -> Markup:
    """What a person wrote, escaped, with web addresses as links and the part that is quoted marked."""
    quote = quote.strip()
    if not quote or quote == text.strip() or quote not in text:
        return _linked(text)
    before, after = text.split(quote, 1)
    return _linked(before) + Markup("<mark>") + _linked(quote) + Markup("</mark>") + _linked(after)
