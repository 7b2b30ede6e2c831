"""Docs do not lie: what is made from code is as the code says."""

import pytest

from tests.house import docs


@pytest.mark.parametrize("path", docs.BLOCKS)
def test_generated_parts_are_fresh(path: str) -> None:
    """Settings, commands and the state diagram in the docs equal the code; else run `python -m tests.house.docs`."""
    assert (docs.ROOT / path).read_text() == docs.rendered(path)


def test_the_manifest_is_fresh() -> None:
    """The Slack manifest in docs/ asks for just what the code listens to and uses."""
    assert docs.MANIFEST.read_text() == docs.manifest()


def test_readme_names_only_targets_that_exist() -> None:
    """Every `make x` in the docs is a target of the Makefile."""
    import re

    targets = set(re.findall(r"^([a-z]+):", (docs.ROOT / "Makefile").read_text(), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"`make ([a-z]+)`", (docs.ROOT / name).read_text()))
        assert named <= targets, f"{name}: {named - targets}"
