"""The kinds of change that code can see in pairs of draft and approved text, and when they amount to a rule; pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.core.learning.distance import text_of
from bot.core.learning.effects import AddCriterion, AsKind, Effect, LeaveOut, Say, ShortTitle
from bot.core.learning.reviewed import Reviewed
from bot.core.learning.rules import LONGEST, MOST_WORDS, Meaning, Origin
from bot.core.tickets.content import KINDS, SECTIONS, DraftContent
from workers.chain.words import clip_words, content_words, normal, numbers

# A change is a habit when it was made this often, and in at least this share of the cases where it could have been.
ENOUGH, MOSTLY = 3, 0.5
_PHRASE = 3  # words that one phrase may have
_EXCERPT = 30  # words of a text that a reviewer is shown as the reason


@dataclass(frozen=True)
class Change:
    """One reviewer's change that an effect would have spared, as it stood before and after."""

    effect: Effect
    before: str
    after: str


@dataclass(frozen=True)
class Pattern:
    """A rule that code found, and the reviews it comes from."""

    meaning: Meaning
    effect: Effect
    origins: list[Origin]


# By effect and ticket: the pair, and the change in it.
Made = dict[Effect, dict[int, tuple[Reviewed, Change]]]
Finder = Callable[[Reviewed], Iterable[Change]]


def patterns(sample: list[Reviewed]) -> list[Pattern]:
    """What the reviews have in common: first over all kinds, then for each kind by itself."""
    everywhere = list(_habits(sample, ""))
    said = {pattern.effect for pattern in everywhere}
    of_kind = (
        found for kind in KINDS for found in _habits([pair for pair in sample if pair.before.kind == kind], kind)
    )
    return [*everywhere, *(pattern for pattern in of_kind if pattern.effect not in said)]


def _habits(sample: list[Reviewed], kind: str) -> Iterable[Pattern]:
    made: Made = {}
    for pair in sample:
        for finder in _FINDERS:
            for change in finder(pair):
                made.setdefault(change.effect, {})[pair.ticket_id] = (pair, change)
    made = _one_title(made)
    for effect, by_ticket in made.items():
        pairs = [pair for pair, _ in by_ticket.values()]
        could = sum(_applies(pair.before, effect) for pair in sample)
        every_kind = len({pair.before.kind for pair in pairs}) > 1 or isinstance(effect, Say | AsKind)
        if len(pairs) < ENOUGH or len(pairs) < MOSTLY * could or (not kind and not every_kind):
            continue
        channels = {pair.channel_id for pair in pairs}
        scope = f"channel:{channels.pop()}" if len(channels) == 1 else ""
        origins = [
            Origin(pair.ticket_id, pair.review_id, change.before, change.after) for pair, change in by_ticket.values()
        ]
        yield Pattern(Meaning(effect.sentence(), kind, scope), effect, origins)


def _one_title(made: Made) -> Made:
    """Titles were cut to different lengths; the rule is the longest that reviewers made of them."""
    short = {effect: found for effect, found in made.items() if isinstance(effect, ShortTitle)}
    if not short:
        return made
    longest = max(effect.words for effect in short)
    together = {ticket: one for found in short.values() for ticket, one in found.items()}
    rest = {effect: found for effect, found in made.items() if effect not in short}
    return rest | {ShortTitle(words=longest): together}


def _applies(draft: DraftContent, effect: Effect) -> bool:
    """Whether a reviewer of this draft could have made the change."""
    match effect:
        case LeaveOut(section=section):
            return bool(draft.sections.get(section))
        case Say(old=old):
            return re.search(rf"(?<!\w){re.escape(old)}(?!\w)", normal(text_of(draft))) is not None
        case ShortTitle(words=most):
            return len(draft.title.split()) > most
        case AsKind(old=old):
            return draft.kind == old
        case AddCriterion(text=text):
            return normal(text) not in {normal(one.text) for one in draft.criteria}


def _emptied(pair: Reviewed) -> Iterable[Change]:
    for name in SECTIONS:
        gone, left = pair.before.sections.get(name, []), pair.after.sections.get(name, [])
        if name != "summary" and gone and not left:
            yield Change(LeaveOut(section=name), _clip(" ".join(one.text for one in gone)), "")


def _shortened(pair: Reviewed) -> Iterable[Change]:
    before, after = len(pair.before.title.split()), len(pair.after.title.split())
    if after * 3 < before * 2 and after <= 12:
        yield Change(ShortTitle(words=max(after, 3)), pair.before.title, pair.after.title)


def _kind_set(pair: Reviewed) -> Iterable[Change]:
    old, new = pair.before.kind, pair.after.kind
    if old != new:
        yield Change(AsKind(old=old, new=new), f"{old}: {pair.before.title}", f"{new}: {pair.after.title}")


def _criteria_added(pair: Reviewed) -> Iterable[Change]:
    known = {normal(one.text) for one in pair.before.criteria}
    for one in pair.after.criteria:
        if one.by == "person" and normal(one.text) not in known:
            yield Change(AddCriterion(text=one.text), "", one.text)


def _reworded(pair: Reviewed) -> Iterable[Change]:
    """Phrases that became the same other phrase wherever they stood; facts (numbers) are no wording."""
    before, after = text_of(pair.before).split(), text_of(pair.after).split()
    old, new = [_bare(word) for word in before], [_bare(word) for word in after]
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "replace" or b - a > _PHRASE or d - c > _PHRASE:
            continue
        one, other = " ".join(old[a:b]), " ".join(new[c:d])
        if _is_wording(one) and _is_wording(other) and f" {one} " not in f" {' '.join(new)} ":
            around = slice(max(0, a - 5), b + 5), slice(max(0, c - 5), d + 5)
            yield Change(Say(old=one, new=other), " ".join(before[around[0]]), " ".join(after[around[1]]))


_FINDERS: tuple[Finder, ...] = (_emptied, _shortened, _kind_set, _criteria_added, _reworded)


def _bare(word: str) -> str:
    return normal(word).strip(".,;:!?()[]\"'…")


def _is_wording(phrase: str) -> bool:
    return len(phrase) > 2 and bool(content_words(phrase)) and not numbers(phrase)


def _clip(text: str) -> str:
    return clip_words(text, _EXCERPT)


def fits(effect: Effect) -> bool:
    """Whether the sentence of an effect is short enough to be a rule."""
    sentence = effect.sentence()
    return len(sentence.split()) <= MOST_WORDS and len(sentence) <= LONGEST
