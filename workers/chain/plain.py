"""A draft made of quotations alone: sentences are chosen, never rewritten, so nothing can be invented."""

from bot.core.tickets.content import Kind, Removed, Statement
from workers.chain.data import Field, Finding, Gaps, Proposal, Thread
from workers.chain.details import details, leans, says_something
from workers.chain.orders import is_order
from workers.chain.rules import spoken, tells
from workers.chain.withdrawn import standing, withdrawals
from workers.chain.wording import CORRECTS
from workers.chain.words import clip_words, content_words, normal, numbered, sentences

# Where the telling of a field stands in a draft.
SECTION: dict[Field, str] = {
    "actual_behavior": "actual",
    "steps_to_reproduce": "steps",
    "expected_behavior": "expected",
    "environment": "environment",
    "impact": "why",
    "desired_outcome": "wanted",
}
TITLE_WORDS, STATEMENT_WORDS = 12, 45
# The title where nobody said anything that can be quoted.
NO_WORDS = "A report without words"


def orders_in(thread: Thread) -> list[Removed]:
    """Sentences that give orders to an assistant: left out, and shown to the reviewer."""
    found = (sentence for source in thread.said for sentence in sentences(source.text) if is_order(sentence))
    why = "It reads like an order to the assistant; it was not followed."
    return [Removed(text=clip_words(sentence, 30), why=why) for sentence in dict.fromkeys(found)]


def title_of(thread: Thread, kind: Kind) -> str:
    """The sentence that says most about the matter, clipped to 12 words."""
    told = standing(spoken(thread.messages), thread.messages)
    if not told:
        return NO_WORDS
    field: Field = "desired_outcome" if kind == "idea" else "actual_behavior"
    opening = told[0][0]

    def worth(item: tuple[str, str]) -> float:
        mark, sentence = item
        length = len(sentence.split())
        loud = sum(letter.isupper() for letter in sentence) > 0.5 * sum(letter.isalpha() for letter in sentence)
        score = 3.0 * tells(field, sentence) + 4.0 * (mark == opening) + min(len(content_words(sentence)), 8) / 8
        asks = sentence.endswith(("?", "？")) and (mark != opening or kind in ("bug", "feedback"))
        return score - 4.0 * asks - 1.0 * (length < 4) - 0.5 * (length > 20) - 1.0 * loud

    sentence = max(told, key=worth)[1]
    return clip_words(sentence, TITLE_WORDS).rstrip(".")


def quotations(thread: Thread, kind: Kind, gaps: Gaps, *, summary: bool = True) -> Proposal:
    """Title, summary and details as verbatim sentences with their marks, none twice; answers stand under their field.

    Without `summary`, what it would say stands in the sections below.
    """
    page = _Page()
    for mark, sentence in summary_of(thread, kind) if summary else []:
        page.take("summary", sentence, mark)
    listed = [(source.mark, numbered(source.text)) for source in thread.messages] if kind == "bug" else []
    for mark, steps in listed:
        for step in steps if len(steps) > 1 else []:
            page.take("steps", step, mark)
    for finding in gaps.found:
        if finding.mark[:1] == "q" or (finding.mark[:1] == "m" and page.wants(finding)):
            page.take(SECTION[finding.field], finding.quote, finding.mark)
    for section, text, marks in details(thread, kind):
        if page.lacks(text):
            page.take(section, text, *marks)
    criteria = _criteria(thread, kind, gaps)
    return Proposal(title=title_of(thread, kind), sections=page.sections, criteria=criteria, notes=_corrections(thread))


class _Page:
    """Sections that fill up with quotations, none twice."""

    def __init__(self) -> None:
        self.sections: dict[str, list[Statement]] = {}
        self._used: set[str] = set()

    def take(self, section: str, text: str, *marks: str) -> None:
        text = clip_words(text, STATEMENT_WORDS)
        if section == "summary" and text[-1].isalnum():
            text += "."  # chat has no full stops, and summaries are read as one paragraph
        if normal(text) not in self._used:
            self._used.add(normal(text))
            self.sections.setdefault(section, []).append(Statement(text=text, marks=list(marks)))

    def lacks(self, text: str) -> bool:
        """Whether nothing that stands here says this, as a whole or as a part."""
        return all(normal(text) not in known and known not in normal(text) for known in self._used)

    def wants(self, finding: Finding) -> bool:
        """Whether a message's telling of a field is worth a place of its own."""
        listed = finding.field == "steps_to_reproduce" and bool(self.sections.get("steps"))
        return not listed and not leans(finding.quote) and self.lacks(finding.quote)


def _corrections(thread: Thread) -> list[str]:
    """Rules cannot tell what a correction takes back, so the reviewer is sent to it."""
    marks = [source.mark[1:] for source in thread.messages[1:] if CORRECTS.search(source.text)]
    notes = [f"Message {', '.join(marks)} corrects something said before: does this still hold?"] if marks else []
    for gone in withdrawals(thread.messages):
        if not gone.named:
            mark = thread.messages[gone.by - 1].mark[1:]
            notes.append(f"Message {mark} chose another way: does “{', '.join(sorted(gone.words))}” still hold?")
    return list(dict.fromkeys(notes))


def summary_of(thread: Thread, kind: Kind) -> list[tuple[str, str]]:
    """One to three sentences: the opening message's first ones, and the sentence the title comes from."""
    told = standing(spoken(thread.messages), thread.messages)
    if not told:
        return []
    opening = [item for item in told if item[0] == told[0][0] and says_something(item[1])]
    title = title_of(thread, kind).removesuffix("…")
    chosen = opening[:2] + [item for item in told if item[1].startswith(title)]
    picked = list(dict.fromkeys(chosen))[:3]
    return [item for item in told if item in picked]


def _criteria(thread: Thread, kind: Kind, gaps: Gaps) -> list[Statement]:
    """Only what somebody said should be: the quoted sentence, to be answered yes or no."""
    wanted: Field = "expected_behavior" if kind == "bug" else "desired_outcome"
    by_field = [(finding.mark, finding.quote) for finding in gaps.found if finding.field == wanted]
    told = by_field or [item for item in standing(spoken(thread.messages), thread.messages) if tells(wanted, item[1])]
    texts: list[Statement] = []
    for mark, sentence in told[:3]:
        if mark[:1] in ("m", "q") and not sentence.rstrip().endswith("?") and len(sentence.split()) > 2:
            texts.append(Statement(text=f"“{clip_words(sentence, 30)}”", marks=[mark]))
    return texts
