"""Where to look: places in the code that a thread gives a reason for, and no others."""

import pytest

from workers.chain.places import places
from workers.retrieval import Found

_ids = iter(range(1, 1000))


def code(path: str, symbol: str, text: str, line: int = 1) -> Found:
    return Found(next(_ids), "code", path, f"{path} > {symbol}", text, "", 1.0, line, symbol)


EXPORT = code("billing/export.py", "Export.rows", 'raise ValueError("row has no booking number")', 42)
TIMER = code("kitchen/timer_service.py", "TimerService.ring", "self.bell.ring()", 7)
LABELS = code("kitchen/label_printer.py", "print_label", "date = today()", 12)
TESTED = code("tests/kitchen/test_label_printer.py", "test_label_printer_date", "assert label.date == today()", 3)
ALL = (EXPORT, TIMER, LABELS, TESTED)


@pytest.mark.parametrize(
    ("said", "symbol", "why"),
    [
        ("It fails in `Export.rows` for Tallow", "Export.rows", "the thread names Export.rows"),
        ("rows() breaks: Export.rows()", "Export.rows", "the thread names Export.rows"),
        (
            "The log says “row has no booking number” again",
            "Export.rows",
            "it holds the message “row has no booking number”",
        ),
        ("Somebody should look at `timer_service.py`", "TimerService.ring", "the thread names timer_service.py"),
        (
            "The kitchen label printer prints the wrong date",
            "print_label",
            "its name speaks of kitchen, label, printer, print",
        ),
    ],
)
def test_a_reason_is_given(said: str, symbol: str, why: str) -> None:
    """A name, a message, a file or enough words of the path: the surest place comes first, with its reason."""
    found = places(ALL, said)
    assert (found[0].found.symbol, found[0].why) == (symbol, why)


@pytest.mark.parametrize("said", ["The kitchen is closed", "Export fails", "“too bad” he said", ""])
def test_no_reason_no_place(said: str) -> None:
    """One shared word is no reason, and neither is a quotation of somebody."""
    assert places(ALL, said) == []


def test_tests_are_named_only_by_name() -> None:
    """A test speaks of everything that it tests."""
    assert TESTED not in [place.found for place in places(ALL, "The kitchen label printer prints the wrong date")]
    assert [place.found for place in places(ALL, "see `test_label_printer_date`")] == [TESTED]


def test_three_at_most_and_one_a_symbol() -> None:
    """Few places are looked at; more would be a list of files."""
    many = [code(f"kitchen/label_printer_{number}.py", f"print_label_{number}", "x") for number in range(6)]
    assert len(places(many, "the kitchen label printer")) == 3
    assert len(places([LABELS, LABELS], "the kitchen label printer")) == 1
