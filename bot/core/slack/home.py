"""Somebody's App Home as a view: what waits for them, their queue, their reports; nothing is read or published here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from slack_sdk.models.blocks import HeaderBlock

from bot.core.slack import ids
from bot.core.slack.blocks import Json, Part, Span, When, button, day, link, rich, row
from bot.core.slack.commands import COMMANDS
from bot.core.slack.status import TicketView, status_line
from bot.core.slack.text import brief

# Of each list the Home shows this many; Slack takes 100 blocks and 250 kB.
MOST = 10
_NAME, _ROOM = 100, 200
_PRIVATE = "Said in private"
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class OpenQuestion:
    """A question that waits for this person, and where to answer it."""

    text: str
    thread_url: str


@dataclass(frozen=True)
class ReportView:
    """One of this person's reports: how it begins, when it was made, its thread and how its tickets stand."""

    name: str
    at: datetime
    thread_url: str
    tickets: Sequence[TicketView]


@dataclass(frozen=True)
class QueuedView:
    """A draft that waits for review; it has no title, kind and priority where this person may not know them here."""

    title: str
    kind: str
    priority: str
    since: datetime
    desk_url: str


@dataclass(frozen=True)
class Shown(Generic[T_co]):
    """The first of a list, and how many there are in all."""

    items: Sequence[T_co]
    total: int


@dataclass(frozen=True)
class HomeView:
    """All that a Home shows; `queue` is None for people who review nothing, `problem` says why nothing can be written.

    `shown` lists hold at most MOST.
    """

    questions: Shown[OpenQuestion]
    reports: Shown[ReportView]
    queue: Shown[QueuedView] | None
    desk_url: str
    problem: str = ""


def home_view(home: HomeView) -> Json:
    """The view (https://docs.slack.dev/surfaces/app-home); each part is a list of blocks, in this order."""
    return {
        "type": "home",
        "blocks": [
            *_questions(home.questions),
            *(_queue(home.queue, home.desk_url) if home.queue else []),
            *(_reports(home.reports, home.problem) if home.reports.total else _beginning()),
            *row([button("Report something", ids.REPORT)], "inkling.home"),
        ],
    }


def _heading(words: str) -> Json:
    return dict(HeaderBlock(text=words).to_dict())


def _more(shown: Shown[object], words: str) -> list[Json]:
    more = shown.total - len(shown.items)
    return [rich([Span(f"And {more} {words}.")])] if more > 0 else []


def _dotted(*pieces: Sequence[Part]) -> list[Part]:
    """Pieces with a dot between them; empty ones are left out."""
    line: list[Part] = []
    for piece in filter(None, pieces):
        line += [Span(" · "), *piece] if line else piece
    return line


def _questions(questions: Shown[OpenQuestion]) -> list[Json]:
    if not questions.total:
        return []
    lines = [_dotted([Span(brief(one.text, _ROOM))], link("Answer", one.thread_url)) for one in questions.items]
    return [_heading("Waits for you"), *map(rich, lines), *_more(questions, "more")]


def _queue(queue: Shown[QueuedView], desk_url: str) -> list[Json]:
    count = {0: "No draft waits", 1: "One draft waits"}.get(queue.total, f"{queue.total} drafts wait")
    first = _dotted([Span(f"{count} for review.")], link("Open the desk", desk_url))
    return [_heading("The queue"), rich(first), *(rich(_queued(one)) for one in queue.items)]


def _queued(one: QueuedView) -> list[Part]:
    title = Span(brief(one.title, _NAME), "bold") if one.title else Span(_PRIVATE)
    words = [[Span(brief(word, 40))] for word in (one.kind, one.priority) if word]
    return _dotted([title], *words, [Span("waiting since "), When(one.since)], link("Open", one.desk_url))


def _reports(reports: Shown[ReportView], problem: str) -> list[Json]:
    return [_heading("Your reports"), *(_report(one, problem) for one in reports.items), *_more(reports, "older ones")]


def _report(report: ReportView, problem: str) -> Json:
    """How it began with its thread, then a line for each of its tickets."""
    name = Span(brief(report.name, _NAME) or "A report", "bold")
    line = _dotted([name], [Span(day(report.at))], link("Thread", report.thread_url))
    for view in report.tickets:
        # The head line names what has no title yet.
        several = len(report.tickets) > 1 and bool(view.title)
        stands = status_line(replace(view, title=view.title or report.name), problem, _ROOM, named=several)
        line += [Span("\n"), *_dotted(stands, link("Card", view.card_url))]
    return rich(line)


def _beginning() -> list[Json]:
    """How to begin, for somebody who has reported nothing yet."""
    example = COMMANDS["/inkling"].example
    first: list[Part] = [
        Span("Mention me in a channel or write me a message here, for example: "),
        Span(example, "italic"),
        Span("."),
    ]
    *others, last = COMMANDS
    second = [Span(f"{', '.join(others)} and {last} take a report in any channel. What becomes of it is shown here.")]
    return [_heading("Tell me what happened"), rich(first), rich(second)]
