"""Every message fits Slack's limits whatever people, models or boards put into it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from bot.core.slack import ids
from bot.core.slack.announcement import CHANGING, DraftView, announcement
from bot.core.slack.blocks import MOST_JSON, Rendered
from bot.core.slack.digest import Ended, WeekView, digest_message
from bot.core.slack.home import MOST, HomeView, OpenQuestion, QueuedView, ReportView, Shown, home_view
from bot.core.slack.notes import absent, command_root, known_already, mention_hint
from bot.core.slack.outcome import OutcomeView, outcome_message
from bot.core.slack.questions import QuestionView, questions_message
from bot.core.slack.status import SENTENCES, TicketView, status_message
from bot.core.tickets.states import State
from deploy.sandbox.slack.blockkit.blocks import message_errors, too_long, view_errors
from deploy.sandbox.slack.text import pings

# Short and very long texts, with everything that Slack gives a meaning to.
NASTY = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["<!channel>", "@here <@U123ABC>", "*b* `c` <http://x|y>", "\x00\ud800", "", " "]),
    st.builds(lambda piece, times: piece * times, st.text(min_size=1, max_size=9), st.sampled_from([1, 900, 9_000])),
)
NOON = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
slow = limits(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def fits(message: Rendered) -> None:
    assert message_errors(message.blocks) == []
    assert not too_long(message.blocks)
    assert len(json.dumps(message.blocks)) <= MOST_JSON
    assert message.text.strip()
    assert len(message.text) <= 40_000
    assert pings(message.text, message.blocks, linked=True) == []


def flat(message: Rendered) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


views = st.builds(
    TicketView,
    id=st.integers(1, 10**12),
    state=st.sampled_from(list(State)),
    title=NASTY,
    open_questions=st.integers(0, 5),
    wait_until=st.sampled_from([None, NOON]),
    reason=NASTY,
    attention=NASTY,
    desk_url=st.sampled_from(["https://desk.test/tickets/1", "javascript:alert(1)", "", "https://" + "x" * 4_000]),
    card_url=st.sampled_from(["https://trello.com/c/x", ""]),
)
questions = st.builds(
    QuestionView,
    id=st.integers(1, 10**12),
    position=st.integers(1, 3),
    text=NASTY,
    reason=NASTY,
    suggestions=st.lists(NASTY, max_size=6),
    state=st.sampled_from(["open", "answered", "unknown", "expired", "moot"]),
    answer=NASTY,
)


@slow
@given(st.lists(views, min_size=1, max_size=4, unique_by=lambda view: view.id), NASTY)
def test_any_status_fits(tickets: list[TicketView], problem: str) -> None:
    """A status of any state with any text keeps every limit of Slack's and notifies nobody."""
    fits(status_message(tickets, problem))


@slow
@given(st.lists(questions, min_size=1, max_size=3, unique_by=lambda question: question.id))
def test_any_questions_fit(asked: list[QuestionView]) -> None:
    """Three questions of any length with any suggestions keep every limit of Slack's."""
    fits(questions_message(asked))


@slow
@given(st.tuples(NASTY, NASTY, NASTY, NASTY, NASTY), st.sampled_from(["C0CUSTOMERS", "D1", "", "c"]))
def test_any_announcement_and_root_fit(given_texts: tuple[str, ...], channel: str) -> None:
    """Announcements and the roots of commands keep every limit of Slack's."""
    a, b, c, d, e = given_texts
    counts: dict[str, Any] = {"messages": 7, "answers": 0, "related": 1, "unsourced": 0, "number": 10**9 - 1}
    draft = DraftView(
        ticket_id=10**18 - 1,
        title=a,
        kind="bug",
        priority="P2",
        priority_reason=b,
        reporter=c,
        channel_id=channel,
        channel_name=d,
        desk_url="https://desk.test/tickets/1",
        open_questions=[e, a, b, c],
        body=[b, c, d, e, a],
        alike=c,
        **counts,
    )
    fits(announcement(draft))
    fits(announcement(replace(draft, decision=e)))
    fits(announcement(replace(draft, changing=True)))
    fits(command_root(a, "bug", b, absent_from=c))
    fits(command_root(a, None, b, absent_from=c, author=d))
    fits(mention_hint())
    fits(digest_message(WeekView(3, 2, [Ended(a, b)] * 9, [Ended(c, d, e)] * 9)))


@slow
@given(st.lists(NASTY, max_size=4))
def test_a_word_about_a_shortcut_calls_nobody(standings: list[str]) -> None:
    """Reasons and channel names are outside text: no ping, no link, and never without an end."""
    for sentence in (known_already(standings), absent("".join(standings))):
        assert pings(sentence, [], linked=True) == []
        assert len(sentence) <= 4_000


def test_every_state_has_its_sentence() -> None:
    """No ticket can be in a state the status message has no words for."""
    assert set(SENTENCES) == set(State)


def test_the_status_says_what_is_asked_and_until_when() -> None:
    """The wait is a date each reader sees in their own time zone; once all is answered it goes on."""
    waiting = TicketView(1, State.CLARIFYING, open_questions=2, wait_until=NOON)
    message = status_message([waiting])
    assert message.text == (
        "Two quick questions and this is ready. Without an answer I'll write it up on 24 November at 10:00 UTC."
    )
    assert '"type": "date"' in flat(message)
    assert status_message([TicketView(1, State.CLARIFYING)]).text == "Writing it up."


def test_a_model_that_is_away_is_said_only_while_it_matters() -> None:
    """The problem shows while something is to be written, and not on a ticket that is done."""
    problem = "The model cannot be reached."
    assert "Your report is safe" in status_message([TicketView(1, State.RECEIVED)], problem).text
    assert problem not in status_message([TicketView(1, State.ON_BOARD, title="x")], problem).text


def test_a_decline_gives_the_reason() -> None:
    """The reporter reads the PM's words."""
    message = status_message([TicketView(1, State.DECLINED, reason="we drop offline booking in spring.")])
    assert message.text == "Not now: “we drop offline booking in spring”. Your report is kept with the decision."


def test_open_questions_have_buttons_and_closed_ones_a_check_mark() -> None:
    """Suggestions, own words and "Don't know" while open; the answer afterwards."""
    asked = [
        QuestionView(4, 1, "Was the panel offline?", suggestions=["Yes", "No"]),
        QuestionView(5, 2, "Which version?", state="answered", answer="2026.44"),
        QuestionView(6, 3, "Who?", state="open"),
    ]
    message = questions_message(asked)
    labels = [
        element["text"]["text"]
        for block in message.blocks
        for element in block.get("elements", [])
        if "action_id" in element
    ]
    assert labels == ["Yes", "No", "Something else…", "Don't know", "Answer…", "Don't know", "Answer all at once…"]
    assert "✓ 2026.44" in flat(message)


def test_answer_buttons_are_understood_again() -> None:
    """What the builder writes into an action id the listener reads back; anything else is refused."""
    assert ids.parse_answer(ids.answer_action(12, 3)) == (12, "3")
    assert ids.parse_answer(ids.answer_action(12, ids.UNKNOWN)) == (12, "unknown")
    assert ids.parse_answer("inkling.answer.x.1") is None
    assert ids.parse_answer("inkling.answer.1.1.drop") is None


def test_a_decided_draft_has_no_verbs_left() -> None:
    """The decision stands in place of text and buttons; only the link stays."""
    draft = DraftView(
        3, "Door panel", "bug", "P2", "r", "csm-north", "C1", "customers", 1, 0, 0, 0, ["Why?"], "https://d.test/1", 1,
        ["Two people hold the same slot."], decision="✓ Approved by Ada.",
    )  # fmt: skip
    message = announcement(draft)
    assert message.text.endswith("\n✓ Approved by Ada.")
    assert "same slot" not in message.text
    (buttons,) = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    assert [one["text"]["text"] for one in buttons] == ["Open"]


@pytest.mark.parametrize(
    "given", ["inkling.review.approve.1", "inkling.review.drop.1.1", "inkling.review.edit.1.1.1", ""]
)
def test_only_our_own_verbs_are_understood(given: str) -> None:
    """Whatever is no button of ours stands for nothing."""
    assert ids.parse_verb(given) is None


def test_the_announcement_reads_like_a_colleague() -> None:
    """Title, kind and priority first; then where it comes from and how sure it is."""
    draft = DraftView(
        3, "Door panel confirms offline", "bug", "P2", "a main task fails", "csm-north", "C0CUSTOMERS", "customers",
        7, 2, 1, 0, ["Which version?"], "https://desk.test/tickets/3", 2,
        ["Two people hold the same slot.", "It was offline.", "The panel confirms.", "The web app too."], 4,
    )  # fmt: skip
    assert announcement(draft).text == (
        "Door panel confirms offline · bug · P2 proposed: a main task fails\n"
        "From csm-north in #customers, 7 messages, 2 answers. 1 related ticket. Everything sourced; 4 criteria, "
        "1 open question.\n"
        "Two people hold the same slot.\nIt was offline.\nThe panel confirms.\n… and 1 more statement.\n"
        "Open: Which version?"
    )
    (buttons,) = [block["elements"] for block in announcement(draft).blocks if block["type"] == "actions"]
    assert [one["text"]["text"] for one in buttons] == ["Approve", "Edit", "Decline", "Ask again", "Open"]
    assert [ids.parse_verb(one["action_id"]) for one in buttons][:2] == [
        ids.Verb("approve", 3, 2),
        ids.Verb("edit", 3, 2),
    ]
    assert [one["text"]["text"] for one in buttons if one.get("style") == "primary"] == ["Approve"]
    changing = replace(draft, decision="✓ Approved by pm.", changing=True)
    assert announcement(changing).text.endswith(CHANGING)
    assert "primary" in str(announcement(changing).blocks)


def lists(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Shown[Any]]:
    return st.builds(Shown, st.lists(items, max_size=MOST), st.integers(MOST, 10**6))


URLS = st.sampled_from(
    ["https://roomquill.slack.com/archives/C1/p1", "javascript:alert(1)", "", "https://" + "x" * 4_000]
)


@slow
@given(
    st.builds(
        HomeView,
        questions=lists(st.builds(OpenQuestion, NASTY, URLS)),
        reports=lists(st.builds(ReportView, NASTY, st.just(NOON), URLS, st.lists(views, max_size=3))),
        queue=st.one_of(st.none(), lists(st.builds(QueuedView, NASTY, NASTY, NASTY, st.just(NOON), URLS))),
        desk_url=URLS,
        problem=NASTY,
    )
)
def test_any_home_fits(home: HomeView) -> None:
    """Full lists of any text keep the limits of a Home and notify nobody."""
    view = home_view(home)
    assert view_errors(view, "home") == []
    assert len(json.dumps(view)) < 250_000
    assert pings("", view["blocks"], linked=True) == []


def test_an_empty_home_says_how_to_begin() -> None:
    """Two lines under a heading, and nothing about lists that are empty."""
    none: Shown[Any] = Shown([], 0)
    view = home_view(HomeView(none, none, None, "https://desk.test/"))
    assert [block["type"] for block in view["blocks"]] == ["header", "rich_text", "rich_text", "actions"]


@slow
@given(st.builds(OutcomeView, st.just(1), NASTY, NASTY, st.just(NOON), URLS, URLS, st.booleans()))
def test_any_outcome_fits(view: OutcomeView) -> None:
    """The news of any ticket keeps every limit of Slack's and notifies nobody."""
    fits(outcome_message(view))
