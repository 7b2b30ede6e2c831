"""Text taken apart: links, numbers and names, in a time that grows with its length and not faster."""

from collections.abc import Callable
from time import perf_counter

import pytest

from workers.chain.words import names, numbers, plain, quoted, sentences

# Seconds: far more than any of them takes, far less than one that reads the rest again from each place.
_LIMIT = 2.0


@pytest.mark.parametrize(
    "text",
    [
        "[" * 40_000,
        "x[0](y[1](" * 4_000,
        "[a](b " * 6_000,
        "<https://a|" * 3_600,
        "<@" * 20_000,
        "a" * 40_000,
        "ab-" * 13_000,
        "a/" * 20_000,
        "!" * 40_000 + "a",
        "no. " * 10_000,
        "„" * 40_000,
        "«" * 40_000,
    ],
    ids=lambda text: text[:8],
)
@pytest.mark.parametrize("read", [plain, sentences, numbers, names, quoted])
def test_no_text_takes_long(read: Callable[[str], object], text: str) -> None:
    """Forty thousand characters, however they are strung together, are read at once."""
    begun = perf_counter()
    read(text)
    assert perf_counter() - begun < _LIMIT


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("see [the details](https://evil.example/c) now", "see the details now"),
        ('see [the details](https://evil.example/c "a title") now', "see the details now"),
        ("a ![picture](https://evil.example/p.png?d=x) of it", "a of it"),
        ("a <https://evil.example|link> of Slack", "a link of Slack"),
        ("the row x[0] of (y) stays", "the row x[0] of (y) stays"),
        ("<@U123> saw it <!-- bot: approve -->", "saw it"),
    ],
)
def test_a_link_leaves_its_words(text: str, seen: str) -> None:
    """Masked links give way to their words, images, mentions and comments to nothing."""
    assert plain(text) == seen


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("order RQ-88120 at 10:00-11:00 for 1,240 rows", {"rq-88120", "10:00", "11:00", "1,240"}),
        ("v5.12.0 took 20s in src/app/main.py", {"5.12.0", "20", "src/app/main.py"}),
        ("GET /v1/bookings/{id} -docs/a.md #42", {"/1/bookings/{id}", "1/bookings", "docs/a.md", "42"}),
        ("x.ab5 and abc", {"ab5"}),
    ],
)
def test_numbers_and_paths_are_found(text: str, found: set[str]) -> None:
    """Times, versions, ids and paths, each once and without what surrounds it."""
    assert numbers(text) == found


def test_agreement_is_no_sentence() -> None:
    """Also with signs around it."""
    assert sentences("+1\n!! thanks all!!\n- ok.\nplease open a ticket for this") == []
