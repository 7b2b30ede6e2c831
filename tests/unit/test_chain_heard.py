"""What of the words after a draft is heard: short answers are, thanks are not, and no sentence is passed over."""

import pytest

from tests.unit.test_chain_change import SAID, Scripted, look, made_of, thread, ticket
from workers.chain.asking import OPEN
from workers.chain.news import Happening, News
from workers.chain.steps.change import MOST, by_model, worth_reading

NEW = News(items=[Happening(message_id=3, what="new")])
DOUBT = "Message 3 says that this may be over: is the ticket still wanted?"


@pytest.mark.parametrize(
    "text",
    ["Firefox", "iPhone", "Only Safari", "Yes, it should", "Everyone", "nobody", "Thanks, Safari", "same here on iOS"],
)
def test_a_short_answer_is_heard(text: str) -> None:
    """One word may be all that a question asks for; the model is shown it."""
    said = {**SAID, 3: text}
    assert worth_reading(thread(said), NEW)
    shown = Scripted()
    by_model(made_of(said, ticket(), m3="new"), shown)  # type: ignore[arg-type]  # a stand-in
    assert text in shown.asked["thread"]


@pytest.mark.parametrize(
    "text",
    ["thanks", "ok", "ok thanks", "great", "Great!", "+1", "👍", "yep", "exactly", "haha", "danke dir", "sounds good"],
)
def test_agreement_is_not(text: str) -> None:
    """Nobody reads thanks and signs of agreement, however they are put together."""
    assert not worth_reading(thread({**SAID, 3: text}), NEW)


@pytest.mark.parametrize("text", ["Firefox", "Only Safari"])
def test_a_short_answer_fills_its_gap(text: str) -> None:
    """Without a model too, where it is asked for; where nothing is asked it is no news."""
    asking = ticket(open_questions=[OPEN["environment"]])
    fields, revision = look({**SAID, 3: text}, asking, m3="new")
    assert fields["environment"] == ([], [f"{text} [m3]"])
    assert fields["open_questions"][1] == []
    assert revision.causes == [3]
    assert look({**SAID, 3: text}, ticket(open_questions=[]), m3="new")[0] == {}


def test_a_sentence_behind_many_is_heard() -> None:
    """What tells nothing does not use up the number of sentences that are taken."""
    idle = "The kitchen of Oslo sends its regards. " * (MOST + 1)
    said = {**SAID, 3: f"{idle}It happens when I print a label after midnight."}
    assert look(said, ticket(), m3="new")[0]["steps"][1] == ["It happens when I print a label after midnight. [m3]"]


def test_no_more_is_taken_than_people_read() -> None:
    """The first few that tell something are taken."""
    told = (
        "The bakery monitor crashes loudly.",
        "Cellar lamps stay broken overnight.",
        "Garage doors hang halfway open.",
        "Harbour cameras freeze during storms.",
        "Library scanners fail on thin paper.",
        "Museum tickets disappear from wallets.",
    )
    fields, _ = look({**SAID, 3: " ".join(told)}, ticket(open_questions=[]), m3="new")
    after = " ".join(line for _, lines in fields.values() for line in lines)
    assert [sentence in after for sentence in told] == [number < MOST for number in range(len(told))]


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("it doesn't work now either", False),
        ("It is still not solved, is it fixed for you?", False),
        ("it works again", True),
        ("the clock was off. it's fixed", True),
    ],
)
def test_only_what_is_over_is_doubted(text: str, *, doubted: bool) -> None:
    """A fault that goes on does not ask whether its ticket is still wanted."""
    fields, _ = look({**SAID, 3: text}, ticket(), m3="new")
    assert (DOUBT in fields.get("open_questions", ([], []))[1]) is doubted
