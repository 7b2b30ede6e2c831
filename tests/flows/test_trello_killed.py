"""A worker killed with -9 before or after any request of a delivery leaves exactly one whole card behind."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.flows import trello_world as world
from tests.flows.trello_world import Sandbox
from tests.support.pictures import png

REQUESTS = 10  # of a delivery with one new label and two criteria


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with world.sandbox(tmp_path_factory.mktemp("trello")) as running:
        yield running


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_worker_leaves_one_whole_card(
    running: Sandbox,
    database: str,
    settings_of: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    """Killed around each request in turn, the delivery is taken up by another process, which ends it."""
    world.use(running, settings_of, monkeypatch)
    for at in range(1, REQUESTS + 1):
        labels = (f"killed {when} {at}",)
        ticket_id = world.approved(labels=labels)
        child = subprocess.run(
            [sys.executable, "-m", "tests.flows.trello_child", str(ticket_id), str(at), when],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert child.returncode == -signal.SIGKILL, f"{when} {at}: {child.stderr}"
        world.run_to_the_end(ticket_id)
        world.assert_one_whole_card(running, ticket_id, labels)


@pytest.mark.parametrize("moment", [("before", 1), ("after", 1), ("before", 2), ("after", 2)])
def test_a_worker_killed_between_files_attaches_each_once(
    running: Sandbox,
    database: str,
    settings_of: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    moment: tuple[str, int],
) -> None:
    """Killed around either upload, another process ends it: each file is there once, though both have one name."""
    world.use(running, settings_of, monkeypatch)
    when, at = moment
    labels = (f"files {when} {at}",)
    ticket_id = world.approved(labels=labels, files=("image.png", "image.png"))
    child = subprocess.run(
        [sys.executable, "-m", "tests.flows.trello_child", str(ticket_id), str(REQUESTS + at), when],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    world.run_to_the_end(ticket_id)
    world.assert_one_whole_card(running, ticket_id, labels)
    assert world.uploads(running, ticket_id) == [("image.png", png(shade=0)), ("image.png", png(shade=1))]
