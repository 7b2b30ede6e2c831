"""Whether a thread holds several matters, by wording alone; a wrong division is worse than none, so doubt means one."""

from dataclasses import dataclass, replace
from itertools import combinations

from bot.core.tickets.content import Kind, Statement
from bot.core.tickets.parts import MOST_PARTS, Part
from workers.chain.data import Parts, Thread
from workers.chain.openings import (
    ACTION,
    ADDS,
    BACK_BY_LABEL,
    BACK_BY_NAME,
    COLLECTS,
    DETAIL,
    NOTED,
    ONE_MATTER,
    OPENS,
    PLANS,
    REFERS,
    REFUSED,
    WISHES,
)
from workers.chain.orders import is_order
from workers.chain.pieces import Cut, cuts
from workers.chain.rules import tells
from workers.chain.words import clip_words, content_words

TITLE_WORDS = 12
# Words that a matter needs to stand on its own, fewer where the list says that each item is one.
_OWN_WORDS, _LISTED_WORDS = 3, 2
_ALIKE, _RELATED = 0.5, 0.34
_NAMES = 0.3  # of a matter's words that name it
_CLEARLY = 2  # words more than any other matter has of a text


@dataclass(frozen=True)
class Matter:
    """Something that may deserve a ticket: the pieces that tell it, the first one saying what it is."""

    cuts: tuple[Cut, ...]
    opening: str = ""
    kind: Kind | None = None

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(cut.text for cut in self.cuts)

    def part(self) -> Part:
        """The part of the thread that a ticket about this has."""
        says = next((cut.text for cut in self.cuts if not is_order(cut.text)), self.cuts[0].text)
        title = clip_words(says.removeprefix(self.opening), TITLE_WORDS).rstrip(".")
        return Part(title=title, kind=self.kind, own=[cut.piece for cut in self.cuts])


def by_wording(thread: Thread) -> Parts:
    """The matters of a list, or those that the thread opens one after the other; none when in doubt."""
    told = cuts(thread)
    if not (listed := _listed(told)):
        return _parts(_opened(told), told)
    before = _before(told)
    text = before[-1].text if before else ""
    planned = PLANS.search(text) and not any(_fault(matter.text) for matter in listed)
    announces = planned or COLLECTS.search(text)
    opening = [before[-1].piece] if announces else []
    return _parts(listed, told, goal=text if planned else "").model_copy(update={"opening": opening})


def may_be_several(told: list[Cut]) -> bool:
    """Whether anything at all hints at several matters: a list, an opening, or pieces without a word in common.

    Most reports show none of these, and nobody has to be asked about them.
    """
    said = [cut for cut in told if cut.mark.startswith("m")]
    if any(cut.list or OPENS.match(cut.text) or ADDS.match(cut.text) for cut in said):
        return True
    texts = (cut.text for cut in said if not REFERS.search(cut.text))
    whole = [text for text in texts if len(content_words(text)) > _OWN_WORDS]
    return any(_share(one, two) == 0 for one, two in combinations(whole, 2))


def _parts(matters: list[Matter], told: list[Cut], goal: str = "") -> Parts:
    """Without what is taken back; one matter that is left is a ticket like any other, but says what was left out."""
    if not 2 <= len(matters) <= MOST_PARTS:
        return Parts()
    gone = {place: by for place, matter in enumerate(matters) if (by := _taken_back(matter, told))}
    kept = [matter for place, matter in enumerate(matters) if place not in gone]
    if not kept:
        return Parts()
    aside = [cut for place, by in gone.items() for cut in (*matters[place].cuts, by)]
    kept = _joined(kept, [cut for cut in told[told.index(kept[0].cuts[0]) :] if cut not in aside])
    said = [
        Statement(text=matters[place].cuts[0].text, marks=list(dict.fromkeys([matters[place].cuts[0].mark, by.mark])))
        for place, by in gone.items()
    ]
    return Parts.model_validate(
        {
            "relation": "single" if len(kept) == 1 else "plan" if goal else "siblings",
            "goal": clip_words(goal.rstrip(" :："), TITLE_WORDS),
            "items": [matter.part() for matter in kept],
            "left_out": said,
            "aside": list(dict.fromkeys(cut.piece for cut in aside)),
        }
    )


def _joined(matters: list[Matter], told: list[Cut]) -> list[Matter]:
    """The matters with what is said later and clearly about one of them, by its words."""
    claimed = {cut for matter in matters for cut in matter.cuts}
    more: dict[int, list[Cut]] = {}
    for cut in told:
        words = content_words(cut.text)
        shared = [len(words & content_words(matter.text)) for matter in matters]
        first, second = sorted(shared, reverse=True)[:2] if len(shared) > 1 else (0, 0)
        if cut not in claimed and first >= second + _CLEARLY:
            more.setdefault(shared.index(first), []).append(cut)
    return [replace(matter, cuts=(*matter.cuts, *more.get(place, []))) for place, matter in enumerate(matters)]


def _listed(told: list[Cut]) -> list[Matter]:
    """The items of the first list, each with what answers and replies say under its label; none if it is one matter."""
    first = next((cut.list for cut in told if cut.list), 0)
    labels = list(dict.fromkeys(cut.label for cut in told if cut.list == first)) if first else []
    items = [Matter(tuple(cut for cut in told if cut.list == first and cut.label == label)) for label in labels]
    before = [cut.text for cut in _before(told)]
    if len(items) < 2 or not _several(items, before):
        return []
    kind: Kind | None = "idea" if WISHES.search(before[-1] if before else "") else None
    return [
        Matter(
            tuple(cut for cut in told if cut.label == label and (cut.list == first or _replies(cut, first))), "", kind
        )
        for label in labels
    ]


def _replies(cut: Cut, first: int) -> bool:
    return cut.list > first and not cut.label.startswith("•")


def _before(told: list[Cut]) -> list[Cut]:
    """The two pieces right before the first list."""
    start = next((place for place, cut in enumerate(told) if cut.list), 0)
    return told[max(start - 2, 0) : start]


def _several(matters: list[Matter], before: list[str]) -> bool:
    """Whether the items of a list are matters of their own, and not steps, values or details of one."""
    items = [matter.text for matter in matters]
    announcement = before[-1] if before else ""
    collected = COLLECTS.search(announcement) is not None or PLANS.search(announcement) is not None
    least = _LISTED_WORDS if collected else _OWN_WORDS
    if ONE_MATTER.search(" ".join(before)) or any(DETAIL.match(item) for item in items):
        return False
    if 2 * sum(_asks(item) for item in items) >= len(items):
        return False
    if any(is_order(item) for item in items) or sum(_does(item) for item in items) > (
        len(items) // 2 if collected else 0
    ):
        return False
    standing = [item for item in items if not NOTED.search(item)]
    if sum(len(content_words(item)) < least for item in standing) > (1 if len(items) > 3 else 0):
        return False
    if any(_share(one, two) >= _ALIKE for one, two in combinations(standing, 2)):
        return False
    # Below other words, items that nothing announces as matters are what those speak of.
    bare = not before and all(len(matter.cuts) == 1 for matter in matters)
    return collected or (bare and all(_of_its_own(item) for item in standing))


def _asks(item: str) -> bool:
    return item.rstrip().endswith(("?", "？")) and not tells("desired_outcome", item)


def _does(item: str) -> bool:
    return ACTION.match(item) is not None


def are_steps(items: list[str]) -> bool:
    """Whether most items of a list are things one does, one after the other."""
    return len(items) > 1 and 2 * sum(_does(item) for item in items) > len(items)


def _of_its_own(text: str) -> bool:
    """Whether a text tells a fault or a wish by itself; a question back tells none."""
    return tells("desired_outcome", text) or (_fault(text) and not _asks(text))


def _fault(text: str) -> bool:
    return tells("actual_behavior", text) and not tells("desired_outcome", text)


def _share(one: str, two: str) -> float:
    """How much two texts speak of the same: their common words, measured by the shorter text."""
    first, second = content_words(one), content_words(two)
    return len(first & second) / max(min(len(first), len(second)), 1)


def _opened(told: list[Cut]) -> list[Matter]:
    """What comes before the first opening is the first matter; "and" adds one only where the thread has opened one."""
    matters: list[list[Cut]] = [[]]
    openings = [""]
    for cut in (cut for cut in told if cut.mark.startswith("m")):
        opening = OPENS.match(cut.text) or (ADDS.match(cut.text) if len(matters) > 1 else None)
        if opening and _another(cut.text[opening.end() :], matters):
            matters.append([])
            openings.append(opening[0])
        matters[-1].append(cut)
    if len(matters) < 2 or not any(_of_its_own(cut.text) or len(content_words(cut.text)) > 4 for cut in matters[0]):
        return []
    return [Matter(tuple(found), opening) for found, opening in zip(matters, openings, strict=True)]


def _another(text: str, matters: list[list[Cut]]) -> bool:
    """Whether an opened text is a matter of its own and about none of those before."""
    before = [" ".join(cut.text for cut in found) for found in matters]
    return (
        len(content_words(text)) >= _OWN_WORDS
        and _of_its_own(text)
        and not DETAIL.match(text)
        and not is_order(text)
        and all(_share(text, told) < _RELATED for told in before)
    )


def _taken_back(matter: Matter, told: list[Cut]) -> Cut | None:
    """The piece that says that this is not planned, only noted or taken back; of the matter itself or after it."""
    head = matter.cuts[0]
    if head.list and NOTED.search(head.text):
        return head
    label, words = head.label.removeprefix("•"), content_words(matter.text)
    for cut in told[told.index(head) + 1 :]:
        if cut in matter.cuts and head.list:
            if cut.list != head.list and REFUSED.match(cut.text):
                return cut
            continue
        by_label = BACK_BY_LABEL.search(cut.text) if label else None
        if by_label and (by_label["label"] or by_label["named"] or "").lower() == label:
            return cut
        by_name = BACK_BY_NAME.match(cut.text)
        named = content_words(by_name["what"]) if by_name and cut not in matter.cuts else set()
        if named and named <= words and len(named) >= _NAMES * len(words):
            return cut
    return None
