"""Playing the cases of a dataset: what belongs to which case, what a busy model costs, and where an error ends it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.chain_world import scripted
from workers.evals import Case, Played, Player, Result, read
from workers.evals.baseline import SinglePrompt
from workers.evals.patience import MAX_WAITS
from workers.evals.run import play
from workers.llm import ModelUnavailable
from workers.llm.sent import tell

CASES = read(Path(__file__).with_name("bakery.jsonl"))
TEXTS = "secrets or personal data in texts sent"


class Stub(Player):
    """Plays without a chain: sends one text for each case, made by `text`, and takes a moment."""

    def __init__(self, text: Callable[[Case], str]) -> None:
        super().__init__(0)
        self._text = text
        self.began: list[int] = []

    def play(self, case: Case, number: int) -> Played:
        self.began.append(number)
        time.sleep(0.05)
        tell([{"content": self._text(case)}])
        return Played("in_review", [], [], 1, 0, 0.0, 0.0, 0.0, "none")


@pytest.mark.parametrize("parallel", [1, 3])
def test_a_text_belongs_to_its_case(parallel: int) -> None:
    """A secret that was sent counts once, for the case it was sent for, however many are played and in what order."""
    secret = next(case for case in CASES if case.contains_secrets)
    said = "\n".join(one.text for one in secret.thread)
    result = Result("d", "m")
    cases = [secret, *(secret.model_copy(update={"id": f"other {number}"}) for number in range(3))]
    stub = Stub(lambda case: said if case.id == secret.id else "nothing of it")
    play(cases, stub, result, parallel=parallel, say=lambda _: None)
    assert {name for name, found in result.scores.items() if found.shares[TEXTS].hits} == {secret.id}
    assert (result.totals()[TEXTS].hits, result.totals()[TEXTS].of) == (1, 4)


def test_an_error_ends_it() -> None:
    """What waits for its turn is not played when a case fails; the error is the evaluation's."""

    def fail(_: Case) -> str:
        raise RuntimeError("boom")

    stub = Stub(fail)
    with pytest.raises(RuntimeError, match="boom"):
        play(CASES, stub, Result("d", "m"), parallel=1, say=lambda _: None)
    assert len(stub.began) < len(CASES)


@pytest.mark.parametrize("player", [Player, SinglePrompt])
def test_a_model_that_asks_to_wait_loses_nothing(
    player: type[Player], database: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told to wait while it writes a report, the player waits, a minute at most each time, and goes on."""
    waits: list[float] = []
    monkeypatch.setattr("workers.evals.patience.time.sleep", waits.append)
    result = Result("d", "m")
    with scripted() as model:
        settings_of(OPENAI_BASE_URL=model.url, OPENAI_API_KEY="k")
        model.fail("http_429", times=2)
        play(CASES[:1], player(1_700_000_000), result, parallel=1, say=lambda _: None)
        bodies = len(model.bodies())
    assert len(waits) == 2
    assert all(0 < seconds <= 60 for seconds in waits)
    assert result.totals()["ends in review"].hits == 1
    assert result.took[CASES[0].id]["calls"] == bodies


def test_a_model_that_stays_away_ends_it(
    database: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patience has an end; the sentence is the one that says what a person could do."""
    waits: list[float] = []
    monkeypatch.setattr("workers.evals.patience.time.sleep", waits.append)
    with scripted() as model:
        settings_of(OPENAI_BASE_URL=model.url, OPENAI_API_KEY="k")
        model.fail("http_429", times=100)
        with pytest.raises(ModelUnavailable, match="asks to wait"):
            play(CASES[:1], SinglePrompt(1_700_000_000), Result("d", "m"), parallel=1, say=lambda _: None)
    assert len(waits) == MAX_WAITS
