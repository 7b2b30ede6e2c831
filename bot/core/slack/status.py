"""The one status message of a report, edited in place: a sentence per state, in data; nothing is posted here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import ButtonElement

from bot.core.slack import ids
from bot.core.slack.blocks import Part, Rendered, Span, When, fit, link_button, rich, row, words
from bot.core.slack.text import clip
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
    State.DUPLICATE: "Added to a ticket we already have: {title}.",
    State.ANSWERED: "That one's answered. No ticket needed.",
    State.WITHDRAWN: "Withdrawn. Your report is kept, and nothing goes to the board.",
    State.NEEDS_ATTENTION: "{attention} Your report is safe; I'll say here when it goes on.",
}
CHANGING = " What you wrote since is with the reviewer."
_WAITING_FOR_MODEL = (State.RECEIVED, State.DRAFTING)
_COUNTS = {1: "One quick question", 2: "Two quick questions", 3: "Three quick questions"}


@dataclass(frozen=True)
class TicketView:
    """What the status message needs to know of one ticket; `desk_url` and `card_url` may be empty.

    `changing` says that what the thread said since waits for the reviewer.
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


def status_message(tickets: Sequence[TicketView], problem: str = "") -> Rendered:
    """The status of a report, a line per ticket; `problem` says why nothing can be written right now."""

    def build(room: int) -> Rendered:
        lines = [_line(view, problem, room) for view in tickets]
        blocks = []
        for view, line in zip(tickets, lines, strict=True):
            blocks += [rich(line), *row(_buttons(view), f"inkling.ticket.{view.id}")]
        return Rendered(words(*lines), blocks)

    return fit(build)


def _line(view: TicketView, problem: str, room: int) -> list[Part]:
    if problem and view.state in _WAITING_FOR_MODEL:
        return [Span(f"{clip(problem, room)} Your report is safe; I keep trying and will say so here.")]
    if view.state == State.CLARIFYING and not view.open_questions:
        return [Span(SENTENCES[State.DRAFTING])]
    values: dict[str, Part] = {
        "title": Span(clip(view.title or "your report", min(room, 200)), "bold"),
        "reason": Span(clip(view.reason.rstrip(". "), room)),
        "attention": Span(clip(view.attention, room)),
        "questions": Span(_COUNTS.get(view.open_questions, f"{view.open_questions} quick questions")),
        "when": When(view.wait_until) if view.wait_until else Span("soon"),
    }
    pieces = re.split(r"\{(\w+)\}", SENTENCES[view.state])
    line = [values[piece] if at % 2 else Span(piece) for at, piece in enumerate(pieces) if piece]
    return [*line, Span(CHANGING)] if view.changing else line


def _buttons(view: TicketView) -> list[ButtonElement]:
    if view.state == State.IN_REVIEW:
        return link_button("See the draft", ids.OPEN_DRAFT, view.desk_url)
    if view.state in (State.ON_BOARD, State.SHIPPED):
        return link_button("Card", ids.OPEN_CARD, view.card_url)
    return []
