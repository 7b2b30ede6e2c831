"""Split: whether a report holds several matters, and which piece belongs to which; tickets come of it elsewhere."""

from itertools import combinations
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.core.tickets.content import Statement
from bot.core.tickets.parts import MOST_PARTS, Part
from workers.chain.context import Context, Made
from workers.chain.data import Parts, Source
from workers.chain.dividing import TITLE_WORDS, are_steps, by_wording, may_be_several
from workers.chain.openings import JOINS
from workers.chain.orders import is_order
from workers.chain.pieces import Cut, cuts
from workers.chain.quoting import BUDGET, block, quote, unbarred
from workers.chain.words import clip_words, overlap, plain

_SAME, _BORNE_OUT = 0.8, 0.5


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Point(_Answer):
    title: str
    kind: Literal["bug", "idea", "feedback", "question"]
    pieces: list[str] = Field(description="numbers of the pieces that are about this and nothing else, such as m2.1")


class _LeftOut(_Answer):
    pieces: list[str] = Field(description="numbers of the pieces that name it, and of the one that takes it back")


class SplitAnswer(_Answer):
    """What a model says."""

    relation: Literal["single", "siblings", "plan"]
    goal: str = Field(description="for a plan: what all of it is for, as a title; else empty")
    parts: list[_Point]
    left_out: list[_LeftOut]


def by_model(made: Made, context: Context) -> Parts:
    """One call where there is a hint; what it says counts only if every part stands on pieces of its own."""
    told = cuts(made.thread)
    if not made.wish.regroup and not may_be_several(told):
        return Parts()
    if sum(len(cut.text) for cut in told) > BUDGET[context.rung]:
        return by_rules(made, context)
    numbered = _numbered(made, told)
    variables = {
        "pieces": quote(numbered),
        "wish": block(made.wish.regroup) if made.wish.regroup else "(nothing)",
    }
    answer = context.ask("fast", "split/v1", variables, SplitAnswer)
    return _checked(answer, dict(zip((source.mark for source in numbered), told, strict=True)))


def by_rules(made: Made, _: Context) -> Parts:
    """By wording, unless a reviewer wants one ticket."""
    return Parts() if JOINS.search(made.wish.regroup) else by_wording(made.thread)


def _numbered(made: Made, told: list[Cut]) -> list[Source]:
    """The pieces as sources of their own: m2.1 is the first piece of message m2."""
    by_mark = {source.mark: source for source in made.thread.said}
    seen: dict[str, int] = {}
    found = []
    for cut in told:
        seen[cut.mark] = seen.get(cut.mark, 0) + 1
        # People speak of the items of their lists by number.
        text = f"{cut.label.removeprefix('•')}) {cut.text}" if cut.label else cut.text
        found.append(by_mark[cut.mark].model_copy(update={"mark": f"{cut.mark}.{seen[cut.mark]}", "text": text}))
    return found


def _checked(answer: SplitAnswer, known: dict[str, Cut]) -> Parts:
    """The answer as parts; no parts at all where one does not stand."""
    points = [point for point in answer.parts if not _only_orders(point, known)]
    if answer.relation == "single" or not 2 <= len(points) <= MOST_PARTS:
        return Parts()
    names = [name for point in points for name in _names(point.pieces)]
    if not set(names) <= set(known) or len(set(names)) < len(names):
        return Parts()
    parts = [_part(point, known) for point in points]
    if not all(part.own for part in parts) or any(_alike(*pair) for pair in combinations(parts, 2)):
        return Parts()
    if are_steps([cut.text for name in names if (cut := known[name]).list]):
        return Parts()
    left_out = [[known[name] for name in _names(one.pieces) if name in known] for one in answer.left_out]
    # What a part claims is not left out, whatever else the answer says.
    aside = [cut for found in left_out for cut in found if cut not in [known[name] for name in names]]
    said = [found for found in left_out if found and all(cut in aside for cut in found)]
    return Parts(
        relation=answer.relation,
        goal=clip_words(plain(unbarred(answer.goal)), TITLE_WORDS) if answer.relation == "plan" else "",
        items=parts,
        left_out=[
            Statement(text=found[0].text, marks=list(dict.fromkeys(cut.mark for cut in found))) for found in said
        ],
        aside=[cut.piece for cut in aside],
    )


def _names(pieces: list[str]) -> list[str]:
    return list(dict.fromkeys(name.strip("[] ") for name in pieces))


def _only_orders(point: _Point, known: dict[str, Cut]) -> bool:
    texts = [known[name].text for name in _names(point.pieces) if name in known]
    return bool(texts) and all(is_order(text) for text in texts)


def _part(point: _Point, known: dict[str, Cut]) -> Part:
    """A part under the model's title, if its own pieces bear that out; else under its first piece that is no order."""
    own = [known[name] for name in _names(point.pieces)]
    title = plain(unbarred(point.title)).rstrip(".")
    said = " ".join(cut.text for cut in own)
    if own and (is_order(title) or overlap(title, said) < _BORNE_OUT):
        title = next((cut.text for cut in own if not is_order(cut.text)), own[0].text).rstrip(".")
    return Part(title=clip_words(title, TITLE_WORDS), kind=point.kind, own=[cut.piece for cut in own])


def _alike(one: Part, two: Part) -> bool:
    return min(overlap(one.title, two.title), overlap(two.title, one.title)) >= _SAME
