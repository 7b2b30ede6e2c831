"""Cutting Markdown into passages that can be quoted; pure text."""

import re
from dataclasses import dataclass

LONGEST = 900  # characters of a passage

_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True)
class Cut:
    """A passage and the path of headings above it, such as `Booking rules > Desks`."""

    heading: str
    text: str


def title_of(text: str, otherwise: str) -> str:
    """The first heading of a document, or `otherwise`."""
    found = re.search(r"^#{1,6}\s+(.+?)\s*#*\s*$", text, re.MULTILINE)
    return found[1] if found else otherwise


def cut(text: str) -> list[Cut]:
    """Passages of at most LONGEST characters, none across a heading; front matter and HTML comments are left out."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    path: list[tuple[int, str]] = []
    cuts: list[Cut] = []
    lines: list[str] = []
    fenced = False

    def close() -> None:
        heading = " > ".join(name for _, name in path)
        cuts.extend(Cut(heading, piece) for piece in _pieces("\n".join(lines)))
        lines.clear()

    for line in text.splitlines():
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        close()
        level = len(heading[1])
        path = [item for item in path if item[0] < level] + [(level, heading[2])]
    close()
    return cuts


def _pieces(text: str) -> list[str]:
    """Paragraphs and list items put together up to LONGEST; one that is longer is cut at sentences, then anywhere."""
    pieces: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)", text.strip()):
        for part in _short(block.strip()):
            if pieces and len(pieces[-1]) + len(part) + 1 <= LONGEST:
                pieces[-1] += f"\n{part}"
            else:
                pieces.append(part)
    return [piece for piece in pieces if piece.strip()]


def _short(block: str) -> list[str]:
    parts: list[str] = []
    while len(block) > LONGEST:
        stops = [found.end() for found in re.finditer(r"[.!?]\s|\n", block[:LONGEST])]
        end = stops[-1] if stops else LONGEST
        parts.append(block[:end].strip())
        block = block[end:].strip()
    return [*parts, block] if block else parts
