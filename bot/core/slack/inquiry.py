"""The answer to an inquiry as a message: a line per sentence, with **names** and [links](behind words of ours)."""

import re

from bot.core.slack.blocks import Json, Link, Rendered, Span, fit
from bot.core.slack.text import brief, safe

# Outside text holds no links any more when it comes here: the gate has opened them.
_PIECE = re.compile(r"\*\*(?P<name>[^*]+)\*\*|\[(?P<label>card|thread|page)\]\((?P<url>https?://[^\s()]+)\)")


def answer_message(answer: str) -> Rendered:
    """The message that an answer is posted as."""

    def build(room: int) -> Rendered:
        lines = [_parts(line, room) for line in answer.splitlines() if line.strip()]
        blocks = [_block([part.element() for part in line]) for line in lines]
        return Rendered(safe("\n".join("".join(part.text for part in line) for line in lines)), blocks)

    return fit(build)


def _parts(line: str, room: int) -> list[Span | Link]:
    found: list[Span | Link] = []
    at = 0
    for piece in _PIECE.finditer(line):
        found += [Span(brief(line[at : piece.start()], room))] if piece.start() > at else []
        found.append(Span(brief(piece["name"], room), "bold") if piece["name"] else Link(piece["label"], piece["url"]))
        at = piece.end()
    return [*found, Span(brief(line[at:], room))] if at < len(line) else found


def _block(elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}
