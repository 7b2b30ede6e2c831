"""Code cut into passages by what it defines: every line belongs to one, under the name of its innermost definition."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from workers.reading.outline import Definition
from workers.retrieval.markdown import LONGEST, Cut

_CLOSING = frozenset("}]);,")


def cut_code(text: str, path: str, found: Sequence[Definition]) -> list[Cut]:
    """Passages of at most LONGEST characters, none across two definitions; blank lines around them are left out."""
    lines = text.split("\n")
    owners = _owners(lines, found)
    pieces: list[Cut] = []
    for symbol, numbers in groupby(range(len(lines)), key=owners.__getitem__):
        heading = f"{path} > {symbol}" if symbol else path
        pieces += [Cut(heading, part, symbol, line) for line, part in _parts(lines, numbers)]
    return pieces


def _owners(lines: Sequence[str], found: Sequence[Definition]) -> list[str]:
    """Of each line the innermost definition; one with only brackets, or `end`, goes on with what was before."""
    owners: list[str] = []
    waiting = list(reversed(found))
    inside: list[Definition] = []
    for number, line in enumerate(lines):
        while waiting and waiting[-1][1] <= number:
            inside.append(waiting.pop())
        while inside and inside[-1][2] < number:
            inside.pop()
        said = line.strip()
        closes = said == "end" or _CLOSING.issuperset(said)
        owners.append(owners[-1] if closes and owners else inside[-1][0] if inside else "")
    return owners


def _parts(lines: Sequence[str], numbers: Iterator[int]) -> Iterator[tuple[int, str]]:
    """A stretch of lines in pieces of at most LONGEST characters: the number of its first line from 1, and its text."""
    first, length, kept = 0, 0, list[str]()
    for number in numbers:
        for part in _short(lines[number].rstrip()):
            if kept and length + len(part) + 1 > LONGEST:
                yield first + 1, "\n".join(kept).rstrip()
                length, kept = 0, []
            if not kept:
                if not part.strip():
                    continue
                first = number
            kept.append(part)
            length += len(part) + 1
    if kept:
        yield first + 1, "\n".join(kept).rstrip()


def _short(line: str) -> list[str]:
    """A line as it is, or in parts where it is longer than a passage may be."""
    return [line[at : at + LONGEST] for at in range(0, len(line), LONGEST)] or [""]
