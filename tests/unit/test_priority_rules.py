"""Priority rules of a team's own: what they say holds, and a file that cannot serve is explained in a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.core.errors import ConfigurationError
from workers.chain import priority
from workers.chain.data import Signal, Triage
from workers.cli import group

LAST = '[[rule]]\npriority = "P4"\nbecause = "nothing else fits"\n'
UNKNOWN = Signal(value="unknown")


def triage(**signs: Signal) -> Triage:
    found = {"affected": UNKNOWN, "effect": UNKNOWN, "workaround": UNKNOWN, "stakes": UNKNOWN} | signs
    return Triage(kind="feedback", **found)


def test_a_teams_own_file_decides(tmp_path: Path, settings_of: Callable[..., None]) -> None:
    """The first rule of the file that fits gives the priority, with the messages that say so."""
    own = tmp_path / "ours.toml"
    own.write_text(f'[[rule]]\npriority = "P1"\neffect = ["cosmetic"]\nbecause = "we sell looks"\n{LAST}')
    settings_of(INKLING_PRIORITY_RULES=str(own))
    assert priority.propose(triage(effect=Signal(value="cosmetic", mark="m2"))) == ("P1", "we sell looks (message 2)")
    assert priority.propose(triage()) == ("P4", "nothing else fits")


def test_the_built_in_rules_can_serve() -> None:
    """Every report gets a priority, and no rule is there in vain."""
    assert len(priority.rules()) > 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("priority =", "are not TOML"),
        ("", "hold no [[rule]] table"),
        ('[[rule]]\npriority = "P5"\nbecause = "so it is"\n', "in rule 1, priority cannot be 'P5' (known: P1"),
        (
            f'[[rule]]\nkind = ["wish"]\npriority = "P1"\nbecause = "so it is"\n{LAST}',
            "kind cannot be 'wish' (known: bug",
        ),
        (f'[[rule]]\nkinds = ["bug"]\npriority = "P1"\nbecause = "so it is"\n{LAST}', "in rule 1, kinds is not known"),
        ('[[rule]]\npriority = "P4"\n', "in rule 1, because is missing"),
        ('[[rule]]\nkind = ["bug"]\npriority = "P4"\nbecause = "so it is"\n', "no rule fits kind idea"),
        (f'{LAST}[[rule]]\npriority = "P1"\nbecause = "too late"\n', "rule 2 (“too late”) never matches"),
        (
            f'[[rule]]\nkind = ["bug"]\npriority = "P2"\nbecause = "bugs"\n'
            f'[[rule]]\nkind = ["bug"]\nstakes = ["money"]\npriority = "P1"\nbecause = "costly bugs"\n{LAST}',
            "rule 2 (“costly bugs”) never matches",
        ),
    ],
)
def test_a_file_that_cannot_serve_is_a_sentence(
    tmp_path: Path, settings_of: Callable[..., None], text: str, words: str
) -> None:
    """What is wrong, where, and what to do; the worker does not start with it."""
    own = tmp_path / "ours.toml"
    own.write_text(text)
    settings_of(INKLING_PRIORITY_RULES=str(own), DATABASE_URL="postgresql://nowhere", REDIS_URL="redis://nowhere")
    with pytest.raises(ConfigurationError) as raised:
        priority.rules()
    assert words in raised.value.message
    assert "INKLING_PRIORITY_RULES" in raised.value.message
    started = CliRunner().invoke(group, ["worker"])
    assert (type(started.exception), started.exit_code) == (ConfigurationError, 1)


def test_a_file_that_is_not_there(settings_of: Callable[..., None]) -> None:
    """`inkling doctor` names the file and goes on with the other parts."""
    settings_of(INKLING_PRIORITY_RULES="nowhere.toml", DATABASE_URL="postgresql://127.0.0.1:1/x")
    said = CliRunner().invoke(group, ["doctor"]).output
    assert "fix  Priority rules\n       The priority rules nowhere.toml cannot be read" in said
