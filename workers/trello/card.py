"""A draft as a card: name, description with its mark, labels, checklist and link, cut to Trello's sizes; pure text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.outgoing import silent
from bot.core.tickets.content import DraftContent
from bot.core.tickets.text import card_body

# Trello's sizes, in UTF-16 units as it counts (guides/rest-api/limits and its error texts).
TEXT_MAX = 16_384
ITEMS_MAX = 200
CHECKLIST = "Acceptance criteria"
LINK_NAME = "Thread in Slack"
# Longer names are cut off on the front of a card anyway.
NAME_MAX = 500
LABEL_MAX = 100


@dataclass(frozen=True)
class Card:
    """All that is sent. `items` and `labels` are free of doubles; `link` is empty when there is no thread to open."""

    name: str
    desc: str
    labels: tuple[str, ...]
    items: tuple[str, ...]
    link: str


def marker(op_id: str) -> str:
    """The last line of a description, by which a card is recognised when Trello's answer got lost."""
    return f"ref: {op_id}"


def compose(
    content: DraftContent,
    *,
    op_id: str,
    thread_url: str,
    desk_url: str,
    related: str = "",
    unattached: Sequence[str] = (),
) -> Card:
    """The card for a draft. `thread_url` may be empty; `desk_url` is where the whole draft can be read.

    `unattached` are names of files that are too many for the card.
    """
    link = thread_url if thread_url.startswith(("http://", "https://")) else ""
    body = card_body(content, thread_url=link, desk_url=desk_url, related=related, unattached=unattached)
    labels = _distinct(clipped(_line(name), LABEL_MAX) for name in [content.kind, *content.labels])
    return Card(
        name=clipped(_line(content.title), NAME_MAX) or f"Untitled {content.kind}",
        desc=_fitted(body, f"\n\n{marker(op_id)}", desk_url),
        labels=labels,
        items=_items(content, desk_url),
        link=link,
    )


def _line(text: str) -> str:
    return " ".join(silent(text).split())


def size(text: str) -> int:
    """Length as JavaScript counts it: an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def clipped(text: str, most: int) -> str:
    """`text` in at most `most` units, cut between words where there are any, with an ellipsis where it was cut."""
    if size(text) <= most:
        return text
    kept = text[: most - 1]
    while size(kept) > most - 1:
        kept = kept[: -max(1, (size(kept) - most + 1) // 2)]
    at_word = kept.rpartition(" ")[0]
    return f"{(at_word if size(at_word) > most * 3 // 4 else kept).rstrip()}…"


def _items(content: DraftContent, desk_url: str) -> tuple[str, ...]:
    items = _distinct(clipped(_line(statement.text), TEXT_MAX) for statement in content.criteria)
    if len(items) <= ITEMS_MAX:
        return items
    kept = items[: ITEMS_MAX - 1]
    return (*kept, f"{len(items) - len(kept)} more criteria are in the draft: {desk_url}")


def _fitted(body: str, tail: str, desk_url: str) -> str:
    """Body and tail, or what fits of the body, a word about the cut, the line of links and the tail."""
    if size(body + tail) <= TEXT_MAX:
        return body + tail
    text, _, links = body.rpartition("\n\n")
    tail = f"\n\n*Cut to fit Trello. [The whole text is in the draft]({desk_url}).*\n\n{links}{tail}"
    room = TEXT_MAX - size(tail)
    kept: list[str] = []
    for line in text.split("\n"):
        if size(line) + 1 > room:
            # A link must not be cut in two: a statement's links stand after its text.
            kept.append(clipped(re.sub(r"(?: \[\w+\]\(\S*\))+$", "", line), room) if room > 200 else "")
            break
        kept.append(line)
        room -= size(line) + 1
    return re.sub(r"\n+\*\*[^*\n]+\*\*\s*$", "", "\n".join(kept).rstrip()) + tail


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, whatever its case, empty ones left out: parts of a card are found again by their text."""
    first: dict[str, str] = {}
    for text in filter(None, texts):
        first.setdefault(text.casefold(), text)
    return tuple(first.values())
