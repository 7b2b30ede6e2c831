"""Prompts do not change under a version's name: what was measured once stays what it was."""

import hashlib
import json

from workers.chain.context import PROMPTS
from workers.chain.flow import CHANGE_FLOW, FLOW
from workers.llm import load

LOCK = PROMPTS / "lock.json"


def present() -> dict[str, str]:
    """Each prompt file with the SHA-256 of its content."""
    files = sorted(PROMPTS.rglob("*.md"))
    return {file.relative_to(PROMPTS).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_a_locked_prompt_is_never_changed() -> None:
    """A changed prompt is a new version: write v<N+1>.md, name it in the flow and add its hash to lock.json."""
    assert present() == json.loads(LOCK.read_text())


def test_every_prompt_of_the_flow_can_be_read() -> None:
    """Each prompt that a step names exists and has both its parts."""
    for step in (*FLOW, *CHANGE_FLOW):
        for name in [*step.prompts.values(), *step.with_learned.values()]:
            assert load(PROMPTS, name).system
            assert "{" in load(PROMPTS, name).user
