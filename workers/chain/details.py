"""What else a thread says, as quotations for the sections of a draft; colleagues' questions stand with the answers."""

import re
from collections.abc import Iterator

from bot.core.tickets.content import Kind
from workers.chain.data import Field, Source, Thread
from workers.chain.rules import is_order, tells
from workers.chain.withdrawn import standing
from workers.chain.words import content_words, names, numbers, sentences

_ANSWERS = re.compile(
    r"^\W*((asked|checked|hm+|ok|okay)\b\W*)?(yes|yep|yeah|right|exactly|correct|no|nope|ja|nein|sí|oui|non)\b",
    re.IGNORECASE,
)
# A promise to look something up tells nothing yet.
_ASIDE = re.compile(
    r"^\W*((hm+|ok|okay|well),?\s*)?(let me (ask|check|look|see)|i('ll| will) (ask|check|look)|just (noting|saying)|"
    r"yes,? just noting|there you go|i know\b|makes sense|good (point|question)|will do|on it|any news|"
    r"what do i tell|quick one)\b",
    re.IGNORECASE,
)
_BY_FIELD: tuple[tuple[Field, str], ...] = (
    ("expected_behavior", "expected"),
    ("environment", "environment"),
    ("impact", "why"),
    ("desired_outcome", "wanted"),
)


def details(thread: Thread, kind: Kind) -> list[tuple[str, str, list[str]]]:
    """(section, text, marks) of each thing said that still stands, in the thread's order; no orders, no chatter."""
    opening = thread.messages[0].mark if thread.messages else ""
    told = [(text, marks) for text, marks in _spoken(thread) if says_something(text)]
    left = standing([(marks[-1], text) for text, marks in told], thread.messages)
    return [
        (_section(text, kind, later=marks[0] != opening), text, marks)
        for text, marks in told
        if (marks[-1], text) in left
    ]


def leans(text: str) -> bool:
    """Whether a sentence says little without the question before it: "yes that would do it"."""
    return _ANSWERS.match(text) is not None


def _spoken(thread: Thread) -> Iterator[tuple[str, list[str]]]:
    """Sentences with their marks; a question that the next speaker answers is joined with the answer."""
    question: tuple[str, Source] | None = None
    for source in thread.messages:
        told = [sentence for sentence in sentences(source.text) if not is_order(sentence)]
        if question and told and source.who != question[1].who:
            asked, asker = question
            if leans(source.text) or len(asked.split()) < 4 or len(source.text.split()) < 6:
                yield f"{asked} {' '.join(told)}", [asker.mark, source.mark]
                told = []
        question = None
        if told and told[-1].endswith(("?", "？")) and source is not thread.messages[0]:
            question = (told.pop(), source)
        yield from ((sentence, [source.mark]) for sentence in told)


def says_something(text: str) -> bool:
    """Whether a sentence carries a fact: some meaning, and no mere aside."""
    if _ASIDE.match(text) or _ANSWERS.fullmatch(text.strip(" .!")) or "[secret" in text:
        return False
    return len(content_words(text)) + len(numbers(text)) + len(names(text)) > 1


def _section(text: str, kind: Kind, *, later: bool) -> str:
    found = next((section for field, section in _BY_FIELD if tells(field, text)), "")
    if kind == "idea":
        wanted = tells("desired_outcome", text) or found == "expected"
        return "decided" if later and found != "why" else "wanted" if wanted else "why"
    return found if found and (kind != "bug" or found != "wanted") else "actual"
