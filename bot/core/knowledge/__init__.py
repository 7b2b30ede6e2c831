"""What people decide about sources of knowledge: adding, reading again, forgetting, and for whom; reads none itself."""

from bot.core.knowledge.audience import channels_of
from bot.core.knowledge.files import ENDINGS, LARGEST, UPLOADED, add_file, too_large
from bot.core.knowledge.links import PART, check_link
from bot.core.knowledge.sources import (
    LOCKS,
    NO_PLACE,
    Settings,
    add_board,
    change,
    forget,
    held,
    only_admin,
    read_again,
)

__all__ = [
    "ENDINGS",
    "LARGEST",
    "LOCKS",
    "NO_PLACE",
    "PART",
    "UPLOADED",
    "Settings",
    "add_board",
    "add_file",
    "change",
    "channels_of",
    "check_link",
    "forget",
    "held",
    "only_admin",
    "read_again",
    "too_large",
]
