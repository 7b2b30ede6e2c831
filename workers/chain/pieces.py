"""A thread as pieces (sentences and list items) that can be given to one ticket or another, and put together again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.core.tickets.parts import Part, Piece
from workers.chain.data import Source, Thread
from workers.chain.words import content_words, sentences

_CIRCLED = "①②③④⑤⑥⑦⑧⑨"
# A label stands at the start of a line or after a mark of punctuation: "three things: (1) ... (2) ...".
_LABEL = re.compile(
    r"(?:^\s*|(?<=[.:;,!?)…] )|(?<=[。：；、]))"
    rf"(?:[（(]?(\d{{1,2}}|[a-hA-H])[.)）](?:\s+|(?<=[)）])(?=\S))|([{_CIRCLED}])\s*)"
)
_BULLET = re.compile(r"^\s*[-*•–]\s+(?=\S)")
_REFERENCE = re.compile(r"[（(](\d{1,2}|[a-h])[)）]")
_REPLY = 99  # the list number of what only names items of another list
_FEWEST_WORDS = 3


@dataclass(frozen=True)
class Cut:
    """A piece with its place: `list` numbers the lists of a thread from 1 (0: in none), `label` is its item's."""

    mark: str
    text: str
    list: int = 0
    label: str = ""

    @property
    def piece(self) -> Piece:
        """What of it can be stored."""
        return Piece(mark=self.mark, text=self.text)


@dataclass(frozen=True)
class _Label:
    """A label in a line: where it begins, and where its item's text does."""

    source: int
    line: int
    start: int
    end: int
    name: str
    list: int = 0


def cuts(thread: Thread) -> list[Cut]:
    """Everything said, in order, as pieces; a list may be written in one line, in lines or in messages."""
    said = thread.said
    labels = _in_lists(list(_numbered(said)))
    labels += _bullets(said, 1 + max((label.list for label in labels), default=0))
    found: list[Cut] = []
    for number, source in enumerate(said):
        open_label: _Label | None = None
        for line_number, line in enumerate(source.text.splitlines()):
            here = [label for label in labels if (label.source, label.line) == (number, line_number)]
            if not line.strip():
                open_label = None
            found += _line(source.mark, line, here, open_label)
            open_label = here[-1] if here else open_label
    return found


def _line(mark: str, line: str, here: list[_Label], open_label: _Label | None) -> Iterator[Cut]:
    """The pieces of one line: what stands before its first label goes on with the item above, if one is open."""
    ends = [*(label.start for label in here), len(line)]
    before = replace(open_label, end=0) if open_label else None
    spans = [(before, line[: ends[0]])] + [
        (label, line[label.end : end]) for label, end in zip(here, ends[1:], strict=True)
    ]
    counts: list[int] = []
    for label, span in spans:
        told = [text.rstrip(" ,;、；") for text in sentences(span)]
        # In a list within one line nothing says where the last item ends: it is as long as the others.
        most = 1 if label is not None and len(here) > 1 and label is here[-1] and max(counts[1:]) <= 1 else len(told)
        counts.append(len(told))
        for place, text in enumerate(told):
            if label is not None and place < most:
                yield Cut(mark, text, label.list, label.name)
            else:
                yield from _by_reference(mark, text)


def _by_reference(mark: str, text: str) -> Iterator[Cut]:
    """A sentence whose every clause names its item ("web for (1), app for (2)") as one piece for each; else whole."""
    clauses = re.split(r"[,;]\s+", text)
    names = [_REFERENCE.findall(clause) for clause in clauses]
    if len(clauses) > 1 and all(len(found) == 1 for found in names):
        yield from (Cut(mark, clause, _REPLY, found[0]) for clause, found in zip(clauses, names, strict=True))
    else:
        yield Cut(mark, text)


def _numbered(said: list[Source]) -> Iterator[_Label]:
    for number, source in enumerate(said):
        for line_number, line in enumerate(source.text.splitlines()):
            for found in _LABEL.finditer(line):
                name = found[1].lower() if found[1] else str(_CIRCLED.index(found[2]) + 1)
                yield _Label(number, line_number, found.start(), found.end(), name)


def _in_lists(labels: list[_Label]) -> list[_Label]:
    """Only labels that count up from 1 or a, each with the number of its list.

    A lone one is no list, but at the start of a later message it may speak of an item: "b) is what Nordlicht wants".
    """
    lists: list[list[_Label]] = []
    for label in labels:
        if lists and label.name == _after(lists[-1][-1].name):
            lists[-1].append(label)
        elif label.name in ("1", "a") or (lists and (label.line, label.start) == (0, 0)):
            lists.append([label])
    real = [found for found in lists if len(found) > 1 and found[0].name in ("1", "a")]
    if not real:
        return []
    items, last = {label.name for label in real[0]}, real[0][-1].source
    real += [found for found in lists if found not in real and found[0].source > last and found[0].name in items]
    return [replace(label, list=number) for number, found in enumerate(real, 1) for label in found]


def _after(name: str) -> str:
    return str(int(name) + 1) if name.isdigit() else chr(ord(name) + 1)


def _bullets(said: list[Source], number: int) -> list[_Label]:
    """Lines with bullets, two or more in one message; their labels count from 1."""
    found: list[_Label] = []
    for place, source in enumerate(said):
        lines = [(at, bullet) for at, line in enumerate(source.text.splitlines()) if (bullet := _BULLET.match(line))]
        if len(lines) > 1:
            found += [
                _Label(place, at, 0, bullet.end(), f"•{count}", number) for count, (at, bullet) in enumerate(lines, 1)
            ]
            number += 1
    return found


def narrowed(thread: Thread, part: Part | None) -> Thread:
    """The thread without what belongs to other tickets; marks stay, and a message that loses nothing stays as it is.

    The ticket that tells a plan has the goal alone; a plan whose goal is nothing but its list keeps that.
    """
    gone = {(piece.mark, piece.text) for piece in part.other} if part else set()
    if not gone:
        return thread
    all_cuts = cuts(thread)

    def rest(sources: list[Source]) -> list[Source]:
        left = []
        for source in sources:
            here = [cut for cut in all_cuts if cut.mark == source.mark]
            kept = [cut.text for cut in here if (cut.mark, cut.text) not in gone]
            if len(kept) == len(here):
                left.append(source)
            elif kept:
                left.append(source.model_copy(update={"text": "\n".join(kept)}))
        return left

    messages, answers = rest(thread.messages), rest(thread.answers)
    words = content_words(" ".join(source.text for source in messages))
    if part is not None and not part.own and len(words) < _FEWEST_WORDS:
        return thread
    hint = thread.kind_hint or (part.kind if part else None)
    kept_marks = {"", *(answer.mark for answer in answers)}
    asked = [asked for asked in thread.asked if asked.mark in kept_marks]
    return thread.model_copy(update={"messages": messages, "answers": answers, "asked": asked, "kind_hint": hint})
