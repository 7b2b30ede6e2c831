"""The one status message of a report, edited in place: a sentence per state, in data; nothing is posted here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import ButtonElement

from bot.core.slack import ids
from bot.core.slack.blocks import Part, Rendered, Span, When, button, day, fit, link_button, rich, row, words
from bot.core.slack.text import brief
from bot.core.tickets.states import State

SENTENCES = {
    State.RECEIVED: "On it. Reading the thread.",
    State.CLARIFYING: "{questions} and this is ready. Without an answer I'll write it up {when}.",
    State.DRAFTING: "Writing it up.",
    State.IN_REVIEW: "Written up: {title}. With the product team now.",
    State.APPROVED: "Approved: {title}. Putting it on the board.",
    State.DELIVERING: "Approved: {title}. Putting it on the board.",
    State.ON_BOARD: "On the board: {title}.",
    State.SHIPPED: "Shipped: {title}.",
    State.DECLINED: "Not now: “{reason}”. Your report is kept with the decision.",
    State.DUPLICATE: "Added to {title}, {standing}. You'll hear when it ships.",
    State.ANSWERED: "That one's answered. No ticket needed.",
    State.WITHDRAWN: "Withdrawn. Your report is kept, and nothing goes to the board.",
    State.NEEDS_ATTENTION: "{attention} Your report is safe; I'll say here when it goes on.",
}
MATCH = "This looks like {title}, reported {since}, {standing}. Same thing?"
CHANGING = " What you wrote since is with the reviewer."
_WAITING_FOR_MODEL = (State.RECEIVED, State.DRAFTING)
_COUNTS = {1: "One quick question", 2: "Two quick questions", 3: "Three quick questions"}


@dataclass(frozen=True)
class MatchView:
    """An earlier ticket that looks the same: the match's id, what it is called, how it stands, when it was reported."""

    id: int
    title: str
    standing: str
    since: datetime


@dataclass(frozen=True)
class TicketView:
    """What the status message needs to know of one ticket; `desk_url` and `card_url` may be empty.

    `changing` says that what the thread said since waits for the reviewer. `match` waits for an answer; `joined` is
    the match by which the ticket became part of another one, whose title, card and `standing` are shown then.
    """

    id: int
    state: State
    title: str = ""
    open_questions: int = 0
    wait_until: datetime | None = None
    reason: str = ""
    attention: str = ""
    desk_url: str = ""
    card_url: str = ""
    changing: bool = False
    standing: str = ""
    match: MatchView | None = None
    joined: int | None = None


def status_message(tickets: Sequence[TicketView], problem: str = "") -> Rendered:
    """The status of a report, a line per ticket; `problem` says why nothing can be written right now."""

    def build(room: int) -> Rendered:
        several = len(tickets) > 1
        # What keeps all of them is said once.
        held = next((view for view in tickets if view.state in _WAITING_FOR_MODEL), None)
        lines = [status_line(view, problem if view is held else "", room, named=several) for view in tickets]
        blocks = []
        heading: list[list[Part]] = [[Span(f"{len(tickets)} tickets from this:")]] if several else []
        blocks += [rich(line) for line in heading]
        asked: list[list[Part]] = []
        for view, line in zip(tickets, lines, strict=True):
            if view.match:
                asked.append(_match(view.match, room))
                blocks += [rich(asked[-1]), *row(_choices(view.match), f"inkling.match.{view.match.id}")]
            blocks += [rich(line), *row(_buttons(view), f"inkling.ticket.{view.id}")]
        return Rendered(words(*heading, *asked, *lines), blocks)

    return fit(build)


def status_line(view: TicketView, problem: str, room: int, *, named: bool) -> list[Part]:
    """How a ticket stands; where there are several it is `named` also while its state's sentence does not name it."""
    line = _sentence(view, problem, room)
    title = brief(view.title, min(room, 200))
    if not named or not title or any(part.text == title for part in line):
        return line
    return [Span(title, "bold"), Span(": "), *line]


def _sentence(view: TicketView, problem: str, room: int) -> list[Part]:
    if problem and view.state in _WAITING_FOR_MODEL:
        return [Span(f"{brief(problem, room)} Your report is safe; I keep trying and will say so here.")]
    if view.state == State.CLARIFYING and not view.open_questions:
        return [Span(SENTENCES[State.DRAFTING])]
    values: dict[str, Part] = {
        "title": Span(brief(view.title.rstrip(". …") or "your report", min(room, 200)), "bold"),
        "reason": Span(brief(view.reason.rstrip(". "), room)),
        "attention": Span(brief(view.attention, room)),
        "questions": Span(_COUNTS.get(view.open_questions, f"{view.open_questions} quick questions")),
        "standing": Span(brief(view.standing, room)),
        "when": When(view.wait_until) if view.wait_until else Span("soon"),
    }
    line = _filled(SENTENCES[view.state], values)
    return [*line, Span(CHANGING)] if view.changing else line


def _filled(sentence: str, values: Mapping[str, Part]) -> list[Part]:
    pieces = re.split(r"\{(\w+)\}", sentence)
    return [values[piece] if at % 2 else Span(piece) for at, piece in enumerate(pieces) if piece]


def _match(match: MatchView, room: int) -> list[Part]:
    title = Span(brief(match.title.rstrip(". …"), min(room, 200)), "bold")
    values = {"title": title, "since": Span(day(match.since)), "standing": Span(brief(match.standing, room))}
    return _filled(MATCH, values)


def _choices(match: MatchView) -> list[ButtonElement]:
    yes, no = (ids.match_action(match.id, choice) for choice in (ids.YES, ids.NO))
    return [button("Yes, add me", yes, style="primary"), button("No, it's different", no)]


def _buttons(view: TicketView) -> list[ButtonElement]:
    if view.joined is not None:
        undo = [button("It's different after all", ids.match_action(view.joined, ids.NO))]
        return [*link_button("Card", ids.OPEN_CARD, view.card_url), *undo]
    if view.state == State.IN_REVIEW:
        return link_button("See the draft", ids.OPEN_DRAFT, view.desk_url)
    if view.state in (State.ON_BOARD, State.SHIPPED):
        return link_button("Card", ids.OPEN_CARD, view.card_url)
    return []
