"""The answer to an inquiry as a message: a line per sentence, with **names** and [links](behind words of ours)."""

import re
from dataclasses import dataclass

from bot.core.slack.blocks import Json, Rendered, Span, fit
from bot.core.slack.text import brief, safe

# Outside text holds no links any more when it comes here: the gate has opened them.
_PIECE = re.compile(r"\*\*(?P<name>[^*]+)\*\*|\[(?P<label>card|thread|page)\]\((?P<url>https?://[^\s()]+)\)")


@dataclass(frozen=True)
class _Link:
    """An address behind a word of ours."""

    label: str
    url: str

    @property
    def text(self) -> str:
        """What readers without links see."""
        return self.label

    def element(self) -> Json:
        """The rich text link element."""
        return {"type": "link", "url": self.url, "text": self.label}


def answer_message(answer: str) -> Rendered:
    """The message that an answer is posted as."""

    def build(room: int) -> Rendered:
        lines = [_parts(line, room) for line in answer.splitlines() if line.strip()]
        blocks = [_block([part.element() for part in line]) for line in lines]
        return Rendered(safe("\n".join("".join(part.text for part in line) for line in lines)), blocks)

    return fit(build)


def _parts(line: str, room: int) -> list[Span | _Link]:
    found: list[Span | _Link] = []
    at = 0
    for piece in _PIECE.finditer(line):
        found += [Span(brief(line[at : piece.start()], room))] if piece.start() > at else []
        found.append(Span(brief(piece["name"], room), "bold") if piece["name"] else _Link(piece["label"], piece["url"]))
        at = piece.end()
    return [*found, Span(brief(line[at:], room))] if at < len(line) else found


def _block(elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}
