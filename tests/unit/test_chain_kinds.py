"""Kinds told by code: the classifier is what its examples give, and sorts reports of trades it has never seen."""

from pathlib import Path

import pytest

from bot.core.tickets.content import Kind
from tests.unit.test_chain_plain import thread
from workers.chain.data import Source, Thread
from workers.chain.kinds import kind_of
from workers.chain.kinds.classifier import WEIGHTS, examples, logits, weights
from workers.chain.kinds.train import train
from workers.evals.dataset import Case, read

EVALS = Path(__file__).parents[1] / "evals"


def test_the_kept_weights_are_what_the_examples_give() -> None:
    """Whoever changes the examples runs `make kinds`."""
    learned, kept = train(), weights()
    assert learned.kinds == kept.kinds
    assert learned.words.keys() == kept.words.keys()
    apart = [
        word
        for word, row in learned.words.items()
        if max(abs(new - old) for new, old in zip(row, kept.words[word], strict=True)) > 0.05
    ]
    assert not apart, f"{WEIGHTS.name} is not what examples.jsonl gives: {apart[:5]}"


def test_it_has_learned_its_examples() -> None:
    """A classifier that cannot even repeat what it was shown has learned nothing."""
    told = examples()
    right = [kind for text, kind in told if max(found := logits(text), key=lambda one: found[one]) == kind]
    assert len(right) > 0.95 * len(told)


def spoken(case: Case) -> Thread:
    said = [
        Source(mark=f"m{number}", source="message", source_id=number, label=one.user, text=one.text, who=one.user)
        for number, one in enumerate(case.thread, 1)
    ]
    return Thread(report_id=1, kind_hint=None, messages=said, answers=[], asked=[])


@pytest.mark.parametrize(("name", "least"), [("lockers", 0.75), ("film", 0.70)])
def test_reports_of_trades_it_has_not_seen(name: str, least: float) -> None:
    """Most are sorted rightly, by far more than the share of the commonest kind (0.40)."""
    cases = read(EVALS / f"{name}.jsonl")
    right = [case.id for case in cases if kind_of(spoken(case)) in case.acceptable_kinds]
    assert len(right) >= least * len(cases), f"{len(right)} of {len(cases)}"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (("The export hangs.", "all good now, was my vpn"), "not_actionable"),
        (
            ("The mails show the wrong address!", "false alarm, maybe say more clearly that it is the test site?"),
            "idea",
        ),
        (("it doesnt work again",), "not_actionable"),
    ],
)
def test_how_a_thread_ends_decides(said: tuple[str, ...], kind: Kind) -> None:
    """What is solved or says nothing is no report; a wish that is left when the trouble is gone is one."""
    assert kind_of(thread(*said)) == kind


@pytest.mark.parametrize(
    "end",
    [
        "This is still not solved, three customers are waiting",
        "Same here, it doesn't work again since this morning",
        "It is not working now on iPhone either",
        "The list is sorted by name instead of by date",
        "Is it solved now?",
        "That is not a false alarm, it loses rows",
        "Login works again. But the export still fails on Safari",
    ],
)
def test_what_only_sounds_settled_is_not(end: str) -> None:
    """A "not", a trouble in the same breath or after it leaves a bug a bug."""
    assert kind_of(thread("The export fails with an error since Tuesday.", end)) == "bug"


@pytest.mark.parametrize(
    "end",
    [
        "ok false alarm, live is fine",
        "oh. my vpn was on the US gateway. works now, never mind",
        "changed it, released at 10:30 today. all good, no ticket needed",
        "false alarm, it wasn't the export",
        "never mind, wrong account",
        "No problem, works now",
        "works again, not sure why",
        "Sorted.",
        "got it sorted out",
    ],
)
def test_what_is_settled_is_no_report(end: str) -> None:
    """Also where its reason is told with a "not", or with what went wrong."""
    assert kind_of(thread("The export fails with an error since Tuesday.", end)) == "not_actionable"


def test_what_is_said_before_anybody_answers_counts_as_one() -> None:
    """A report in three messages is read as a whole; a colleague's wish is not the reporter's."""
    told = thread("notes from the shop floor", "the scale shows 3 kg with nothing on it", "since the update")
    others = told.messages[:1] + [one.model_copy(update={"who": "colleague 1"}) for one in told.messages[1:]]
    assert kind_of(told) == "bug"
    assert kind_of(told.model_copy(update={"messages": others})) != "bug"
