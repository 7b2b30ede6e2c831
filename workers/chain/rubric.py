"""What code can judge of a draft by the rubric; what needs understanding is judged by a model in the critique step."""

from collections.abc import Iterator

from bot.core.tickets.content import DraftContent, Kind, Verdict
from workers.chain.words import content_words

TITLE_WORDS, SENTENCE_WORDS = 12, 35


def by_code(content: DraftContent) -> list[Verdict]:
    """A verdict per criterion, the failed ones with a reason that quotes the draft."""
    checks = {
        "specific title": _title(content),
        "sourced": _unsourced(content),
        "gaps named": _gaps(content),
        "short sentences": _long(content),
        "decidable": _criteria(content),
    }
    found = []
    for criterion, faults in checks.items():
        fault = next(faults, "")
        found.append(Verdict(criterion=criterion, passed=not fault, reason=fault))
    return found


def _title(content: DraftContent) -> Iterator[str]:
    title = content.title
    if "title" in content.own.fields:
        return
    words = len(title.split())
    # One that was cut at the limit was longer; a house rule may have cut a shorter one.
    if words > TITLE_WORDS or (words == TITLE_WORDS and title.endswith("…")):
        yield f"“{title}” is longer than {TITLE_WORDS} words."
    if len(content_words(title)) < 3:
        yield f"“{title}” does not say what and where."


def _unsourced(content: DraftContent) -> Iterator[str]:
    """Criteria word goals, which nobody needs to have said."""
    for one in (one for said in content.sections.values() for one in said):
        if one.by == "inkling" and not one.marks and not one.assumed:
            yield f"“{one.text}” names no source."


def _gaps(content: DraftContent) -> Iterator[str]:
    """A part that the kind needs is there, or its absence is asked about."""
    parts: dict[Kind, tuple[str, ...]] = {"bug": ("steps", "expected"), "idea": ("wanted",)}
    silent = [name for name in parts.get(content.kind, ()) if not content.sections.get(name)]
    told = content.open_questions or content.criteria
    if silent and not told:
        yield f"Nothing is said about {' and '.join(silent)}, and no open question asks for it."


def _long(content: DraftContent) -> Iterator[str]:
    for one in content.statements():
        if one.by == "inkling" and len(one.text.split()) > SENTENCE_WORDS:
            yield f"“{' '.join(one.text.split()[:8])}…” is longer than {SENTENCE_WORDS} words."


def _criteria(content: DraftContent) -> Iterator[str]:
    if content.kind not in ("bug", "idea"):
        return
    if not content.criteria and not content.open_questions:
        yield "There are no criteria, and no open question says why."
    for one in content.criteria:
        if one.text.rstrip("”").endswith("?"):
            yield f"“{one.text}” is a question, not a result."
