"""What rules can tell from wording: which sentence tells which field, signs of impact; never a last word."""

import re
from collections.abc import Iterable

from bot.core.tickets.content import Kind
from workers.chain.data import Field, Finding, Signal, Source, Thread
from workers.chain.orders import is_order
from workers.chain.withdrawn import standing
from workers.chain.wording import (
    AFFECTED,
    APART,
    BY_KIND,
    EFFECT,
    FIELD,
    HEDGED,
    STAKES,
    TROUBLE,
    WORKAROUND,
)
from workers.chain.words import content_words, numbered, numbers, sentences, stem

# The fields a kind of report needs, the one that would change the ticket most first.
NEEDED: dict[Kind, tuple[Field, ...]] = {
    "bug": ("actual_behavior", "steps_to_reproduce", "impact", "environment", "expected_behavior"),
    "idea": ("desired_outcome", "impact", "environment"),
    "feedback": ("actual_behavior", "steps_to_reproduce", "expected_behavior", "impact", "environment"),
    "question": (),
    "not_actionable": (),
}
_WORDS_OF_TROUBLE = frozenset(stem(word) for word in TROUBLE.split())
# What to ask when a report tells nothing at all; its kind comes with the answers.
_FIRST: tuple[Field, ...] = ("actual_behavior", "steps_to_reproduce", "environment", "impact", "expected_behavior")


def needed(kind: Kind, thread: Thread) -> tuple[Field, ...]:
    """The fields to look for; the matter itself is only in question where nobody has said anything of substance."""
    if vague(thread):
        return _FIRST
    matter = "desired_outcome" if kind == "idea" else "actual_behavior"
    return tuple(field for field in NEEDED[kind] if field != matter)


def vague(thread: Thread) -> bool:
    """Whether all that was said is that something is wrong: "it doesn't work again"."""
    told = [sentence for _, sentence in spoken(thread.said)]
    return all(len(content_words(sentence) - _WORDS_OF_TROUBLE) < 2 and not numbers(sentence) for sentence in told)


def tells(field: Field, sentence: str, kind: Kind | None = None) -> bool:
    """Whether a sentence, by its words, tells something about a field, as far as a report of this kind needs it."""
    return re.search(_pattern(field, kind), sentence.replace("’", "'"), re.IGNORECASE) is not None


def _pattern(field: Field, kind: Kind | None) -> str:
    return BY_KIND.get((field, kind), FIELD[field]) if kind else FIELD[field]


def spoken(sources: Iterable[Source]) -> list[tuple[str, str]]:
    """(mark, sentence) of all that can be quoted: no orders to an assistant, nothing without a word."""
    return [
        (source.mark, sentence)
        for source in sources
        for sentence in sentences(source.text)
        if len(sentence) > 2 and not is_order(sentence)
    ]


def find(kind: Kind, thread: Thread) -> list[Finding]:
    """Where the fields a kind needs are told already, by the words; the latest clear telling wins."""
    found: list[Finding] = []
    answered = {asked.field: asked.mark for asked in thread.asked if asked.mark}
    by_mark = {source.mark: source for source in thread.said}
    told = standing(spoken(thread.messages), thread.messages)
    for field in (*NEEDED[kind], *(field for field in _FIRST if field in answered and field not in NEEDED[kind])):
        if field in answered:
            found.append(Finding(field=field, mark=answered[field], quote=by_mark[answered[field]].text))
        elif field == "steps_to_reproduce" and (listed := _listed(thread)):
            found.append(listed)
        elif hits := [hit for hit in told if _tells_of(field, hit[1], kind)]:
            best = max(hits, key=lambda hit: len(re.findall(_pattern(field, kind), hit[1], re.IGNORECASE)))
            mark, sentence = hits[0] if field == "actual_behavior" else best
            found.append(Finding(field=field, mark=mark, quote=sentence))
    return found


def _tells_of(field: Field, sentence: str, kind: Kind) -> bool:
    """Whether it tells the field for good: a question tells nothing, and "a Galaxy something" no device."""
    hedged = field == "environment" and HEDGED.search(sentence) is not None
    other = APART.get((field, kind))
    apart = other is None or not tells(other, sentence, kind)
    return tells(field, sentence, kind) and apart and not _asked(sentence) and not hedged


def _asked(sentence: str) -> bool:
    """Whether it is a question; "I thought this could not happen??" is none."""
    return sentence.rstrip().endswith(("?", "？")) and not sentence.rstrip().endswith("??")


def _listed(thread: Thread) -> Finding | None:
    """Steps written as a numbered list of two or more lines."""
    for source in thread.messages:
        steps = numbered(source.text)
        if len(steps) >= 2:
            return Finding(field="steps_to_reproduce", mark=source.mark, quote=steps[0])
    return None


def signals(thread: Thread) -> dict[str, Signal]:
    """Signs of impact by the words alone; loud words and capitals count for nothing."""
    tables = {"affected": AFFECTED, "effect": EFFECT, "workaround": WORKAROUND, "stakes": STAKES}
    return {name: _signal(thread, table) for name, table in tables.items()}


def _signal(thread: Thread, table: dict[str, str]) -> Signal:
    told = standing(spoken(thread.messages), thread.messages) + spoken(thread.answers)
    for value, pattern in table.items():
        for mark, sentence in told:
            if not _asked(sentence) and re.search(pattern, sentence, re.IGNORECASE):
                return Signal(value=value, mark=mark)
    return Signal(value="unknown")
