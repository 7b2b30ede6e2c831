"""The other tickets of a report in a line of Markdown for a card; pure text, nothing is looked up."""

import re

from bot.core.tickets.families import Family, Linked
from bot.core.tickets.text import named_link

_RELATED = re.compile(r"(From the same report: |Plan: 1\. |Part \d+ of \d+ of )\[")


def related_line(family: Family | None, desk: str) -> str:
    """Siblings, the plan's parts in order, or the plan this is a part of, each linked; empty when there are none."""
    if family is None or not family.others:
        return ""
    parent = [one for one in family.others if one.relation == "parent"]
    if parent:
        return f"Part {family.position} of {family.count} of {_link(parent[0], desk)}"
    if children := family.of("child"):
        return "Plan: " + " · ".join(f"{number}. {_link(one, desk)}" for number, one in enumerate(children, 1))
    siblings = " · ".join(_link(one, desk) for one in family.of("sibling"))
    return f"From the same report: {siblings}" if siblings else ""


def is_related(paragraph: str) -> bool:
    """Whether a paragraph of a card is such a line."""
    return _RELATED.match(paragraph) is not None


def _link(linked: Linked, desk: str) -> str:
    ticket = linked.ticket
    return named_link(ticket.title or f"Ticket {ticket.id}", ticket.card_url or f"{desk}/tickets/{ticket.id}")
