"""Answers in our words: a sentence a line, with **names** and [links](ours); outside text comes in only by clean()."""

import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from bot.core.clock import now
from bot.core.outgoing import tame
from bot.core.slack.text import clip
from bot.core.tickets.life import state_words
from bot.core.tickets.states import TERMINAL, State
from workers.chain.orders import is_order
from workers.inquiries.known import Spoken, Ticket
from workers.inquiries.mine import Mine
from workers.inquiries.windows import Window

_TITLE, _REASON, _SUBJECT, _LONGEST_URL = 100, 120, 60, 1_000
# States that came at a moment; the others last.
_MOMENTS = (*TERMINAL, State.RECEIVED, State.APPROVED)
# Named in one sentence.
_NAMED = 3


def clean(text: str, limit: int) -> str:
    """Outside text on one line that calls nobody, hides no address and is no markup of ours."""
    return clip(" ".join(tame(text).replace("**", "").split()), limit)


def name(title: str) -> str:
    """A title, unless it gives orders."""
    shown = "" if is_order(title) else clean(title, _TITLE).replace("*", "").rstrip(". ")
    return f"**{shown}**" if shown else "a ticket"


def link(label: str, url: str) -> str:
    """An address behind a word of ours; empty where there is none that people can open."""
    usable = re.fullmatch(r"https?://[^\s\"]+", url) and len(url) <= _LONGEST_URL
    return f"[{label}]({quote(url, safe=':/?#[]@!$&+,;=%~*')})" if usable else ""


def stands(ticket: Ticket) -> str:
    """How a ticket stands and since when; empty where nothing is known of that."""
    if not ticket.state:
        return clean(ticket.standing, _REASON)
    state = State(ticket.state)
    words = state if state == State.RECEIVED else state_words(state)
    when = f" {'on' if state in _MOMENTS else 'since'} {day(ticket.since)}" if ticket.since else ""
    reason = clean(ticket.reason, _REASON).rstrip(". ") if state == State.DECLINED else ""
    return f"{words}{when}" + (f", “{reason}”" if reason and not is_order(reason) else "")


def day(at: datetime) -> str:
    """3 May, with the year where it is another one."""
    return f"{at.day} {at:%B}" if at.year == now().year else f"{at.day} {at:%B %Y}"


def shown(ticket: Ticket) -> str:
    """A ticket's name with how it stands and where to look."""
    where = link("card", ticket.card) or link("thread", ticket.thread)
    aside = ", ".join(filter(None, (stands(ticket), where)))
    return f"{name(ticket.title)} ({aside})" if aside else name(ticket.title)


def counted(spoken: Spoken, subject: str, window: Window | None, *, named: bool) -> str:
    """How many tickets there are, in numbers that were counted in the rows; their names where `named`."""
    about, when = clean(subject, _SUBJECT), f"{window.words[0].upper()}{window.words[1:]}" if window else ""
    if not spoken.tickets:
        return f"{when}, no ticket that mentions {about} came in." if window else f"No ticket mentions {about}."
    count = _many(spoken.tickets, "ticket")
    if spoken.reports > 1 and spoken.reports != spoken.tickets:
        count += f" (from {_many(spoken.reports, 'report')})"
    verb = "mentions" if spoken.tickets == 1 else "mention"
    said = f"{when}, {count} that {verb} {about} came in" if window else f"{count} {verb} {about}"
    return f"{said}: {several(spoken.named, spoken.tickets)}." if named else f"{said}."


def others(tickets: Sequence[Ticket], before: Spoken) -> str:
    """Tickets to name where none is just what was asked for: of another time, or in other words."""
    return f"{'At other times' if before.tickets else 'The nearest'}: {several(tickets, before.tickets)}."


def several(tickets: Sequence[Ticket], total: int) -> str:
    """The first few by name, and how many more there are."""
    names = [shown(ticket) for ticket in tickets[:_NAMED]]
    more = total - len(names)
    return f"{', '.join(names)} and {more} more" if more > 0 else ", ".join(names)


def own(found: Mine) -> list[str]:
    """What became of somebody's own reports, the newest first."""
    lines = [_became(ticket, joined=ticket.document in found.joined) for ticket in found.newest]
    more = found.total - len(found.newest)
    return [*lines, f"And {more} more."] if more > 0 else lines


def _became(ticket: Ticket, *, joined: bool) -> str:
    where = link("card", ticket.card) or link("thread", ticket.thread)
    aside = ", ".join(filter(None, ("your report joined it" if joined else "", where)))
    return f"{name(ticket.title)}: {stands(ticket)}{f' ({aside})' if aside else ''}."


def nothing(subject: str, window: Window | None, *, mine: bool, alone: bool) -> list[str]:
    """That we do not know, and how to say it again for what may have been a report."""
    when = f" {window.words}" if window else ""
    if mine:
        about = f" about {clean(subject, _SUBJECT)}" if subject else ""
        first = f"I have no report of yours{about}{when}{'' if alone else ' that people here may read'}."
    else:
        about = f"{clean(subject, _SUBJECT)}{when}"
        first = f"I don't know: nothing about {about} in the tickets and documents that people here may read."
    again = "Tell me" if alone else "Mention me and say"
    return [first, f"Was that a report? {again} what happened or what you need, and I'll write it up."]


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
