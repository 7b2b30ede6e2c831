"""The one message that tells somebody alone what became of what they reported: shipped, or not now; nothing is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.slack import ids
from bot.core.slack.blocks import Part, Rendered, Span, day, fit, link, link_button, rich, row, words
from bot.core.slack.text import brief


@dataclass(frozen=True)
class OutcomeView:
    """What became of a ticket, for one person: `reason` of a decline, else it has shipped.

    `at` and `thread_url` are of their own report; `here` says that they read this in its thread.
    """

    ticket_id: int
    title: str
    reason: str
    at: datetime
    thread_url: str
    card_url: str
    here: bool


def outcome_message(view: OutcomeView) -> Rendered:
    """The message, with the card of what has shipped."""

    def build(room: int) -> Rendered:
        line = _line(view, Span(brief(view.title.rstrip(". ") or "your report", min(room, 200)), "bold"), room)
        card = [] if view.reason else link_button("Card", ids.OPEN_CARD, view.card_url)
        return Rendered(words(line), [rich(line), *row(card, f"inkling.told.{view.ticket_id}")])

    return fit(build)


def _line(view: OutcomeView, title: Span, room: int) -> Sequence[Part]:
    thread = link("thread", view.thread_url)
    when: list[Part] = [Span(f" {day(view.at)}"), *([Span(": "), *thread] if thread else []), Span(".")]
    if not view.reason:
        told: list[Part] = [Span("Shipped: "), title, Span(".")]
        return told if view.here else [*told, Span(" You reported it"), *when]
    reason: list[Part] = [Span(f"Not now: “{brief(view.reason.rstrip('. '), room)}”.")]
    asked = [] if view.here else [Span(" You reported "), title, *when]
    return [*reason, *asked, Span(" Your report is kept with the decision.")]
