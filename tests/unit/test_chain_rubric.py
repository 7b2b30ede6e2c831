"""What code judges of a draft: each criterion can fail, with the draft's own words as the reason."""

import pytest

from bot.core.tickets.content import DraftContent, Statement
from workers.chain.rubric import by_code

GOOD = DraftContent(
    kind="bug",
    title="Label printer prints yesterday's date since 4.2",
    sections={"summary": [Statement(text="It prints yesterday's date.", marks=["m1"])]},
    criteria=[Statement(text="A label printed today carries today's date.", marks=["m1"])],
    priority="P3",
    priority_reason="something is wrong",
)


def failed(content: DraftContent) -> dict[str, str]:
    return {one.criterion: one.reason for one in by_code(content) if not one.passed}


def test_a_good_draft_meets_all() -> None:
    """Nothing fails, and every criterion is named."""
    assert failed(GOOD) == {}
    assert len(by_code(GOOD)) == 5


@pytest.mark.parametrize(
    ("change", "criterion", "words"),
    [
        ({"title": "Printer"}, "specific title", "“Printer”"),
        ({"title": " ".join(["label"] * 13)}, "specific title", "12 words"),
        ({"sections": {"summary": [Statement(text="It prints nonsense.")]}}, "sourced", "“It prints nonsense.”"),
        ({"sections": {"why": [Statement(text="so " * 40, marks=["m1"])]}}, "short sentences", "35 words"),
        ({"criteria": []}, "decidable", "no criteria"),
        ({"criteria": []}, "gaps named", "steps and expected"),
        ({"criteria": [Statement(text="Does it print?", marks=["m1"])]}, "decidable", "question"),
    ],
)
def test_each_criterion_can_fail(change: dict[str, object], criterion: str, words: str) -> None:
    """The reason quotes the draft or names what is missing."""
    assert words in failed(GOOD.model_copy(update=change))[criterion]


def test_a_title_that_a_house_rule_cut_is_not_too_long() -> None:
    """One that was cut at the limit of all titles was."""
    assert failed(GOOD.model_copy(update={"title": "Label printer prints yesterday's date…"})) == {}
    cut = f"Label printer prints yesterday's date {'since ' * 6}4.2…"
    assert "specific title" in failed(GOOD.model_copy(update={"title": cut}))


def test_a_criterion_needs_no_source() -> None:
    """It words a goal."""
    goal = Statement(text="A label printed today carries today's date.")
    assert failed(GOOD.model_copy(update={"criteria": [goal]})) == {}


def test_what_a_person_wrote_is_not_judged() -> None:
    """A person's sentence needs no source and may be long."""
    own = Statement(text="we decided " * 30, by="person")
    assert failed(GOOD.model_copy(update={"sections": {"summary": [own]}})) == {}
