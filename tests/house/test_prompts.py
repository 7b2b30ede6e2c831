"""Prompts do not change under a version's name: what was measured once stays what it was."""

import hashlib
import json
from pathlib import Path

import pytest

from bot.core.redact import Masker
from workers.chain.context import PROMPTS
from workers.chain.flow import CHANGE_FLOW, FLOW
from workers.evals import baseline
from workers.inquiries import by_model
from workers.llm import load

FOLDERS = (PROMPTS, baseline.PROMPTS, by_model.PROMPTS)


def present(folder: Path) -> dict[str, str]:
    """Each prompt file with the SHA-256 of its content."""
    files = sorted(folder.rglob("*.md"))
    return {file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_a_locked_prompt_is_never_changed(folder: Path) -> None:
    """A changed prompt is a new version: write v<N+1>.md, name it in the flow and add its hash to lock.json."""
    assert present(folder) == json.loads((folder / "lock.json").read_text())


def test_every_prompt_of_the_flow_can_be_read() -> None:
    """Each prompt that a step names exists and has both its parts."""
    for step in (*FLOW, *CHANGE_FLOW):
        for name in [*step.prompts.values(), *step.with_learned.values()]:
            assert load(PROMPTS, name).system
            assert "{" in load(PROMPTS, name).user


def test_the_masker_leaves_prompts_alone() -> None:
    """What we write ourselves holds nothing that looks private, so that what is masked came from outside."""
    for folder in FOLDERS:
        for name in present(folder):
            prompt = load(folder, name.removesuffix(".md"))
            assert Masker().mask(f"{prompt.system}\n{prompt.user}") == f"{prompt.system}\n{prompt.user}", name
