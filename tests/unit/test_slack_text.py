"""Text to and from Slack: escaped once, undone once, and never able to call everybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.slack.text import clip, escape, mentioned, plain, safe, storable, without_mention
from deploy.sandbox.slack.text import pings


@given(st.text())
def test_escaping_is_undone_exactly_once(text: str) -> None:
    """What we escape comes back as it was, including text that looks escaped already."""
    kept = storable(text)
    assert plain(escape(kept)) == kept.strip()


@given(st.text(), st.sampled_from(["<!channel>", "<!here|x>", "<@U123ABC>", "<!subteam^S1>", "@everyone", "@Here"]))
def test_outside_text_never_notifies_anybody(text: str, mention: str) -> None:
    """Whatever stands around a mention, our escaped text pings nobody, not even when Slack links names."""
    assert pings(safe(text + mention + text), [], linked=True) == []


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("<@U1|ann> and <@U2> and <@U3>", "@ann and @Bo and @U3"),
        ("<#C1|general> <#C2> <#C3|>", "#general #C2 #C3"),
        ("<https://x.test/a?b=1&amp;c=2>", "https://x.test/a?b=1&c=2"),
        ("<https://x.test|x.test> <https://x.test|here>", "https://x.test here (https://x.test)"),
        ("<mailto:a@b.test|a@b.test> <tel:+491|+491>", "a@b.test +491"),
        ("<!here> <!subteam^S1|@team> <!date^1^{date}|noon>", "@here @team noon"),
        ("List<String> a &lt; b &amp;amp; c", "List<String> a < b &amp; c"),
    ],
)
def test_slack_tokens_read_as_written(raw: str, written: str) -> None:
    """Mentions, channels, links and special words become what a person would have typed."""
    assert plain(raw, {"U2": "Bo"}) == written


@pytest.mark.parametrize(
    ("raw", "rest"),
    [
        ("<@UBOT>", ""),
        ("<@UBOT>: it broke", "it broke"),
        ("<@UBOT|inkling>, <@UBOT> it broke", "it broke"),
        ("can <@UBOT> see this?", "can see this?"),
        ("<@UBOTTOM> it broke", "<@UBOTTOM> it broke"),
        ("1. a\n2. b <@UBOT>", "1. a\n2. b"),
    ],
)
def test_our_mention_is_taken_out(raw: str, rest: str) -> None:
    """Only our own mention goes, wherever it stands; lines stay lines."""
    assert without_mention(raw, "UBOT") == rest


def test_mentioned_people_are_found_once() -> None:
    """Ids come in order and once each; other tokens are none."""
    assert mentioned("<@U1> <@W2|x> <@U1> <!here> <#C1>") == ["U1", "W2"]


@given(st.text(), st.integers(1, 50))
def test_clip_keeps_the_limit(text: str, limit: int) -> None:
    """Never longer than asked, untouched when short, an ellipsis when cut."""
    cut = clip(text, limit)
    assert len(cut) <= limit
    assert cut == text if len(text) <= limit else cut.endswith("…")
