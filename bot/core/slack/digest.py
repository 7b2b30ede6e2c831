"""The weekly digest of a channel, and the words that start and end it; nothing is posted, read or stored here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.slack.blocks import Link, Part, Rendered, Span, When, fit, rich, words
from bot.core.slack.text import brief

# Tickets that are named; of more the number is told.
MOST = 5
NOT_HERE = "A digest is for a channel. Ask me there: “@Inkling weekly digest”."
STOPPED = "No more digests here. “@Inkling weekly digest” brings them back."


@dataclass(frozen=True)
class Ended:
    """A ticket that came to its end: its title, the card's address if there is one, the reason if it was declined."""

    title: str
    url: str = ""
    reason: str = ""


@dataclass(frozen=True)
class WeekView:
    """A week of a channel: how many reports came in, how many drafts wait for the product team, and what ended."""

    came: int
    waiting: int = 0
    shipped: Sequence[Ended] = field(default_factory=list)
    declined: Sequence[Ended] = field(default_factory=list)


def started(next_at: datetime) -> Rendered:
    """What a channel reads that has asked for a digest."""
    line: list[Part] = [
        Span("Once a week I'll say here what came in, what shipped and what was declined, first "),
        When(next_at),
        Span(". A week without news has no digest. “@Inkling stop the digest” ends it."),
    ]
    return Rendered(words(line), [rich(line)])


def digest_message(week: WeekView) -> Rendered:
    """The digest: a line with the numbers, then a line for each ticket that shipped or was declined."""

    def build(room: int) -> Rendered:
        lines: list[Sequence[Part]] = [_numbers(week)]
        for label, tickets in (("Shipped: ", week.shipped), ("Not now: ", week.declined)):
            lines += [_ended(label, ticket, room) for ticket in tickets[:MOST]]
            if len(tickets) > MOST:
                lines.append([Span(f"{label}{len(tickets) - MOST} more.")])
        return Rendered(words(*lines), [rich(line) for line in lines])

    return fit(build)


def _numbers(week: WeekView) -> list[Part]:
    came = f"{_count(week.came, 'report')} came in, {len(week.shipped) or 'nothing'} shipped"
    declined = f"{len(week.declined) or 'nothing'} declined"
    waiting = f" {_count(week.waiting, 'draft')} {'waits' if week.waiting == 1 else 'wait'} for the product team."
    return [Span("This week here: ", "bold"), Span(f"{came}, {declined}.{waiting if week.waiting else ''}")]


def _ended(label: str, ticket: Ended, room: int) -> list[Part]:
    line: list[Part] = [Span(label), Span(brief(ticket.title.rstrip(". "), min(room, 200)), "bold")]
    if ticket.reason:
        line.append(Span(f": “{brief(ticket.reason.rstrip('. '), min(room, 300))}”"))
    line.append(Span(". "))
    return [*line, Link("Card", ticket.url)] if ticket.url.startswith("https://") else line


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
