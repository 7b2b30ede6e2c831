"""The Trello sandbox as a process of its own: it says where it is, keeps its boards on disk, and starts with a past."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

HEADER = {"Authorization": 'OAuth oauth_consumer_key="k", oauth_token="t"'}


@contextmanager
def running(state: Path, *more: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The sandbox started by its command line: its address and its process."""
    command = [sys.executable, "-m", "deploy.sandbox.trello", "--port", "0", "--state", str(state)]
    command += ["--key", "k", "--secret", "s", "--token", "t", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith("trello sandbox: http://127.0.0.1:"), line
            yield line.split()[-1], process
        finally:
            process.kill()


def get(url: str, path: str) -> Any:
    return requests.get(f"{url}/1{path}", headers=HEADER, timeout=5).json()


def board(url: str) -> Any:
    return get(url, "/members/me/boards")[0]


def inbox(url: str) -> str:
    return str(next(row["id"] for row in get(url, f"/boards/{board(url)['id']}/lists") if row["name"] == "Inbox"))


def make(url: str, name: str) -> Any:
    values = {"idList": inbox(url), "name": name}
    return requests.post(f"{url}/1/cards", json=values, headers=HEADER, timeout=5).json()


@pytest.mark.parametrize(("end", "pause"), [(signal.SIGTERM, 0.0), (signal.SIGKILL, 1.0)])
def test_what_was_made_is_there_after_a_restart(tmp_path: Path, end: signal.Signals, pause: float) -> None:
    """A polite end loses nothing; a hard one loses at most the last half second."""
    state = tmp_path / "deep" / "trello.json"
    with running(state) as (url, process):
        card = make(url, "Kept")
        time.sleep(pause)
        process.send_signal(end)
        process.wait(timeout=10)
    with running(state) as (url, _):
        assert [row["id"] for row in get(url, f"/lists/{inbox(url)}/cards")] == [card["id"]]
        assert get(url, f"/cards/{card['shortLink']}")["name"] == "Kept"


def test_the_default_board_has_a_past(tmp_path: Path) -> None:
    """Roomquill's board has its five lists, its labels, and cards that were made and moved long ago."""
    with running(tmp_path / "s.json") as (url, _):
        found = board(url)
        lists = get(url, f"/boards/{found['id']}/lists")
        assert (found["name"], [row["name"] for row in lists]) == (
            "Roomquill product",
            ["Inbox", "Ready", "Doing", "Done", "Declined"],
        )
        labels = {row["name"] for row in get(url, f"/boards/{found['id']}/labels")}
        assert {"bug", "idea", "feedback"} <= labels
        cards = get(url, f"/boards/{found['id']}/cards")
        assert 6 <= len(cards) <= 8
        assert all(int(card["id"][:8], 16) < time.time() - 86400 for card in cards)


def test_a_seed_of_ones_own(tmp_path: Path) -> None:
    """--seed replaces the default board."""
    seed = tmp_path / "seed.json"
    card = {"name": "First", "list": "Now", "created": 1}
    mine = {"name": "Mine", "lists": ["Now"], "labels": [], "cards": [card]}
    seed.write_text(json.dumps({"members": [{"username": "bot", "fullName": "Bot"}], "boards": [mine]}))
    with running(tmp_path / "s.json", "--seed", str(seed)) as (url, _):
        assert [row["name"] for row in get(url, f"/boards/{board(url)['id']}/cards")] == ["First"]


def test_a_state_file_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    """The sandbox refuses to start on it, with a sentence, and does not overwrite it."""
    state = tmp_path / "s.json"
    state.write_text("my shopping list")
    command = [sys.executable, "-m", "deploy.sandbox.trello", "--port", "0", "--state", str(state)]
    done = subprocess.run(
        [*command, "--key", "k", "--secret", "s", "--token", "t"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "is not a state file of the Trello sandbox" in done.stderr
    assert state.read_text() == "my shopping list"


def test_reset_goes_back_to_the_seed(tmp_path: Path) -> None:
    """POST /_control/reset forgets cards, faults and the log."""
    with running(tmp_path / "s.json") as (url, _):
        make(url, "Gone soon")
        requests.post(f"{url}/_control/reset", timeout=5).raise_for_status()
        assert requests.get(f"{url}/_control/requests", timeout=5).json() == []
        assert get(url, f"/lists/{inbox(url)}/cards") == []
