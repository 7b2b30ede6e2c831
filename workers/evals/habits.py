"""A simulated reviewer with fixed habits: the same changes to every draft, then approval; what learning must notice."""

import re

from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.tickets import review
from bot.core.tickets.content import SECTIONS, DraftContent, with_marks
from bot.core.tickets.text import to_fields

# Another word for a thing, a section nobody wants, a criterion on every ticket, short titles.
OLD, NEW = "tablet", "panel"
LEFT_OUT = "where"
CRITERION = "It was tried on a phone and on a computer."
TITLE_WORDS = 5
HABITS = (
    f"says “{NEW}” for “{OLD}”",
    f"empties “{SECTIONS[LEFT_OUT]}”",
    f"adds “{CRITERION}”",
    f"cuts titles to {TITLE_WORDS} words",
)


def look_at(ticket_id: int, reviewer: Actor, content: DraftContent) -> None:
    """Change a draft by habit and approve it."""
    with transaction() as session:
        review.edit(session, ticket_id, reviewer, _changes(content))
        review.approve(session, ticket_id, reviewer)


def _changes(content: DraftContent) -> dict[str, str]:
    fields = to_fields(content)
    texts = {name: _reworded(fields[name]) for name in ("title", *SECTIONS, "criteria")}
    texts["title"] = " ".join(texts["title"].split()[:TITLE_WORDS]).rstrip(",.;:…")
    texts[LEFT_OUT] = ""
    if CRITERION not in [with_marks(one) for one in content.criteria]:
        texts["criteria"] = f"{texts['criteria']}\n{CRITERION}".strip()
    return texts


def _reworded(text: str) -> str:
    return re.sub(rf"\b{OLD}(?=s?\b)", NEW, text)
