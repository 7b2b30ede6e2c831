"""How much people changed: word-level edit distance between two texts, 0 for nothing and 1 for everything; pure."""

import re
from collections.abc import Sequence
from statistics import median

from bot.core.tickets.content import SECTIONS, DraftContent

# Scripts without spaces count by character.
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’][^\W_{_CJK}]+)*")


def words(text: str) -> list[str]:
    """The words of a text in one case, without punctuation."""
    return _WORD.findall(text.casefold())


def text_of(content: DraftContent) -> str:
    """Everything of a draft that a reviewer may edit as text, in reading order, without marks."""
    lines = [content.title]
    lines += [one.text for name in SECTIONS for one in content.sections.get(name, [])]
    lines += [one.text for one in content.criteria]
    return "\n".join([*lines, *content.open_questions, *content.assumptions])


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """The fewest words to add, drop or replace to make one sequence the other (Levenshtein).

    Myers' bit-parallel algorithm in Hyyrö's form (https://doi.org/10.1145/316542.316550): a row of the table is a
    number of as many bits as `one` has words, so long drafts cost no more than short ones.
    """
    if not one or not other:
        return max(len(one), len(other))
    where: dict[str, int] = {}
    for index, word in enumerate(one):
        where[word] = where.get(word, 0) | 1 << index
    every, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    up, down, score = every, 0, len(one)
    for word in other:
        match = where.get(word, 0)
        vertical = match | down
        diagonal = (((match & up) + up) ^ up) | match
        right, left = down | ~(diagonal | up), up & diagonal
        score += bool(right & last) - bool(left & last)
        right, left = (right << 1 | 1) & every, (left << 1) & every
        up, down = (left | ~(vertical | right)) & every, right & vertical
    return score


def changed(before: DraftContent, after: DraftContent) -> float:
    """The share of words that differ between two versions of a text, 0 to 1."""
    one, other = words(text_of(before)), words(text_of(after))
    return distance(one, other) / max(len(one), len(other), 1)


def running_median(values: Sequence[float], window: int = 5) -> list[float]:
    """For each value the median of it and of at most `window - 1` before it."""
    return [median(values[max(0, end - window) : end]) for end in range(1, len(values) + 1)]
