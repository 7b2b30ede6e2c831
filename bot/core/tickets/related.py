"""The other tickets of a report in a line of Markdown for a card; pure text, nothing is looked up."""

from bot.core.tickets.families import Family, Linked
from bot.core.tickets.text import named_link


def related_line(family: Family | None, desk: str) -> str:
    """Siblings, the plan's parts in order, or the plan this is a part of, each linked; empty when there are none."""
    if family is None or not family.others:
        return ""
    parent = [one for one in family.others if one.relation == "parent"]
    if parent:
        return f"Part {family.position} of {family.count} of {_link(parent[0], desk)}"
    if children := family.of("child"):
        lines = (f"{number}. {_link(one, desk)}" for number, one in enumerate(children, 1))
        return "\n".join(["**Plan**", "", *lines])
    siblings = " · ".join(_link(one, desk) for one in family.of("sibling"))
    return f"From the same report: {siblings}" if siblings else ""


def _link(linked: Linked, desk: str) -> str:
    ticket = linked.ticket
    return named_link(ticket.title or f"Ticket {ticket.id}", ticket.card_url or f"{desk}/tickets/{ticket.id}")
