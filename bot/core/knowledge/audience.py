"""Who may use a source, as people write it: ids of Slack channels; which reports those are, search knows."""

import re

from bot.core.errors import Invalid

MOST = 200
# By hand, or as Slack copies the link of a channel.
_CHANNEL = re.compile(r"(?:https://[^/\s]+/archives/)?([CDG][A-Z0-9]{1,40})/?")


def channels_of(text: str) -> list[str] | None:
    """The channels that a text names; None, that is everyone, where it names none. Raises Invalid."""
    found = []
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        match = _CHANNEL.fullmatch(word)
        if match is None:
            raise Invalid(
                f"{word[:80]} is no id of a channel. Slack shows the id, such as C024BE91L, at the foot of a channel's "
                "details. Nothing was changed."
            )
        found.append(match[1])
    if len(found) > MOST:
        raise Invalid(f"These are {len(found)} channels; {MOST} are the most. Nothing was changed.")
    return list(dict.fromkeys(found)) or None
