"""House rules at work: what holds for a draft, and what code does to our own words because of it; reads no rows."""

import re
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from bot.core.learning.effects import AddCriterion, AsKind, Effect, LeaveOut, Say, ShortTitle
from bot.core.tickets.content import DraftContent, FollowedRule, Kind, Removed, Statement
from workers.chain.data import Source
from workers.chain.words import content_words, normal, overlap, plain

# A text that shares this much with a line of an example, and less with its own thread, was carried over.
_BORROWED = 0.8
# A quotation in any of the usual marks; nothing in it is ever reworded.
_QUOTED = re.compile(r"(\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’|(?<!\w)'[^']+'(?!\w)|`[^`]*`)")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Data):
    """A house rule that is on; `kind` is empty for all kinds, `effect` is what code does about it."""

    id: int
    version: int
    text: str
    kind: str = ""
    effect: Effect | None = None


class Example(_Data):
    """A ticket that people approved, as text, masked."""

    ticket_id: int
    kind: Kind
    text: str


class Learned(_Data):
    """What earlier reviews teach about a draft."""

    rules: list[Rule] = []
    examples: list[Example] = []

    def __bool__(self) -> bool:
        return bool(self.rules or self.examples)

    def of_kind(self, kind: Kind) -> "Learned":
        """What of it is about one kind of ticket."""
        return Learned(
            rules=[rule for rule in self.rules if rule.kind in ("", kind)],
            examples=[example for example in self.examples if example.kind == kind],
        )

    def kind(self, found: Kind) -> Kind:
        """The kind that reviewers would make of this one."""
        effects = (rule.effect for rule in self.rules)
        return next((one.new for one in effects if isinstance(one, AsKind) and one.old == found), found)

    def worded(self, text: str) -> str:
        """`text` in the words that reviewers prefer, its quotations untouched."""
        says = [rule.effect for rule in self.rules if isinstance(rule.effect, Say)]
        parts = _QUOTED.split(text)
        for index in range(0, len(parts), 2):
            for one in says:
                parts[index] = _said(one, parts[index])
        return "".join(parts)

    def both_ways(self, text: str) -> str:
        """`text` with its rewording beside it: what a source says in one word, a draft may say in the other."""
        reworded = self.worded(text)
        return text if reworded == text else f"{text}\n{reworded}"

    def criteria(self) -> list[str]:
        """The criteria that every ticket of this kind has."""
        return [rule.effect.text for rule in self.rules if isinstance(rule.effect, AddCriterion)]

    def wants(self, criterion: str) -> bool:
        """Whether a criterion is one of them, so that nothing in the thread has to bear it out."""
        return _same(criterion) in {_same(text) for text in self.criteria()}

    def borrowed(self, text: str, told: str) -> bool:
        """Whether a text says what an example says rather than what was told."""
        lines = [line for example in self.examples for line in example.text.splitlines()]
        return overlap(text, told) < _BORROWED and any(overlap(text, line) >= _BORROWED for line in lines)


def _said(one: Say, text: str) -> str:
    """`text` with one phrase for another, whole words alone, with its plural and its capital."""
    pattern = rf"(?<![\w/@.#-]){re.escape(one.old)}(s?)(?![\w/@-])"

    def new(found: re.Match[str]) -> str:
        capital = found[0][0].isupper() and one.old[0].islower()
        return (one.new[0].upper() + one.new[1:] if capital else one.new) + found[1]

    return re.sub(pattern, new, text, flags=re.IGNORECASE)


def follow(content: DraftContent, learned: Learned, sources: Iterable[Source]) -> DraftContent:
    """The draft as the rules want it. What people wrote, here or in a source, stays word for word."""
    told = [normal(plain(source.text)) for source in sources]
    return content.model_copy(
        update={
            "title": content.title if "title" in content.own.fields else _title(content.title, learned),
            **_sections(content, learned, told),
            "criteria": [*_reworded(content.criteria, learned, told), *_added(content, learned)],
            "house_rules": [FollowedRule(rule=rule.id, version=rule.version) for rule in learned.rules],
        }
    )


def _title(title: str, learned: Learned) -> str:
    limits = [rule.effect.words for rule in learned.rules if isinstance(rule.effect, ShortTitle)]
    title = learned.worded(title)
    if not limits or len(title.split()) <= min(limits):
        return title
    kept = title.split()[: min(limits)]
    # "The timer on the" says no more than "The timer".
    while len(kept) > 2 and not content_words(kept[-1]):
        kept.pop()
    return f"{' '.join(kept).rstrip(' ,;:-–—(…')}…"


def _sections(content: DraftContent, learned: Learned, told: list[str]) -> dict[str, object]:
    """The sections that are left, and what was left out with its reason."""
    left_out = {rule.effect.section: rule for rule in learned.rules if isinstance(rule.effect, LeaveOut)}
    sections: dict[str, list[Statement]] = {}
    removed = list(content.removed)
    for name, said in content.sections.items():
        gone = [one for one in said if one.by != "person"] if name in left_out else []
        removed += [Removed(text=one.text, why=f"House rule: {left_out[name].text}") for one in gone]
        if kept := [one for one in said if one not in gone]:
            sections[name] = _reworded(kept, learned, told)
    return {"sections": sections, "removed": removed}


def _reworded(said: list[Statement], learned: Learned, told: list[str]) -> list[Statement]:
    return [
        one
        if one.by == "person" or _is_quotation(one.text, told)
        else one.model_copy(update={"text": learned.worded(one.text)})
        for one in said
    ]


def _is_quotation(text: str, told: list[str]) -> bool:
    """Whether these are somebody's words as they were said, with or without quotation marks."""
    words = normal(text).strip(" .…\"'")
    return any(words in source for source in told)


def _added(content: DraftContent, learned: Learned) -> list[Statement]:
    """The criteria that every ticket has, unless it has them already or a reviewer took them out."""
    known = {_same(text) for text in [*(one.text for one in content.criteria), *content.own.struck]}
    return [Statement(text=text) for text in dict.fromkeys(learned.criteria()) if _same(text) not in known]


def _same(text: str) -> str:
    return normal(text).rstrip(" .")
