"""What a thread takes back by naming it ("the panel, not a phone", "forget 'next to'"); by rules, so never a guess.

A correction that does not name what was wrong ("I was wrong") is left to a model, and to the reviewer.
"""

import re
from dataclasses import dataclass

from workers.chain.data import Source
from workers.chain.wording import CORRECTS
from workers.chain.words import content_words, numbers

_END = r"(?=[,.;:!?()]|\s-\s|\bbut\b|\bsorry\b|$)"
_NAMED = (
    # A contrast after what is right: "that's the panel, not a phone".
    rf"[,;–-]\s*not\s+(?:an?|the|on the|in the)\s+(?P<a>[^,.;:!?()]{{2,40}}?)\s*{_END}",
    # A conclusion: "so NOT all or nothing", "ok not yearly"; "not all users" narrows and takes nothing back.
    rf"\b(?:so|ok|okay|actually|then)\s*,?\s+not\s+(?!(?:all|every\w*)\s+(?!or\b)|only|sure|yet)"
    rf"(?P<d>[^,.;:!?()]{{2,40}}?)\s*{_END}",
    rf"\b(?:forget|scrap)\s+(?:about\s+)?(?:the\s+)?['\"“‘]?(?P<b>[^,.;:!?()'\"”’]{{2,40}}?)['\"”’]?\s*{_END}",
    r"\b(?:nicht|kein\w*)\s+(?:de[rmn]|d[ia]e?s?|ein\w*)?\s*(?P<c>[^,.;:!?()]{2,40}),\s*sondern\b",
)
_TAKES_BACK = re.compile("|".join(_NAMED), re.IGNORECASE | re.MULTILINE)
# "not the best", "forget it": words that name nothing.
_NOTHING = frozenset({"it", "that", "this", "end", "case", "point", "first", "only", "same"})

# A way that is found better than one with a number ("5 min before people walk, at the start is better"), and what
# somebody says who agrees ("ok at the start").
_BETTER = re.compile(
    r"(?P<new>[^,.;:!?]{3,40}?)\s+(?:is|are|would be|ist|wäre)\s+(?:better|enough|besser)\b", re.IGNORECASE
)
_AGREES = re.compile(r"\W*(?:ok|okay|right|agreed|fine|yes|yep|then|so|gut|einverstanden|ja)\b", re.IGNORECASE)

_OPPOSITES = (("late", "early"), ("later", "earlier"), ("faster", "slower"), ("more", "fewer"), ("always", "never"))


@dataclass(frozen=True)
class Withdrawal:
    """Message number `by` takes back what earlier messages say with all of `words`.

    What is not `named` gave way as a part of what was said: the rest stands, and so does a quotation that holds both.
    """

    by: int
    words: frozenset[str]
    named: bool = True


def withdrawals(messages: list[Source]) -> list[Withdrawal]:
    """Everything that is taken back by name, in the order of the thread."""
    found = []
    for number, message in enumerate(messages, 1):
        found += [Withdrawal(number, words) for words in _turned(message, messages[: number - 1])]
        found += [
            Withdrawal(number, frozenset({old}), named=False) for old in _outdone(message, messages[: number - 1])
        ]
        for match in _TAKES_BACK.finditer(message.text):
            words = frozenset(content_words(next(part for part in match.groups() if part))) - _NOTHING
            if words and any(words <= content_words(earlier.text) for earlier in messages[: number - 1]):
                found.append(Withdrawal(number, words))
    return found


def _turned(message: Source, earlier: list[Source]) -> list[frozenset[str]]:
    """Words whose opposite a correcting message puts in their place: "so EARLY" after "an hour late"."""
    if not CORRECTS.search(message.text):
        return []
    now = set(re.findall(r"[a-z]+", message.text.lower()))
    turned = [(new, old) for pair in _OPPOSITES for new, old in (pair, pair[::-1]) if new in now and old not in now]
    return [
        frozenset(content_words(old))
        for _, old in turned
        if any(re.search(rf"\b{old}\b", one.text, re.IGNORECASE) for one in earlier)
    ]


def _outdone(message: Source, earlier: list[Source]) -> set[str]:
    """Numbers of what gave way: somebody named them beside what is better, and this message agrees to that."""
    if not _AGREES.match(message.text):
        return set()
    given_way: set[str] = set()
    for place, objection in enumerate(earlier):
        for better in _BETTER.finditer(objection.text):
            new = content_words(better["new"])
            if new and new <= content_words(message.text):
                before = {number for one in earlier[:place] for number in numbers(one.text)}
                given_way |= (numbers(objection.text) & before) - numbers(better["new"]) - numbers(message.text)
    return given_way


def standing(told: list[tuple[str, str]], messages: list[Source]) -> list[tuple[str, str]]:
    """Of (mark, sentence) pairs those that no later message takes back; all of them if nothing else would be left."""
    number = {message.mark: position for position, message in enumerate(messages, 1)}
    found = [one for one in withdrawals(messages) if one.named]
    left = [
        (mark, sentence)
        for mark, sentence in told
        if mark not in number or not taken_back(sentence, [number[mark]], found)
    ]
    return left or told


def taken_back(text: str, numbers: list[int], found: list[Withdrawal]) -> int:
    """The message that takes back what `text` says on the word of messages `numbers` alone; 0 when none does."""
    words = content_words(text)
    return next((one.by for one in found if one.words <= words and all(number < one.by for number in numbers)), 0)
