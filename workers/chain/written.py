"""A ticket's text as lines for a prompt, each under the name of its part and with its marks; no judgement."""

from collections.abc import Mapping, Sequence

from bot.core.tickets.content import SECTIONS, Statement, with_marks


def written(title: str, sections: Mapping[str, Sequence[Statement]], criteria: Sequence[Statement]) -> str:
    """Title, sections in reading order, criteria."""
    lines = [f"title: {title}"]
    lines += [f"{name}: {with_marks(one)}" for name in SECTIONS for one in sections.get(name, [])]
    lines += [f"criterion: {with_marks(one)}" for one in criteria]
    return "\n".join(lines)
