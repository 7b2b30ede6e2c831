"""What a thread takes back by name does not stand as a fact; what it does not name is left alone."""

import pytest

from workers.chain.data import Source, Thread
from workers.chain.plain import summary_of, title_of
from workers.chain.rules import signals
from workers.chain.withdrawn import withdrawals


def said(*texts: str) -> list[Source]:
    return [
        Source(mark=f"m{number}", source="message", source_id=number, label="", text=text)
        for number, text in enumerate(texts, 1)
    ]


@pytest.mark.parametrize(
    ("correction", "taken"),
    [
        ("that came from the tablet, not a phone", True),
        ("It was the tablet - not the phone!", True),
        ("forget the phone", True),
        ("scrap 'phone'", True),
        ("Es war nicht das Phone, sondern das Tablet", True),
        ("not a good look", False),
        ("I was wrong", False),
        ("is it the phone or not?", False),
        ("forget it", False),
        ("it is not on sale", False),
    ],
)
def test_only_what_is_named_is_taken_back(correction: str, taken: bool) -> None:  # noqa: FBT001 - a table of cases
    """A contrast or a plain word for dropping it; nothing is read between the lines."""
    found = withdrawals(said("It was booked on the phone.", correction))
    assert bool(found) == taken
    assert all(one.by == 2 for one in found)


def test_what_gave_way_to_something_better_is_taken_back() -> None:
    """A number that somebody spoke against and that was dropped with an "ok" is no fact; without the "ok" it is."""
    wish = "We should print the list 5 hours before the shift."
    against = "5 hours before half of it is unknown. at the start is better"
    (found,) = withdrawals(said(wish, against, "ok at the start. and by mail?"))
    assert (found.by, found.words, found.named) == (3, frozenset({"5"}), False)
    assert not withdrawals(said(wish, against, "hm, at the start nobody has time"))
    assert not withdrawals(said(wish, against, "ok at the start, and 5 hours before for the kitchen"))
    assert not withdrawals(said(wish, "at the start is better", "ok at the start"))


def test_nothing_is_taken_back_before_it_was_said() -> None:
    """What comes after the correction stands."""
    assert withdrawals(said("the tablet, not a phone", "It was booked on the phone.")) == []


def test_quotations_leave_out_what_was_taken_back() -> None:
    """Title and summary come from what still stands; when nothing else was said, from what there is."""
    thread = Thread(
        report_id=1,
        kind_hint=None,
        messages=said("The timer fails on the phone. Two trays burned.", "the tablet, not a phone"),
        answers=[],
        asked=[],
    )
    assert title_of(thread, "bug") == "Two trays burned"
    assert [text for _, text in summary_of(thread, "bug")] == ["Two trays burned."]


def test_signs_do_not_rest_on_what_was_taken_back() -> None:
    """Neither does the priority that comes of them; an answer to a question takes nothing back and stands."""
    told = said("Everyone on the phone loses orders. The timer is late.", "the tablet, not a phone")
    thread = Thread(report_id=1, kind_hint=None, messages=told, answers=[], asked=[])
    assert signals(thread)["affected"].value == "unknown"
    assert signals(thread.model_copy(update={"messages": told[:1]}))["affected"].value == "everyone"
    answer = Source(mark="q1", source="answer", source_id=1, label="", text="Everyone on the phone.")
    assert signals(thread.model_copy(update={"answers": [answer]}))["affected"].mark == "q1"
