"""The house rules a machine can check: sizes, homes of things, docstrings, docs that do not lie."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("*.py", "*.html", "*.css", "*.js", "*.mako")


@cache
def tracked(*patterns: str) -> list[Path]:
    """Files that git has or would take (new ones count before they are committed)."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted({ROOT / name for name in names if (ROOT / name).is_file()})


def product() -> list[Path]:
    return [path for path in tracked("*.py") if path.parts[len(ROOT.parts)] in ("bot", "workers")]


def named(paths: list[str]) -> str:
    return "\n".join(paths)


def test_no_file_is_over_300_lines() -> None:
    """A longer file is a room to divide by what it is about; finished migrations are history and stay."""
    long = [
        f"{path.relative_to(ROOT)}: {count}"
        for path in tracked(*CODE)
        if "migrations/versions" not in str(path) and (count := len(path.read_text().splitlines())) > 300
    ]
    assert not long, named(long)


def test_every_module_says_what_lives_there() -> None:
    """Each module begins with a docstring, except empty package markers."""
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py")
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent, named(silent)


def test_every_test_says_what_it_shows() -> None:
    """Each test function has a docstring that states the behaviour."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in tracked("tests/**/test_*.py", "tests/test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert not silent, named(silent)


HOMES = {
    r"\.commit\(": ("migrations/",),
    r"os\.environ|os\.getenv": ("tests/", "deploy/sandbox/"),
    r"datetime\.now\(|utcnow\(|date\.today\(": ("bot/core/clock.py",),
    r"chat_postMessage|chat_update|chat_postEphemeral|chat_delete": ("workers/notify/", "tests/"),
    r"load_dotenv": (),
}


@pytest.mark.parametrize("pattern", HOMES)
def test_things_stay_in_their_homes(pattern: str) -> None:
    """Commits, the environment, the clock and posting to Slack each have one home."""
    strays = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in product()
        if not str(path.relative_to(ROOT)).startswith(HOMES[pattern])
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert not strays, named(strays)


def test_every_ignore_has_its_reason() -> None:
    """A noqa or type: ignore names its rule and says why."""
    bare = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in tracked("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (found := re.search(r"# (noqa|type: ignore)(.*)", line))
        and "re.search" not in line
        and not re.search(r"^(: [A-Z]+\d+(, [A-Z]+\d+)*|\[[a-z-]+(, ?[a-z-]+)*\])\s+(#|-)\s*\S+ \S+", found[2])
    ]
    assert not bare, named(bare)


def test_the_repo_speaks_of_the_product_alone() -> None:
    """No registry host, no path of a building machine, no third-party file."""
    hosts = r"py" + r"pi\.org|python" + r"hosted|npm" + r"js\.org|deb\.deb" + r"ian"
    strays = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix not in (".png", ".svg")
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if re.search(hosts, line) or re.search(r"(^|[^A-Za-z0-9_./-])/(wo" + r"rk|fa" + r"rm)/", line)
    ]
    assert not strays, named(strays)
    vendored = tracked("*.min.js", "*.min.css", "*.whl", "*.gguf", "*.onnx", "uv.lock", "package-lock.json")
    assert not vendored, named([str(path) for path in vendored])


def test_imports_run_one_way() -> None:
    """The contracts of pyproject.toml hold."""
    run = subprocess.run([str(ROOT / ".venv/bin/lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
