"""How the desk says times, prices and what people wrote, and which ways back it takes; pure functions."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.core.clock import now
from bot.dashboard import words
from bot.dashboard.guard import own_path


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(5, "just now"), (61, "1 min ago"), (3599, "59 min ago"), (7200, "2 h ago"), (3 * 86400, "3 d ago")],
)
def test_recent_times_are_relative(seconds: int, said: str) -> None:
    """Within a week a time is said as how long ago it was."""
    assert words.ago(now() - timedelta(seconds=seconds)) == said


def test_old_times_are_days() -> None:
    """After a week the day is said, with its year when that is another one."""
    at = (now() - timedelta(days=800)).replace(month=3, day=9)
    assert words.ago(at) == f"9 Mar {at.year}"
    assert words.exact(at).startswith(f"9 Mar {at.year}, ")


@pytest.mark.parametrize(
    ("cost", "said"),
    [(None, "price unknown"), ("0", "$0.00"), ("0.0123", "$0.0123"), ("0.0000021", "$0.0001"), ("2.5", "$2.50")],
)
def test_prices(cost: str | None, said: str) -> None:
    """Small prices keep their digits, and an unknown one is not called nothing."""
    assert words.money(None if cost is None else Decimal(cost)) == said


def test_web_addresses_become_links_and_nothing_else_does() -> None:
    """Slack's and bare addresses are links to themselves; scripts and tags stay text."""
    made = words.said('see <https://a.example/x|a bank>, (http://b.example/y). <b>javascript:alert(1)</b> "onerror=')
    assert made.count("<a ") == 2
    assert 'href="https://a.example/x"' in made
    assert ">https://a.example/x</a>" in made
    assert 'href="http://b.example/y"' in made
    assert "bank" not in made
    assert "&lt;b&gt;javascript:alert(1)&lt;/b&gt;" in made


def test_the_quoted_part_is_marked() -> None:
    """Only the part that is evidence is marked, and it is escaped like the rest."""
    assert words.said("a <i> b", "<i>") == "a <mark>&lt;i&gt;</mark> b"
    assert "<mark>" not in words.said("all of it", "all of it")
    assert "<mark>" not in words.said("text", "not in it")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "", " https://x"])
def test_only_web_addresses_are_addresses(address: str) -> None:
    """Whatever is not http or https is no address at all."""
    assert words.web(address) == ""


@pytest.mark.parametrize("path", ["/", "/tickets/3", "/?tab=board&after=P2.7", "/tickets/3/edit#m1"])
def test_own_paths_are_followed(path: str) -> None:
    """A path of this desk is a way back."""
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/a\\b",
        "/\t/evil",
        "/a\r\nSet-Cookie: x",
        "javascript:alert(1)",
        "",
        "tickets",
        "/sign-out",
    ],
)
def test_other_ways_lead_to_the_queue(path: str) -> None:
    """Another host, a scheme, control characters or a loop lead to the queue instead."""
    assert own_path(path) == "/"
