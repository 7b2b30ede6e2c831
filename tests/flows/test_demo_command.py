"""`inkling demo` as people start it: the tour with each kind of model, a second start, a taken port, Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.sandbox.services.process import free_port
from tests.flows.chain_world import scripted
from tests.support.http import eventually
from tests.support.needs import EMBEDDER, needs

DEMO = (sys.executable, "-m", "workers.cli", "demo")
MODEL = Path(__file__).parents[2] / "var" / "model" / "model.gguf"


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the starts of this module share, as a person's would."""
    return tmp_path_factory.mktemp("demo") / "var" / "demo"


def environment(**more: str) -> dict[str, str]:
    """A shell without any of our variables but these; the embedder is not fetched, but taken from where it is."""
    ours = ("SLACK_", "TRELLO_", "OPENAI_", "INKLING_", "DATABASE_URL", "REDIS_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"INKLING_PORT": str(free_port()), "INKLING_EMBEDDER": str(EMBEDDER)} | more


def demo(var: Path, *flags: str, **env: str) -> tuple[int, str]:
    """Run it to its end; exit status and everything it said."""
    ended = subprocess.run(
        [*DEMO, "--var", str(var), *flags], env=environment(**env), capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


def cards(var: Path) -> list[str]:
    """Names of the cards that the tours left on the board."""
    tables = json.loads((var / "trello.json").read_text())
    rows = next(part["cards"] for part in (tables, tables.get("tables", {})) if "cards" in part)
    return [card["name"] for card in (rows.values() if isinstance(rows, dict) else rows) if "ref: " in card["desc"]]


@contextmanager
def started(var: Path, env: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A demo that stays, once it says that it is ready, and what it has said until then."""
    command = [*DEMO, "--var", str(var), "--model", "none"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said: list[str] = []
        while not any("Ctrl-C ends everything" in line for line in said):
            said.append(process.stdout.readline())
            assert said[-1], said
        try:
            yield process, said
        finally:
            process.kill()


def finished(said: str, rung: str) -> None:
    """The tour went from mention to card, and told of it."""
    assert f"Drafted ({rung}) and verified:" in said, said
    assert re.search(r"On the board: http://127\.0\.0\.1:\d+/c/\w+", said), said
    assert re.search(r"From mention to card in \d+ s\.", said), said


def test_without_a_model_twice(var: Path) -> None:
    """The tour needs no model, and a second start finds the data of the first."""
    for times in (1, 2):
        status, said = demo(var, "--tour", "--model", "none")
        assert status == 0, said
        finished(said, "none")
        assert len(cards(var)) == times


def test_with_any_model_server(var: Path) -> None:
    """OPENAI_BASE_URL alone is enough for a model server of one's own."""
    with scripted() as server:
        status, said = demo(var, "--tour", OPENAI_BASE_URL=server.url, OPENAI_API_KEY="k")
    assert status == 0, said
    finished(said, "model")
    assert re.search(r"Spent: [1-9]\d* tokens", said), said


def test_one_demo_at_a_time(var: Path) -> None:
    """A second demo says what is in its way and harms nothing; Ctrl-C ends the first one and all it started.

    The first one goes on without an embedder when there is none to be had, and says so.
    """
    # Nowhere to fetch the embedder from.
    env = environment(INKLING_EMBEDDER="", PIP_CONFIG_FILE=os.devnull, PIP_NO_INDEX="1")
    with started(var, env) as (process, said_before):
        status, said = demo(var, "--model", "none", INKLING_PORT=env["INKLING_PORT"])
        assert (status, "is in use" in said, "Traceback" in said) == (1, True, False), said
        status, said = demo(var, "--model", "none")
        assert (status, "Traceback" in said) == (1, False), said
        assert "in use" in said or "running" in said, said
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0
        assert process.stdout is not None
        told = "".join(said_before) + process.stdout.read()
    assert re.search(r"^The embedder could not be had: pip .*\. Inkling works without it", told, re.MULTILINE), told
    eventually(lambda: not _processes_of(var))


def _processes_of(var: Path) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if str(var) in line]


@pytest.mark.timeout(600)
def test_with_the_embedded_model(var: Path) -> None:
    """The embedded model on two cores brings a report to the board, with nothing set at all."""
    needs(MODEL.exists(), "the embedded model is not here: `make model` fetches it")
    status, said = demo(var, "--tour", INKLING_LOCAL_MODEL=str(MODEL))
    assert status == 0, said
    finished(said, "basic")
