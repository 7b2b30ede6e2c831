"""What is an answer, and what only says that somebody does not know."""

import pytest

from bot.core.reports.doubt import says_nothing


@pytest.mark.parametrize(
    "text",
    [
        "I don't know",
        "Don’t know!",
        "dont know yet",
        "do not have a clue",
        "I have no idea",
        "IDK",
        "I'm not sure",
        "Unknown.",
        "can't say",
        "Keine Ahnung",
        "weiß ich nicht",
        "no lo sé",
        "je ne sais pas",
        "no idea 🤷",
        "Sorry, no clue",
        "No idea, sorry.",
        "No idea which part.",
        "No idea, they only told us afterwards.",
        "No idea. They only told us afterwards, sorry!",
        "Not sure yet, but I'll ask.",
        "No idea - the customer didn't say.",
    ],
)
def test_not_knowing(text: str) -> None:
    """In several languages, with what was left open and with excuses."""
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yes",
        "I know: the panel",
        "Not sure, but it was Chrome 130 on Windows",
        "No idea why, only Safari 17 shows it",
        "No idea why, only tablets show it",
        "Not sure, firefox",
        "Not sure, but all customers",
        "Not sure.\nFirefox",
        "not sure if iOS",
        "No idea, sorry, the panel is red",
        "no idea since when, 2026.44?",
        "Unknown error on save",
        "Can't tell which room is free",
        "No idea really, a guided example maybe. I'm just passing it on.",
        "Don't know how to force it. The ones I saw were parcels where the driver picked another one halfway.",
    ],
)
def test_whoever_adds_something_has_answered(text: str) -> None:
    """Figures, names and whatever is no excuse are kept, and so is what only begins like doubt."""
    assert not says_nothing(text)
