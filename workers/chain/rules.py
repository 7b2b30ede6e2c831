"""What rules can tell from wording: kind, which sentence tells which field, signs of impact; never a last word."""

import re
from collections.abc import Iterable

from bot.core.tickets.content import Kind
from workers.chain.data import Field, Finding, Signal, Source, Thread
from workers.chain.withdrawn import standing
from workers.chain.wording import (
    AFFECTED,
    ASKS,
    EFFECT,
    FIELD,
    MILD_WISH,
    OPINION,
    ORDER,
    SETTLED,
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
    """The fields to look for; what happened is only in question where nobody has said anything of substance."""
    if vague(thread):
        return _FIRST
    return tuple(field for field in NEEDED[kind] if field != "actual_behavior" or kind not in ("bug", "feedback"))


def vague(thread: Thread) -> bool:
    """Whether all that was said is that something is wrong: "it doesn't work again"."""
    told = [sentence for _, sentence in spoken(thread.said)]
    return all(len(content_words(sentence) - _WORDS_OF_TROUBLE) < 2 and not numbers(sentence) for sentence in told)


def settled(thread: Thread) -> bool:
    """Whether the thread ends with the trouble gone and nothing wanted."""
    last = [sentence for _, sentence in spoken(thread.messages[-2:])] if len(thread.messages) > 1 else []
    over = any(SETTLED.search(sentence) for sentence in last)
    return over and not any(tells("desired_outcome", sentence) or MILD_WISH.search(sentence) for sentence in last)


def is_order(text: str) -> bool:
    """Whether a sentence gives orders to an assistant instead of telling something."""
    return ORDER.search(text) is not None


def tells(field: Field, sentence: str) -> bool:
    """Whether a sentence, by its words, tells something about a field."""
    return re.search(FIELD[field], sentence.replace("’", "'"), re.IGNORECASE) is not None


def spoken(sources: Iterable[Source]) -> list[tuple[str, str]]:
    """(mark, sentence) of all that can be quoted: no orders to an assistant, nothing without a word."""
    return [
        (source.mark, sentence)
        for source in sources
        for sentence in sentences(source.text)
        if len(sentence) > 2 and not is_order(sentence)
    ]


def kind_of(thread: Thread) -> Kind:
    """The kind by the command used, else by how the thread ends or by the opening message's words."""
    if thread.kind_hint in ("bug", "idea", "feedback"):
        return thread.kind_hint  # type: ignore[return-value]  # one of KINDS by the line above
    if settled(thread) or vague(thread):
        return "not_actionable"
    opening = [sentence for _, sentence in spoken(thread.messages[:1])]
    every = opening or [sentence for _, sentence in spoken(thread.messages)]
    wrong = sum(tells("actual_behavior", sentence) for sentence in every)
    wanted = sum(tells("desired_outcome", sentence) for sentence in every)
    asks = sum(ASKS.search(sentence) is not None for sentence in every)
    felt = sum(OPINION.search(sentence) is not None for sentence in every)
    if felt and felt >= wrong and felt > wanted:
        return "feedback"
    if wanted > wrong:
        return "idea"
    if asks and not wanted and (not wrong or asks > wrong):
        return "question"
    return "bug" if wrong else "feedback"


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
        elif hits := [(mark, sentence) for mark, sentence in told if tells(field, sentence) and not _asked(sentence)]:
            mark, sentence = (
                hits[0] if field == "actual_behavior" else max(hits, key=lambda hit: _weight(field, hit[1]))
            )
            found.append(Finding(field=field, mark=mark, quote=sentence))
    return found


def _asked(sentence: str) -> bool:
    return sentence.rstrip().endswith(("?", "？"))


def _weight(field: Field, sentence: str) -> int:
    return len(re.findall(FIELD[field], sentence, re.IGNORECASE))


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
    for value, pattern in table.items():
        for mark, sentence in spoken(thread.said):
            if not _asked(sentence) and re.search(pattern, sentence, re.IGNORECASE):
                return Signal(value=value, mark=mark)
    return Signal(value="unknown")
