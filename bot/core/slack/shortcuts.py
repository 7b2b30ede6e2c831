"""The shortcuts as data: on a message or everywhere, and the words Slack shows for them; no handling."""

from dataclasses import dataclass
from typing import Literal

from bot.core.slack import ids


@dataclass(frozen=True)
class Shortcut:
    """`where`: in the menu of a message, or everywhere (global). Slack shows at most 24 characters of a name."""

    where: Literal["message", "global"]
    callback_id: str
    name: str
    description: str


SHORTCUTS = (
    Shortcut("message", ids.MAKE_TICKET, "Make a ticket", "Hand this message and its thread to Inkling"),
    Shortcut("global", ids.REPORT, "Report to Inkling", "Say what is broken, missing or good"),
)
