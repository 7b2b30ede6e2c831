"""Rules and quotations: sentences, kinds, priorities, budgets; nothing here is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.tickets.content import Kind
from tests.unit.test_chain_checks import THREAD, source
from workers.chain.asking import checked, template
from workers.chain.data import Gaps, Query, Signal, Source, Thread, Triage
from workers.chain.kinds import kind_of
from workers.chain.plain import quotations, title_of
from workers.chain.priority import propose
from workers.chain.quoting import BUDGET, fit, middle_out, quote
from workers.chain.rules import find
from workers.chain.words import clip_words, holds_number, normal, numbers, plain, sentences


def thread(*texts: str, hint: str | None = None) -> Thread:
    messages = [source(f"m{number}", text) for number, text in enumerate(texts, 1)]
    return Thread(report_id=1, kind_hint=hint, messages=messages, answers=[], asked=[])


def test_sentences_are_as_written() -> None:
    """Lines, bullets and sentence ends divide; greetings, thanks and calls to us are not content."""
    text = "Hi all, the menu is gone.  Since v4.2, e.g. on Monday!\n- no sound at all\n2. tap Save\nThanks!\n"
    assert sentences(f"{text}please write this up") == [
        "the menu is gone.",
        "Since v4.2, e.g. on Monday!",
        "no sound at all",
        "tap Save",
    ]
    assert sentences("保存できません。直してください。") == ["保存できません。", "直してください。"]


@pytest.mark.parametrize(
    ("text", "evidence", "there"),
    [
        ("4 s", "four seconds", True),
        ("10:00", "from 10:00-11:00", True),
        ("5.12", "5.12.0", False),
        ("20", "20s", True),
        ("18", "118", False),
        ("v5.12.0", "5.12.0", True),
        ("1,240", "1240 rows", True),
        ("RQ-88120", "rq-88120 and more", True),
    ],
)
def test_numbers_are_compared_whole(text: str, evidence: str, *, there: bool) -> None:
    """A number is found in other spellings of itself, never as a part of another."""
    assert all(holds_number(number, evidence) for number in numbers(text)) is there


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The export fails with an error since Tuesday.", "bug"),
        ("doesnt load on my phone", "bug"),
        ("Could we sort the list by date?", "idea"),
        ("It would be great if the timer kept ringing.", "idea"),
        ("How do I change the printer?", "question"),
        ("The new colours are a matter of taste.", "feedback"),
    ],
)
def test_kinds_by_wording(text: str, kind: Kind) -> None:
    """The plainest cases are told apart without a model."""
    assert kind_of(thread(text)) == kind


def test_the_persons_choice_of_kind_wins() -> None:
    """/idea stays an idea whatever its words."""
    assert kind_of(thread("the export fails", hint="idea")) == "idea"


def triage(kind: Kind, **values: str) -> Triage:
    signs = {name: Signal(value="unknown") for name in ("affected", "effect", "workaround", "stakes")}
    return Triage(kind=kind, **(signs | {name: Signal(value=value, mark="m2") for name, value in values.items()}))


@pytest.mark.parametrize(
    ("given_", "priority"),
    [
        (triage("bug"), "P3"),
        (triage("idea"), "P4"),
        (triage("idea", effect="blocked", affected="everyone"), "P4"),
        (triage("question"), "P4"),
        (triage("feedback", effect="hindered", affected="several"), "P3"),
        (triage("bug", effect="blocked", workaround="no"), "P2"),
        (triage("bug", effect="blocked", affected="everyone", workaround="no"), "P1"),
        (triage("bug", effect="blocked", affected="everyone", workaround="yes"), "P3"),
        (triage("bug", stakes="data_exposed"), "P1"),
        (triage("bug", stakes="money"), "P2"),
        (triage("bug", effect="cosmetic"), "P4"),
    ],
)
def test_the_priority_table(given_: Triage, priority: str) -> None:
    """Impact and urgency give the priority, and the reason names the messages."""
    found, reason = propose(given_)
    assert found == priority
    known = any(getattr(given_, name).mark for name in ("affected", "effect", "workaround", "stakes"))
    assert "message 2" in reason or not known or found in ("P3", "P4")


@given(st.lists(st.text(max_size=200), max_size=6), st.sampled_from(["bug", "idea", "feedback", "question"]))
def test_quotations_invent_nothing(texts: list[str], kind: Kind) -> None:
    """For any text at all: a title, and no statement that is not in the thread."""
    told = thread(*texts)
    proposal = quotations(told, kind, Gaps(found=find(kind, told), missing=[]))
    assert proposal.title
    assert len(proposal.title.split()) <= 12
    everything = normal(" ".join(plain(line) for text in texts for line in text.splitlines()))
    for statement in [*(one for section in proposal.sections.values() for one in section), *proposal.criteria]:
        assert normal(statement.text.strip("“”").rstrip(".…")) in everything
        assert statement.marks


def test_the_title_is_calm() -> None:
    """A sentence in capitals or a colleague's question does not become the title."""
    assert title_of(thread("FIX THIS NOW!!! The oven timer stops at night.", "which oven?"), "bug") == (
        "The oven timer stops at night"
    )


def test_a_models_question_is_checked() -> None:
    """Questions that order, link, echo or ramble are replaced by the fixed one; good ones stay with their answers."""
    good = Query(field="environment", text="Was it the tablet?", suggestions=["Yes, the tablet", "No", "I don't know"])
    kept = checked(good, "bug", THREAD)
    assert (kept.text, kept.suggestions) == ("Was it the tablet?", ["Yes, the tablet", "No"])
    for text in ("Please send your password?", "See https://x.example?", "No question", "x" * 200 + "?", "@all?"):
        assert checked(Query(field="impact", text=text), "bug", THREAD) == template("impact", "bug", THREAD)


def test_long_threads_keep_start_and_end() -> None:
    """Within the budget, nothing of the ends is lost, and what was left out is counted."""
    long = thread("START " + "x" * 60_000 + " END", "short")
    said, left_out = fit(long, "model")
    assert sum(len(one.text) for one in said) <= BUDGET["model"]
    assert said[0].text.startswith("START")
    assert said[0].text.endswith("END")
    assert said[1].text == "short"
    assert left_out > 36_000
    assert middle_out("abc", 10) == "abc"
    many: list[Source] = fit(thread(*["y" * 500] * 300), "model")[0]
    assert sum(len(one.text) for one in many) <= BUDGET["model"]


@given(st.text())
def test_no_line_of_a_quotation_is_free(text: str) -> None:
    """Whatever is quoted, every line begins with a bar or is one of our own mark lines."""
    for number, line in enumerate(quote([source("m1", text)]).splitlines()):
        assert line.startswith("| ") if number else line == "[m1] reporter"


def test_clipping_words() -> None:
    """Long text ends with an ellipsis, also where words are not spaced."""
    assert clip_words("a b c d", 3) == "a b c…"
    assert clip_words("a b c", 3) == "a b c"
    assert len(clip_words("漢" * 400, 12)) <= 181


def test_who_asks_for_it_is_not_asked_again() -> None:
    """Of an idea that customers want only what its lack costs them is left to ask."""
    assert "Who" in template("impact", "idea", thread("Could we print allergens on the menu?")).text
    told = thread("Could we print allergens on the menu? Five customers want that.")
    assert template("impact", "idea", told).text == "What do they do today instead, and what does it cost them?"


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("The printer is slow; the kitchen has to write every label by hand.", "bug", {"impact"}),
        ("The printer prints 13:00 although the clock is right.", "bug", {"expected_behavior"}),
        ("It fails on a Galaxy something.", "bug", set()),
        ("The export of the attendance list shows every guest twice.", "bug", set()),
        ("Menu > Print > Allergens: the list is empty.", "bug", {"steps_to_reproduce"}),
        ("5 customers asked for allergens on the menu.", "idea", set()),
        ("Could we print allergens? They write them by hand today.", "idea", {"impact"}),
    ],
)
def test_what_is_told_by_wording(text: str, kind: Kind, told: set[str]) -> None:
    """Who asks is not yet what it costs, what it is held against is what was expected, and a guess is no device."""
    assert {finding.field for finding in find(kind, thread(text))} - {"actual_behavior"} == told
