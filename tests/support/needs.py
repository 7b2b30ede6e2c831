"""What a test cannot do without: skipped where it is missing, a failure where CI counts on it."""

import os
from pathlib import Path

import pytest

# Where `make model` puts the embedder.
EMBEDDER = Path(__file__).parents[2] / "var" / "embedder"


def needs(present: bool, sentence: str) -> None:  # noqa: FBT001  # reads like an assertion
    """End the test with `sentence` unless what it needs is `present`."""
    if not present:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop(sentence)


def needs_embedder() -> str:
    """The folder of the embedder, as INKLING_EMBEDDER takes it."""
    there = all((EMBEDDER / name).exists() for name in ("model.onnx", "tokenizer.json"))
    needs(there, "the embedder is not here: `make model` fetches it")
    return str(EMBEDDER)
