"""The REST API: importing this package registers every route; each module holds the rules of one kind of object."""

from . import (
    actions,
    attachments,
    boards,
    card_parts,
    cards,
    checklists,
    custom_fields,
    labels,
    lists,
    members,
    search,
    webhooks,
)

__all__ = [
    "actions",
    "attachments",
    "boards",
    "card_parts",
    "cards",
    "checklists",
    "custom_fields",
    "labels",
    "lists",
    "members",
    "search",
    "webhooks",
]
