"""The card as text: what a draft turns into, and what happens at Trello's limits."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.tickets.content import DraftContent, Evidence, Statement
from bot.core.tickets.text import from_fields
from workers.trello.card import ITEMS_MAX, NAME_MAX, TEXT_MAX, clipped, compose
from workers.trello.follow import _own

DESK = "http://127.0.0.1:8000/tickets/7"
THREAD = "https://roomquill.example/archives/C1/p1001"


def size(text: str) -> int:
    """Length as Trello counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def draft(**changes: object) -> DraftContent:
    values: dict[str, object] = {
        "kind": "bug",
        "title": "Door panel confirms a booking while offline",
        "sections": {"summary": [Statement(text="Two people hold the same slot.", marks=["m1"])]},
        "criteria": [Statement(text="An offline panel refuses to book.")],
        "priority": "P2",
        "priority_reason": "a main task fails",
        "labels": ["panel"],
        "evidence": [Evidence(mark="m1", source="message", source_id=1, label="m1", quote="same slot", url=THREAD)],
    }
    return DraftContent.model_validate(values | changes)


def test_a_draft_becomes_a_card() -> None:
    """Title, body with links, kind and labels, criteria and the thread's address; the mark is the last line."""
    card = compose(draft(), op_id="inkling-7-ab", thread_url=THREAD, desk_url=DESK)
    assert card.name == "Door panel confirms a booking while offline"
    assert card.desc.splitlines()[0] == f"Two people hold the same slot. [m1]({THREAD})"
    assert card.desc.splitlines()[-1] == "ref: inkling-7-ab"
    assert f"[Thread in Slack]({THREAD}) · [Draft and evidence]({DESK})" in card.desc
    assert (card.labels, card.items, card.link) == (("bug", "panel"), ("An offline panel refuses to book.",), THREAD)


def test_the_first_label_follows_the_kind() -> None:
    """A draft whose kind a person sets anew leaves no label of the old kind on its card; the other labels stay."""
    edited = from_fields(draft(labels=["bug", "panel"]), {"kind": "idea"})
    assert compose(edited, op_id="x", thread_url="", desk_url=DESK).labels == ("idea", "panel")
    assert from_fields(draft(), {"title": "Another"}).labels == ["panel"]


def test_doubles_are_left_out() -> None:
    """Labels and criteria said twice are sent once: they are found again by their text."""
    criteria = [Statement(text="It works."), Statement(text="it  works."), Statement(text=" ")]
    card = compose(
        draft(labels=["Panel", "panel", "BUG", ""], criteria=criteria), op_id="x", thread_url="", desk_url=DESK
    )
    assert card.labels == ("bug", "Panel")
    assert card.items == ("It works.",)


def test_an_address_that_is_none_is_not_attached() -> None:
    """Only http and https become a link on the card."""
    card = compose(draft(), op_id="x", thread_url="javascript:alert(1)", desk_url=DESK)
    assert card.link == ""
    assert "javascript" not in card.desc


def test_a_long_title_is_cut_between_words() -> None:
    """A title of thousands of characters ends with an ellipsis; an empty one still names a card."""
    card = compose(draft(title="offline panel " * 400), op_id="x", thread_url="", desk_url=DESK)
    assert size(card.name) <= NAME_MAX
    assert re.search(r"(offline|panel)…$", card.name)
    assert compose(draft(title=" "), op_id="x", thread_url="", desk_url=DESK).name == "Untitled bug"


def test_a_body_that_is_too_long_says_so_and_keeps_links_and_mark() -> None:
    """What does not fit is cut at a line; the card says where the rest is, and keeps its links and its mark."""
    lines = [Statement(text=f"{number} " + "word " * 30, marks=["m1"]) for number in range(300)]
    card = compose(draft(sections={"why": lines}), op_id="inkling-7-ab", thread_url=THREAD, desk_url=DESK)
    assert TEXT_MAX - 400 < size(card.desc) <= TEXT_MAX
    *body, notice, links, mark = card.desc.split("\n\n")
    assert notice == f"*Cut to fit Trello. [The whole text is in the draft]({DESK}).*"
    assert links == f"[Thread in Slack]({THREAD}) · [Draft and evidence]({DESK})"
    assert mark == "ref: inkling-7-ab"
    assert body[-1].splitlines()[-1].endswith(("…", f"[m1]({THREAD})"))


def test_too_many_criteria_point_to_the_draft() -> None:
    """A checklist takes 200 items: the last one says how many more there are and where."""
    criteria = [Statement(text=f"Criterion {number} holds.") for number in range(250)]
    card = compose(draft(criteria=criteria), op_id="x", thread_url="", desk_url=DESK)
    assert len(card.items) == ITEMS_MAX
    assert card.items[-1] == f"51 more criteria are in the draft: {DESK}"


TEXTS = st.text(alphabet=st.sampled_from("ab 🔧é\n[]()*#@"), max_size=60)


@settings(deadline=None, max_examples=40)  # long texts, and a machine that may be busy
@given(
    word=TEXTS,
    times=st.integers(1, 3000),
    sections=st.sampled_from([("summary",), ("summary", "why"), ("why", "where", "steps")]),
)
def test_nothing_ever_exceeds_trellos_sizes(word: str, times: int, sections: tuple[str, ...]) -> None:
    """Whatever the text, every part fits as Trello counts (an emoji is two), and the mark survives."""
    text = (word * times)[:30_000]
    content = draft(
        title=text,
        sections={name: [Statement(text=text, marks=["m1"])] * 2 for name in sections},
        criteria=[Statement(text=text)],
        labels=[text],
    )
    card = compose(content, op_id="inkling-7-ab", thread_url=THREAD, desk_url=DESK)
    assert card.name
    assert size(card.name) <= NAME_MAX
    assert size(card.desc) <= TEXT_MAX
    assert all(size(item) <= TEXT_MAX for item in (*card.items, *card.labels))
    assert card.desc.endswith(f"· [Draft and evidence]({DESK})\n\nref: inkling-7-ab")


def test_emoji_count_twice() -> None:
    """A description of emoji that Python finds short enough is cut, for Trello would refuse it."""
    text = "🔧" * 9000
    card = compose(draft(sections={"why": [Statement(text=text)]}), op_id="x", thread_url="", desk_url=DESK)
    assert size(card.desc) <= TEXT_MAX
    assert "Cut to fit Trello" in card.desc


@given(text=TEXTS, most=st.integers(2, 40))
def test_clipping_keeps_a_beginning(text: str, most: int) -> None:
    """A clipped text is the text itself, or a beginning of it with an ellipsis, within the size."""
    cut = clipped(text, most)
    assert size(cut) <= most
    assert cut == text or text.startswith(cut.removesuffix("…"))


def test_the_other_tickets_stand_before_the_links() -> None:
    """A line names the other tickets of the report; it is nobody's own words when the card follows a change."""
    alone = compose(draft(), op_id="x", thread_url=THREAD, desk_url=DESK)
    related = f"From the same report: [Labels]({DESK})"
    card = compose(draft(), op_id="x", thread_url=THREAD, desk_url=DESK, related=related)
    assert card.desc.split("\n\n")[-3:-1] == [related, f"[Thread in Slack]({THREAD}) · [Draft and evidence]({DESK})"]
    assert _own(card.desc) == _own(alone.desc)
