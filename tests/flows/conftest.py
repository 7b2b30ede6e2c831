"""What several flows share: a scripted model and a Trello stand-in, fresh for each test."""

from collections.abc import Callable, Iterator

import pytest

from tests.flows import chain_world, trello_world
from tests.flows.chain_world import Model
from tests.flows.trello_world import Sandbox


@pytest.fixture(scope="session")
def scripted() -> Iterator[Model]:
    with chain_world.scripted("--strict-fields", "--require-key", "k") as running:
        yield running


@pytest.fixture
def model(scripted: Model, database: str, settings_of: Callable[..., None]) -> Model:
    """A model that says what it is told to, which this process is set up for."""
    scripted.reset()
    settings_of(OPENAI_BASE_URL=scripted.url, OPENAI_API_KEY="k")
    return scripted


@pytest.fixture(scope="module")
def trello_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with trello_world.sandbox(tmp_path_factory.mktemp("trello")) as running:
        yield running


@pytest.fixture
def trello(
    trello_running: Sandbox, database: str, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Sandbox:
    """A fresh board that this process is set up for."""
    trello_running.control("POST", "reset")
    trello_world.use(trello_running, settings_of, monkeypatch)
    return trello_running
