"""Outside text as quotations for a prompt: every line stands behind a bar, so nothing in it can end the quotation."""

import re
from collections.abc import Iterable

from bot.core.tickets.parts import Part
from workers.chain.data import Rung, Source, Thread
from workers.chain.words import sentences

# Characters of outside text that one call may carry.
BUDGET: dict[Rung, int] = {"model": 24_000, "basic": 5_000, "none": 0}


# Characters that are not seen but read by a model: joiners, direction marks, tags, controls.
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b-\x1f\U000e0000-\U000e007f]")


def block(text: str) -> str:
    """`text` with a bar before each line; hidden characters are dropped."""
    return "\n".join(f"| {line}" for line in _HIDDEN.sub("", text).splitlines() or [""])


def unbarred(text: str) -> str:
    """A model's text without the bar that it copied along."""
    return re.sub(r"^(?:\|\s*)+", "", text.strip())


def quote(sources: Iterable[Source]) -> str:
    """Sources one after the other, each under its mark."""
    parts = [f"[{source.mark}] {_by(source)}\n{block(source.text)}" for source in sources]
    return "\n".join(parts) or "(nothing)"


def beside(part: Part) -> str:
    """What a ticket is about, where several come of one thread, and what it is not; nothing for a ticket alone."""
    told = [
        ("Several tickets are made of this thread. This one is about:", [part.title] if part.others else []),
        ("Of its own tickets, so not of this one:", part.others),
        ("Taken back or not planned:", [one.text for one in part.left_out]),
    ]
    blocks = [f"{heading}\n" + "\n".join(block(text) for text in texts) for heading, texts in told if texts]
    return "\n\n" + "\n".join(blocks) if blocks else ""


def _by(source: Source) -> str:
    """Who speaks: a role in the thread, the question an answer belongs to, or the place of a passage."""
    if source.source == "answer":
        return f"answer to: {source.who}"
    return " ".join((source.who or source.label).split())


def fit(thread: Thread, rung: Rung) -> tuple[list[Source], int]:
    """What was said, cut to the budget of a rung: start and end stay; also how many characters were left out."""
    budget, said = BUDGET[rung], thread.said
    if (total := sum(len(source.text) for source in said)) <= budget:
        return said, 0
    # A share for each source first, then the longest give way.
    limit = max((length for length in range(200, budget, 100) if _kept(said, length) <= budget), default=200)
    cut = [source.model_copy(update={"text": middle_out(source.text, limit)}) for source in said]
    while len(cut) > 2 and sum(len(source.text) for source in cut) > budget:
        del cut[len(cut) // 2]
    return cut, total - sum(len(source.text) for source in cut)


def _kept(said: list[Source], limit: int) -> int:
    return sum(min(len(source.text), limit) for source in said)


def middle_out(text: str, limit: int) -> str:
    """The start and the end of a text that is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    note = " […] "
    head = (limit - len(note)) * 2 // 3
    return text[:head] + note + text[len(text) - (limit - len(note) - head) :]


def small(text: str) -> str:
    """Text for a small model, which ends its own string at the first quotation mark it meets."""
    return re.sub(r"[\"“”„]", "'", _HIDDEN.sub("", text))


def lines(thread: Thread, rung: Rung, most: int) -> list[tuple[str, str]]:
    """(mark, sentence) of everything said within the budget, in order; at most `most`, from start and end."""
    said, _ = fit(thread, rung)
    found = [(source.mark, sentence) for source in said for sentence in sentences(source.text)]
    return found if len(found) <= most else [*found[: most * 2 // 3], *found[-(most - most * 2 // 3) :]]
