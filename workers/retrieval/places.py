"""Where a person can read what was found: a source's pattern of addresses, filled; pure."""

from urllib.parse import quote

from bot.core.knowledge import PART
from bot.core.models import Document, Passage, Source


def place_of(source: Source, document: Document, passage: Passage) -> str:
    """The address of a passage: the source's pattern with path, line and commit, else the document's own, or none."""
    if not source.link or ("{commit}" in source.link and not source.commit):
        return document.url
    parts = {"path": document.path, "line": str(passage.line or 1), "commit": source.commit}
    return PART.sub(lambda part: quote(parts.get(part[1], part[0]), safe="/"), source.link)
