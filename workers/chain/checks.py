"""Whether a statement says only what its sources say: code, not a model; what fails comes back with a plain reason."""

import re
from collections.abc import Iterable

from bot.core.tickets.content import Removed, Statement
from workers.chain.data import Source, Thread
from workers.chain.house import Learned
from workers.chain.orders import is_order
from workers.chain.withdrawn import Withdrawal, taken_back, withdrawals
from workers.chain.words import content_words, holds_number, names, normal, numbers, overlap, plain, quoted, sentences

ENOUGH = 0.5  # of a statement's meaning words must stand in its sources
_HOLLOW = re.compile(
    r"(?i)\b(as expected|robust\w*|seamless\w*|user[- ]friendly|intuitive\w*|improve[sd]? (the )?(user )?experience|"
    r"works? (correctly|properly)|best practices?|state[- ]of[- ]the[- ]art)\b"
)
_MOST_MARKS = 4
# Words that any two texts may share.
_ANY = content_words("every each all always never only still time times")


class Checker:
    """Checks statements against one thread and the passages found for it; house rules may have reworded them."""

    def __init__(self, thread: Thread, passages: Iterable[Source], learned: Learned | None = None) -> None:
        self._learned = learned or Learned()
        self._said = [_told(source) for source in thread.said]
        self.sources = {source.mark: source for source in [*self._said, *map(_told, passages)]}
        self._places = {source.mark: place for place, source in enumerate(thread.messages, 1)}
        self._withdrawn = withdrawals(thread.messages)
        self._all = "\n".join(source.text for source in self._said)
        words = self._all.split()
        # Where nouns are capitalised (German), capitals do not tell names.
        self._names_tell = len(names(self._all)) < 0.2 * max(len(set(words)), 1)

    def statement(self, given: Statement) -> Statement | Removed:
        """The statement with the marks that bear it out, or why it cannot stay."""
        text = plain(given.text)
        marks = [mark for mark in given.marks if mark in self.sources]
        if refused := _unfit(text, self._texts(marks)):
            return Removed(text=given.text, why=refused)
        marks = self._borne_out(text, marks)
        missing = self._missing(text, marks)
        if missing:
            return Removed(text=text, why=f"“{missing[0]}” is not in its source.")
        if overlap(text, self._evidence(marks)) < ENOUGH:
            return Removed(text=text, why="No source says this." if not marks else "Its source does not say this.")
        if by := self._taken_back(text, marks):
            return Removed(text=text, why=f"Message {by} takes this back.")
        if self._learned.borrowed(text, self._evidence(marks)):
            return Removed(text=text, why="It comes from another ticket.")
        return Statement(text=text, marks=marks)

    def _taken_back(self, text: str, marks: list[str]) -> str:
        """The number, as people see it, of the message that takes the statement back.

        Empty when its sources are newer, or no messages. Messages without a word have a number, but no place here.
        """
        places = [self._places[mark] for mark in marks if mark in self._places]
        # A quotation is what was said then, and may hold more than what gave way since.
        quotes = normal(text).strip(' .…"“”') in normal(self._all)
        found = [one for one in self._withdrawn if one.named or not quotes]
        return self._dropped_by(text, places, found) if len(places) == len(marks) else ""

    def _dropped_by(self, text: str, places: list[int], found: list[Withdrawal]) -> str:
        by = taken_back(text, places, found)
        return next((mark[1:] for mark, place in self._places.items() if place == by), "")

    def criterion(self, given: Statement) -> Statement | Removed:
        """A criterion words a goal: only its numbers, names, quotations and its subject must be in the thread."""
        text = plain(given.text)
        marks = [mark for mark in given.marks if mark in self.sources]
        if refused := _unfit(text, self._texts(marks)):
            return Removed(text=given.text, why=refused)
        if self._learned.wants(text):
            return Statement(text=text)
        everything = [*marks, *(source.mark for source in self._said)]
        if missing := self._missing(text, everything):
            return Removed(text=text, why=f"“{missing[0]}” is not in the thread.")
        if not (content_words(text) & content_words(self._evidence(everything))) - _ANY:
            return Removed(text=text, why="It is about something the thread does not mention.")
        if self._learned.borrowed(text, self._evidence(everything)):
            return Removed(text=text, why="It comes from another ticket.")
        if marks and (by := self._taken_back(text, marks)):
            return Removed(text=text, why=f"Message {by} takes this back.")
        return Statement(text=text, marks=marks)

    def line(self, text: str, known: str = "") -> Removed | None:
        """Why a title or an open question cannot stay; `known` is text that may be used besides the thread."""
        if refused := _unfit(plain(text), (source.text for source in self._said)):
            return Removed(text=text, why=refused)
        evidence = self._learned.both_ways(f"{self._all}\n{known}")
        if missing := self._lacks(text, evidence):
            return Removed(text=text, why=f"“{missing[0]}” is not in the thread.")
        return None

    def title(self, text: str, known: str = "") -> Removed | None:
        """Why a title cannot stay: as `line`, or it has a number that gave way to something better."""
        if fault := self.line(text, known):
            return fault
        by = self._dropped_by(text, [], [one for one in self._withdrawn if not one.named])
        return Removed(text=text, why=f"Message {by} takes this back.") if by else None

    def _texts(self, marks: Iterable[str]) -> list[str]:
        return [self.sources[mark].text for mark in marks]

    def _evidence(self, marks: Iterable[str]) -> str:
        """The text behind marks; an answer means nothing without its question."""
        sources = [self.sources[mark] for mark in marks]
        told = "\n".join(
            f"{source.who}\n{source.text}" if source.source == "answer" else source.text for source in sources
        )
        return self._learned.both_ways(told)

    def _missing(self, text: str, marks: list[str]) -> list[str]:
        return self._lacks(text, self._evidence(marks))

    def _lacks(self, text: str, evidence: str) -> list[str]:
        """Numbers, names and quotations of `text` that `evidence` does not have."""
        words = normal(evidence)
        lacking = sorted(number for number in numbers(text) if not holds_number(number, evidence))
        lacking += [part for part in quoted(text) if normal(part).strip(".,!?… ") not in words]
        if self._names_tell:
            lacking += sorted(name for name in names(text) if not re.search(rf"(?<!\w){re.escape(name)}", words))
        return lacking

    def _borne_out(self, text: str, marks: list[str]) -> list[str]:
        """`marks`, with messages added that say what is still without a source; a model often cites too little."""
        marks = list(dict.fromkeys(marks))
        for source in sorted(self._said, key=lambda source: -overlap(text, source.text)):
            if len(marks) >= _MOST_MARKS or (marks and self._complete(text, marks)):
                break
            if source.mark not in marks and self._adds(text, marks, source):
                marks.append(source.mark)
        return marks

    def _complete(self, text: str, marks: list[str]) -> bool:
        return not self._missing(text, marks) and overlap(text, self._evidence(marks)) >= ENOUGH

    def _adds(self, text: str, marks: list[str], source: Source) -> bool:
        """Whether a message says more of `text`: something missing, and about the same matter."""
        about = content_words(text) & content_words(source.text)
        with_it = [*marks, source.mark]
        fewer = len(self._missing(text, with_it)) < len(self._missing(text, marks))
        more = overlap(text, self._evidence(with_it)) > overlap(text, self._evidence(marks))
        return bool(about) and (fewer or (more and overlap(text, self._evidence(marks)) < ENOUGH))


def _told(source: Source) -> Source:
    """A source without the orders in it: they bear nothing out."""
    if not is_order(source.text):
        return source
    kept = [sentence for sentence in sentences(source.text) if not is_order(sentence)]
    return source.model_copy(update={"text": "\n".join(kept)})


def _unfit(text: str, sources: Iterable[str]) -> str:
    """Why a text is unfit for any ticket, or nothing; filler is a writer's, never what somebody said in `sources`."""
    if len(re.findall(r"\w", text)) < 2:
        return "There is nothing in it."
    if is_order(text):
        return "It reads like an order to the assistant; it was not followed."
    if (found := _HOLLOW.search(text)) and not _is_quotation(text, sources):
        return f"“{found[0]}” says nothing that can be checked."
    return ""


def _is_quotation(text: str, sources: Iterable[str]) -> bool:
    """Whether these are the words of a source, with or without quotation marks."""
    words = normal(text).strip(" .…\"'")
    return any(words in normal(plain(source)) for source in sources)
