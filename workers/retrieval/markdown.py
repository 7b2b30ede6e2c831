"""Cutting Markdown into passages that can be quoted; pure text, in time that only grows with its length."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

LONGEST = 900  # characters of a passage
MOST_OF_TICKET = 3  # passages of a ticket besides its title
LONGEST_HEADING = 200  # characters; a longer line is text, whatever it begins with

_MARKS = re.compile(r"#{1,6}(?=\s)")
_FENCE = re.compile(r"\s*(```|~~~)")
_STOP = re.compile(r"[.!?]\s|\n")


@dataclass(frozen=True)
class Cut:
    """A passage and the path of headings above it, such as `Booking rules > Desks`.

    In code `symbol` is what it defines and `line` where the passage begins, from 1.
    """

    heading: str
    text: str
    symbol: str = ""
    line: int | None = None


def clean(text: str) -> str:
    """Text as Postgres can hold it: without NUL characters and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def title_of(text: str, otherwise: str) -> str:
    """The first heading of a document, or `otherwise`."""
    return next((found[1] for _, found in _lines(text) if found), otherwise)


def cut(text: str) -> list[Cut]:
    """Passages of at most LONGEST characters, none across a heading; front matter and HTML comments are left out."""
    path: list[tuple[int, str]] = []
    cuts: list[Cut] = []
    lines: list[str] = []

    def close() -> None:
        heading = " > ".join(name for _, name in path)
        cuts.extend(Cut(heading, piece) for piece in _pieces("\n".join(lines)))
        lines.clear()

    for line, heading in _lines(text):
        if heading is None:
            lines.append(line)
            continue
        close()
        path = [*(item for item in path if item[0] < heading[0]), heading]
    close()
    return cuts


def _lines(text: str) -> Iterator[tuple[str, tuple[int, str] | None]]:
    """The lines that are read, and of headings the level and the words; none is inside a fence."""
    fenced = False
    for line in _uncommented(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)).splitlines():
        fenced ^= bool(_FENCE.match(line))
        yield line, None if fenced else _heading(line)


def _uncommented(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def _heading(line: str) -> tuple[int, str] | None:
    marks = _MARKS.match(line)
    words = line[marks.end() :].strip() if marks else ""
    # Marks at the end are no words, but those of C# are.
    if (bare := words.rstrip("#")) != words and bare[-1:] in ("", " ", "\t"):
        words = bare.strip()
    return (marks.end(), words) if marks and 0 < len(words) <= LONGEST_HEADING else None


def _pieces(text: str) -> list[str]:
    """Paragraphs and list items put together up to LONGEST; one that is longer is cut at sentences, then anywhere."""
    pieces: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)", text.strip()):
        for part in _short(block.strip()):
            if pieces and len(pieces[-1]) + len(part) + 1 <= LONGEST:
                pieces[-1] += f"\n{part}"
            else:
                pieces.append(part)
    return pieces


def _short(block: str) -> Iterator[str]:
    """A block in parts of at most LONGEST characters."""
    at = 0
    while at < len(block):
        part = block[at : at + LONGEST]
        if at + LONGEST < len(block):
            stops = [found.end() for found in _STOP.finditer(part)]
            part = part[: stops[-1]] if stops else part
        at += len(part)
        if part.strip():
            yield part.strip()


def titled(title: str, pieces: Sequence[Cut]) -> list[Cut]:
    """The passages of a ticket: its title alone comes first, so that titles can be compared with titles.

    What a ticket is about stands at its beginning; logs and traces that follow would only hide it.
    """
    return [Cut("", title), *(replace(piece, heading=title) for piece in pieces[:MOST_OF_TICKET])]
