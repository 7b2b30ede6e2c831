"""Patterns of web addresses under which what a source holds can be read; filling them in is the workers' part."""

import re

from bot.core.errors import Invalid

PART = re.compile(r"\{(\w*)\}")
_PARTS = {"path", "line", "commit"}


def check_link(link: str) -> None:
    """Raise Invalid for what is no pattern of web addresses; an empty one is none and may be."""
    if link and not (re.match(r"https?://[^/\s]", link) and set(PART.findall(link)) <= _PARTS):
        raise Invalid(
            f"{link} is no pattern of addresses. "
            "It begins with https:// and may hold {path}, {line} and {commit}. Nothing was changed."
        )
