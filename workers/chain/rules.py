"""What rules can tell from wording: kind, which sentence tells which field, signs of impact; never a last word."""

import re
from collections.abc import Iterable

from bot.core.tickets.content import Kind
from workers.chain.data import Field, Finding, Signal, Source, Thread
from workers.chain.orders import is_order
from workers.chain.withdrawn import standing
from workers.chain.wording import AFFECTED, ASKS, EFFECT, FIELD, STAKES, WORKAROUND
from workers.chain.words import numbered, sentences

# The fields a kind of report needs, the one that would change the ticket most first.
NEEDED: dict[Kind, tuple[Field, ...]] = {
    "bug": ("actual_behavior", "steps_to_reproduce", "impact", "environment", "expected_behavior"),
    "idea": ("desired_outcome", "impact"),
    "feedback": ("actual_behavior", "impact", "desired_outcome"),
    "question": (),
}


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
    """The kind by the command used, else by the opening message's words."""
    if thread.kind_hint in ("bug", "idea", "feedback"):
        return thread.kind_hint  # type: ignore[return-value]  # one of KINDS by the line above
    opening = [sentence for _, sentence in spoken(thread.messages[:1])]
    every = opening or [sentence for _, sentence in spoken(thread.messages)]
    wrong = sum(tells("actual_behavior", sentence) for sentence in every)
    wanted = sum(tells("desired_outcome", sentence) for sentence in every)
    asks = sum(ASKS.search(sentence) is not None for sentence in every)
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
    for field in NEEDED[kind]:
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
