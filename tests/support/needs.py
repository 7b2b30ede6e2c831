"""What a test cannot do without: skipped where it is missing, a failure where CI counts on it."""

import os

import pytest


def needs(present: bool, sentence: str) -> None:  # noqa: FBT001  # reads like an assertion
    """End the test with `sentence` unless what it needs is `present`."""
    if not present:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop(sentence)
