"""`inkling eval` over the bakery's reports on real parts; what is lost here is a loss of the chain."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from deploy.sandbox.services import Services
from tests.flows.chain_world import scripted
from workers.evals import Result
from workers.evals.result import Score, Share

BAKERY = Path(__file__).with_name("bakery.jsonl")


def evaluate(servers: Services, out: Path, *flags: str, **env: str) -> tuple[int, str]:
    """Exit status, and all it said."""
    ours = ("OPENAI_", "INKLING_", "DATABASE_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = [sys.executable, "-m", "workers.cli", "eval", str(BAKERY), "--out", str(out), *flags]
    ended = subprocess.run(
        command, env=kept | {"DATABASE_URL": servers.database_url} | env, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


def databases(servers: Services) -> int:
    """How many databases of evaluations there are."""
    with psycopg.connect(servers.database_url.replace("+psycopg", "")) as connection:
        row = connection.execute("select count(*) from pg_database where datname like 'inkling_eval_%'").fetchone()
        assert row is not None
        return int(row[0])


def figures(out: Path) -> dict[str, float | None]:
    return {name: share.value for name, share in Result.load(out / "result.json").totals().items()}


def test_without_a_model(servers: Services, tmp_path: Path) -> None:
    """The kept figures hold, nothing withdrawn is stated, no secret stands in a ticket, and nothing is left behind."""
    status, said = evaluate(servers, tmp_path)
    assert status == 0, said
    found = figures(tmp_path)
    assert found["ends in review"] == found["kind"] == found["number of tickets"] == 1.0
    assert found["traps stated"] == found["unsupported statements"] == found["secrets in the ticket"] == 0.0
    assert found["more than 3 questions or 2 rounds"] == 0.0
    assert (found["key facts kept"] or 0) >= 0.8, said
    assert (found["missing items asked"] or 0) >= 0.75, said
    assert databases(servers) == 0
    page = (tmp_path / "page.html").read_text()
    assert "b-2" in page


@pytest.mark.parametrize("parallel", ["1", "3"])
def test_with_a_model_and_against_an_earlier_result(servers: Services, tmp_path: Path, parallel: str) -> None:
    """Calls and tokens are counted; compared with itself nothing changed; a lost fact is named."""
    with scripted() as model:
        env = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "k"}
        status, said = evaluate(servers, tmp_path / "one", "--parallel", parallel, **env)
        assert status == 0, said
        assert Result.load(tmp_path / "one" / "result.json").cost()["calls"] >= 2
        against = str(tmp_path / "one" / "result.json")
        status, said = evaluate(servers, tmp_path / "two", "--only", "b-1", "--against", against, **env)
    assert status == 0, said
    assert "1/1 b-1" in said
    assert not any(line.startswith(("worse", "better")) for line in said.splitlines()), said


def test_beside_a_single_prompt_and_judged(servers: Services, tmp_path: Path) -> None:
    """Both versions have every figure, in the table and on the page; the judge's are marked as a model's."""
    with scripted() as model:
        env = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "k"}
        flags = ("--baseline", "single-prompt", "--judge", "--only", "b-2", "--model", "some-model")
        status, said = evaluate(servers, tmp_path, *flags, **env)
        sent = model.bodies()
    assert status == 0, said
    chain, single = (Result.load(tmp_path / name) for name in ("result.json", "single-prompt.json"))
    assert single.totals().keys() == chain.totals().keys()
    assert (single.cost()["calls"], single.version) == (1.0, "single-prompt")
    assert all(share.of == 4 for share in chain.rubric().values())
    assert {body["model"] for body in sent} == {"some-model"}
    assert "rubric: title (by model)" in said
    page = (tmp_path / "page.html").read_text()
    assert page.count(">single-prompt<") >= 2
    assert '<td class="quiet">model</td>' in page


def test_a_loss_fails_when_it_is_asked_to(servers: Services, tmp_path: Path) -> None:
    """A figure that is worse than in the earlier result is named, and the exit status is 1."""
    Result("bakery.jsonl", "m", {"b-1": Score({"traps stated": Share(-1, 1)}, [])}).save(tmp_path / "old.json")
    flags = ("--only", "b-1", "--against", str(tmp_path / "old.json"), "--fail-on-loss")
    status, said = evaluate(servers, tmp_path, *flags)
    assert (status, "loss  traps stated: -1.000 -> 0.000" in said) == (1, True), said


@pytest.mark.parametrize(
    ("flags", "env", "words"),
    [
        (("--only", "nobody"), {}, "None of these reports"),
        ((), {"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        (("--against", str(BAKERY)), {}, "no result of `inkling eval`"),
        (("--fail-on-loss",), {}, "needs --against"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    servers: Services, tmp_path: Path, flags: tuple[str, ...], env: dict[str, str], words: str
) -> None:
    """No trace, and exit status 1."""
    status, said = evaluate(servers, tmp_path, *flags, **env)
    assert (status, words in said, "Traceback" in said) == (1, True, False), said


def test_learning_shortens_the_reviewers_work(servers: Services, tmp_path: Path) -> None:
    """With rules accepted as they appear, a reviewer of fixed habits changes less in the second half than without."""
    status, said = evaluate(servers, tmp_path, "--learning")
    assert status == 0, said
    without, learned = json.loads((tmp_path / "learning.json").read_text())["replays"]
    assert learned["second_half"] < 0.7 * without["second_half"], said
    assert learned["second_half"] < learned["first_half"]
    assert without["rules"] == []
    assert any(text.startswith("Keep titles to 5 words.") for text in learned["rules"])
    assert len(learned["changed"]) == len(without["changed"]) >= 9
    page = (tmp_path / "learning.html").read_text()
    assert page.count("<polyline") == 2
    assert databases(servers) == 0
