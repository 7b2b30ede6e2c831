"""The outbox: work promised inside a transaction and done outside it, by one living process at a time."""

from bot.core.outbox import topics
from bot.core.outbox.claims import Claim, claim, finish, give_up, put_back
from bot.core.outbox.due import CHANNEL, due, mark_published
from bot.core.outbox.enqueue import enqueue

__all__ = [
    "CHANNEL",
    "Claim",
    "claim",
    "due",
    "enqueue",
    "finish",
    "give_up",
    "mark_published",
    "put_back",
    "topics",
]
