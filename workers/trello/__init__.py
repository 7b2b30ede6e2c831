"""Cards on Trello, the only room that talks to it: `deliver` brings a ticket there, `check` says what is in the way."""

from workers.trello.deliver import deliver
from workers.trello.doctor import check

__all__ = ["check", "deliver"]
