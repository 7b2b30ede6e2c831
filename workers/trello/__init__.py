"""Cards on Trello, the only room that talks to it: `deliver` brings a ticket there, `follow` keeps it up to date."""

from workers.trello.cards import cards_of
from workers.trello.deliver import deliver
from workers.trello.doctor import check
from workers.trello.follow import follow

__all__ = ["cards_of", "check", "deliver", "follow"]
