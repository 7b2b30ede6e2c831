"""The words of our questions: a fixed one per field with answers to click, and checks of what a model proposes."""

import re
from collections.abc import Sequence

from bot.core.tickets.content import Kind
from workers.chain.data import Field, Query, Thread
from workers.chain.orders import is_order
from workers.chain.rules import spoken, tells
from workers.chain.words import normal, plain

# Asked in the thread, with answers that read well as statements when somebody clicks them.
_TEMPLATES: dict[Field, tuple[str, tuple[str, ...]]] = {
    "actual_behavior": ("What exactly happens, and where?", ()),
    "steps_to_reproduce": (
        "How can we make it happen ourselves?",
        ("It happens every time", "It happens now and then", "It happened once"),
    ),
    "expected_behavior": (
        "What should have happened instead?",
        ("The same as it did before", "A clear message saying why not"),
    ),
    "environment": (
        "Where was it: which app or page, version and device?",
        ("Web, on a computer", "Mobile app", "Both web and mobile"),
    ),
    "impact": (
        "Who is affected, and is there a way around it?",
        ("Only me, there is a way around", "Several people, no way around", "Everyone here, no way around"),
    ),
    "desired_outcome": ("What would you like to be possible afterwards?", ()),
}
# The same fields as people would ask for them about another kind of report.
_BY_KIND: dict[tuple[Field, Kind], tuple[str, tuple[str, ...]]] = {
    ("actual_behavior", "feedback"): ("What bothers you most: which page or step?", ()),
    ("steps_to_reproduce", "feedback"): ("Can you give one example: what did you do, and where?", ()),
    ("expected_behavior", "feedback"): ("How should it be instead?", ("As it was before",)),
    ("environment", "idea"): (
        "Where should it work?",
        ("Web, on a computer", "Mobile app", "Both web and mobile"),
    ),
    ("impact", "idea"): (
        "Who needs it, and what do they do today instead?",
        ("Several customers, by hand", "Our own team, by hand", "Nobody is stopped by it"),
    ),
}

# How a gap stands in a draft.
OPEN: dict[str, str] = {
    "actual_behavior": "What exactly happens?",
    "steps_to_reproduce": "How can it be reproduced?",
    "expected_behavior": "What should happen instead?",
    "environment": "Which app or page, version and device?",
    "impact": "Who is affected, and is there a way around it?",
    "desired_outcome": "What should be possible afterwards?",
}
LONGEST_QUESTION, LONGEST_ANSWER = 150, 60  # characters; a Slack button holds 75


def template(field: Field, kind: Kind, thread: Thread) -> Query:
    """The fixed question for a field; who wants an idea is not asked again where that is told."""
    text, suggestions = _BY_KIND.get((field, kind), _TEMPLATES[field])
    if (field, kind) == ("impact", "idea") and any(tells("impact", sentence) for _, sentence in spoken(thread.said)):
        text = "What do they do today instead, and what does it cost them?"
    return Query(field=field, text=text, suggestions=list(suggestions))


def checked(query: Query, kind: Kind, thread: Thread) -> Query:
    """A model's question if it is fit to be asked, else the fixed one; never an order, a link or an echo."""
    text = plain(query.text)
    fits = (
        8 <= len(text) <= LONGEST_QUESTION
        and text.endswith(("?", "？"))
        and text == query.text.strip()
        and not re.search(r"https?://|www\.|\bpassword|\bapi key", text, re.IGNORECASE)
        and not is_order(text)
        and normal(text) not in normal(thread.text)
    )
    if not fits:
        return template(query.field, kind, thread)
    suggestions = _suggestions(query.suggestions) or template(query.field, kind, thread).suggestions
    reason = plain(query.reason)
    keep = 0 < len(reason) <= LONGEST_QUESTION and not is_order(reason)
    return Query(field=query.field, text=text, suggestions=suggestions, reason=reason if keep else "")


def _suggestions(offered: Sequence[str]) -> list[str]:
    """At most three short, different answers; the way out (don't know, something else) is always offered anyway."""
    clean = [plain(text).rstrip(".") for text in offered]
    kept = [
        text
        for text in clean
        if 0 < len(text) <= LONGEST_ANSWER
        and not re.search(r"(?i)don'?t know|unknown|not sure|other\b|something else|https?://", text)
        and not is_order(text)
    ]
    return list(dict.fromkeys(kept))[:3]
