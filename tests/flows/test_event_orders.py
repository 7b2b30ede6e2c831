"""Events in any order: doubled, redelivered, reordered or late by hours, they end in the same rows."""

import itertools
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select

from bot.core import access, reports
from bot.core.db import transaction
from bot.core.models import InboxItem, Message, Person, Question, Report, TicketReport
from bot.core.reports import Ask
from bot.core.tickets.life import locked, tickets_of
from bot.slack.inbox import keep
from bot.slack.listeners.events import keep_event
from workers.base import Job
from workers.intake import handle
from workers.intake.events import on_event

Json = dict[str, Any]
REPORTER, OTHERS = "U0CSMNORTH", ("U0CSMSOUTH", "U0SUPPORT1")
SUGGESTIONS = ("On the panel", "On the web")
_numbers = itertools.count(1)
# A failure is shown as it was found: making it smaller takes minutes.
unhurried = settings(
    max_examples=15,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Said:
    """One message of a thread and what became of it, as Slack tells it; times are seconds after the thread's root."""

    at: int
    user: str
    text: str
    edits: list[tuple[int, str]] = field(default_factory=list)
    deleted: int | None = None


@dataclass(frozen=True)
class Arrival:
    """An event with its id, or a click; equal ids are redeliveries that we can tell, others we cannot."""

    id: str
    event: Json
    click: tuple[str, int] | None = None

    def again(self, number: int) -> "Arrival":
        return Arrival(f"{self.id}-{number}", self.event, self.click)


def stamp(thread: int, at: int) -> str:
    return f"17{thread:02d}{at:06d}.000100"


def events_of(thread: int, mention: Said, replies: list[Said], *, inside: bool) -> list[Arrival]:
    """The events of one thread in the order in which things happened. `inside`: the mention stands in the thread."""
    root = stamp(thread, 0 if inside else mention.at)
    told: list[tuple[int, Json]] = []
    for said in (mention, *replies):
        ts = stamp(thread, said.at)
        here = {"channel_type": "channel", "type": "message"}
        own = {"user": said.user, "ts": ts} | ({"thread_ts": root} if ts != root else {})
        told.append((said.at, own | here | {"text": said.text}))
        if said is mention:
            told.append((said.at, own | {"type": "app_mention", "text": said.text}))
        before = said.text
        for at, text in sorted(said.edits):
            change = {"message": own | {"text": text}, "previous_message": own | {"text": before}}
            told.append((at, here | change | {"subtype": "message_changed", "ts": stamp(thread, at)}))
            before = text
        if said.deleted is not None:
            gone = {"deleted_ts": ts, "previous_message": own, "ts": stamp(thread, said.deleted)}
            told.append((said.deleted, here | gone | {"subtype": "message_deleted"}))
    return [Arrival(f"Ev{thread}-{number}", event) for number, (_, event) in enumerate(sorted(told, key=when))]


def when(told: tuple[int, Json]) -> int:
    return told[0]


def arrive(arrival: Arrival, channel: str, questions: dict[int, int]) -> None:
    """It reaches the web process, and a worker decides what it means."""
    with transaction() as session:
        last = session.scalar(select(func.max(InboxItem.id))) or 0
    if arrival.click:
        user, choice = arrival.click
        question = questions[int(arrival.id[2])]
        payload = {"team_id": "T1", "user_id": user, "question_id": question, "choice": str(choice)}
        keep("action", f"action:{channel}:{arrival.id}", payload)
    else:
        ours = [{"user_id": "U0INKLING", "is_bot": True}]
        body = {"team_id": "T1", "event_id": f"{channel}:{arrival.id}", "authorizations": ours}
        keep_event(body | {"event": arrival.event | {"channel": channel}}, lambda: None)  # type: ignore[arg-type] # all that is used of Ack
    with transaction() as session:
        fresh = session.scalars(select(InboxItem.id).where(InboxItem.id > last)).all()
    for inbox_id in fresh:
        handle(Job({"inbox_id": inbox_id}, 1))


def rows(channel: str) -> list[Any]:
    """What the database says of a channel, without ids and the times at which we heard of it."""
    found = []
    with transaction() as session:
        for report in session.scalars(select(Report).where(Report.channel_id == channel).order_by(Report.thread_ts)):
            tickets = session.scalars(select(TicketReport).where(TicketReport.report_id == report.id)).all()
            query = select(Message).where(Message.report_id == report.id).order_by(Message.ts)
            messages = [
                (row.ts, session.get_one(Person, row.author_id).slack_user_id, row.text, row.edited_at,
                 row.deleted_at is not None)
                for row in session.scalars(query)
            ]  # fmt: skip
            reporter = session.get_one(Person, report.reporter_id).slack_user_id
            found.append((report.thread_ts, reporter, report.origin, len(tickets), messages))
    return found


def play(arrivals: list[Arrival], asked: list[Arrival] | None = None) -> tuple[list[Any], list[tuple[str, str]]]:
    """Let them arrive in a channel of their own, ask, and let those of `asked` arrive; the rows, and the questions'."""
    channel = f"C{next(_numbers):06d}{uuid.uuid4().hex[:6].upper()}"
    for arrival in arrivals:
        arrive(arrival, channel, {})
    if asked is None:
        return rows(channel), []
    questions: dict[int, int] = {}
    with transaction() as session:
        for report in session.scalars(select(Report).where(Report.channel_id == channel)):
            ticket = locked(session, tickets_of(session, report.id)[0])
            reports.ask(session, report, ticket, [Ask("environment", "Where was it?", SUGGESTIONS)])
            questions[int(str(report.thread_ts)[2:4])] = reports.questions_of(session, report.id)[0].id
    for arrival in asked:
        arrive(arrival, channel, questions)
    with transaction() as session:
        states = [session.get_one(Question, number) for _, number in sorted(questions.items())]
    return rows(channel), [(question.state, question.answer) for question in states]


@some.composite
def said(draw: Callable[..., Any], at: int, *, mention: bool = False) -> Said:
    """A message with up to two edits, of which one may say the old text again, and perhaps a deletion."""
    user = REPORTER if mention else draw(some.sampled_from((REPORTER, *OTHERS)))
    words = f"<@U0INKLING> the panel is red {at}" if mention else f"it happened on floor {at}"
    texts = draw(some.lists(some.sampled_from((words, f"{words} twice", f"{words} and blue")), max_size=2))
    edits = [(at + 100 + 37 * number, text) for number, text in enumerate(texts)]
    deleted = draw(some.none() | some.just(at + 500))
    return Said(at, user, words, edits, deleted)


@some.composite
def thread(draw: Callable[..., Any], number: int) -> tuple[list[Arrival], list[Arrival]]:
    """The events of a thread: of its mention, and of its replies."""
    mention = draw(said(1, mention=True))
    replies = [draw(said(at)) for at in range(2, 2 + draw(some.integers(0, 3)))]
    inside = draw(some.booleans())
    everything = events_of(number, mention, replies, inside=inside)
    own = stamp(number, 1)
    first = [one for one in everything if own in (one.event.get("ts"), one.event.get("deleted_ts"), _inner(one))]
    return first, [one for one in everything if one not in first]


def _inner(arrival: Arrival) -> str:
    return str(arrival.event.get("message", {}).get("ts", ""))


@some.composite
def troubled(draw: Callable[..., Any], arrivals: list[Arrival]) -> list[Arrival]:
    """The same events shuffled, some of them twice: with the same event id or with another."""
    twice = draw(some.lists(some.sampled_from(arrivals), max_size=4)) if arrivals else []
    again = [one.again(number) if draw(some.booleans()) else one for number, one in enumerate(twice)]
    shuffled: list[Arrival] = draw(some.permutations(arrivals + again))
    return shuffled


@unhurried
@given(some.data())
def test_any_order_ends_the_same(database: str, data: some.DataObject) -> None:
    """Two threads with edits and deletions: shuffled, doubled and late they leave the rows of the true order."""
    history = [one for number in (1, 2) for part in data.draw(thread(number)) for one in part]
    arrived = data.draw(troubled(history))
    assert play(arrived) == play(history)


@unhurried
@given(some.data())
def test_the_first_answer_to_arrive_counts(database: str, data: some.DataObject) -> None:
    """Clicks and replies do not commute: of them the first to arrive answers, and says what its message says now."""
    mentions, later = [], []
    for number in (1, 2):
        first, replies = data.draw(thread(number))
        clicks = data.draw(some.lists(some.tuples(some.sampled_from(OTHERS), some.integers(0, 1)), max_size=2))
        mentions += first
        later += replies + [Arrival(f"Ev{number}-click{place}", {}, click) for place, click in enumerate(clicks)]
    arrived = data.draw(troubled(later))
    shown, questions = play(mentions, arrived)
    in_order, _ = play(mentions, later)
    assert shown == in_order
    assert questions == [expected(number, arrived, shown) for number in (1, 2)]


def expected(number: int, arrived: list[Arrival], shown: list[Any]) -> tuple[str, str]:
    """What the question of a thread comes to, by the order of arrival and the messages as they stand in the end."""
    for one in arrived:
        if not one.id.startswith(f"Ev{number}-"):
            continue
        if one.click:
            return "answered", SUGGESTIONS[one.click[1]]
        if "subtype" not in one.event:
            text, deleted = next(
                (message[2], message[4]) for report in shown for message in report[4] if message[0] == one.event["ts"]
            )
            return ("unknown", "") if deleted else ("answered", text)
    return "open", ""


@pytest.mark.parametrize("late", ["reply", "edit"])
def test_at_the_same_moment(database: str, late: str) -> None:
    """What is about a message waits while another worker takes that message, and then finds it."""
    mention = Said(1, REPORTER, "<@U0INKLING> it broke", [(9, "<@U0INKLING> it fell")] if late == "edit" else [])
    replies = [Said(2, OTHERS[0], "on the panel")] if late == "reply" else []
    first, second = [one for one in events_of(1, mention, replies, inside=False) if wanted(one)]
    for arrival in (first, second):
        payload = {"team_id": "T1", "bot_user_id": "U0INKLING", "event": arrival.event | {"channel": "C1"}}
        keep("event", arrival.id, payload)
    with transaction() as session:
        items = list(session.scalars(select(InboxItem).order_by(InboxItem.id)))
        workspace = access.workspace_of(session, "T1", None)
        workspace.bot_user_id = "U0INKLING"
    other = threading.Thread(target=handle, args=(Job({"inbox_id": items[1].id}, 1),))
    with transaction() as session:
        assert on_event(session, workspace, items[0]) == "report"
        session.flush()
        other.start()
        other.join(1)
    other.join(60)
    ((*_, messages),) = rows("C1")
    texts = [message[2] for message in messages]
    assert texts == (["it fell"] if late == "edit" else ["it broke", "on the panel"])


def wanted(arrival: Arrival) -> bool:
    """Not the mention's twin at the top of the channel."""
    return arrival.event["type"] == "app_mention" or "thread_ts" in arrival.event or "message" in arrival.event
