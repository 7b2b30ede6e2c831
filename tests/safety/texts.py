"""The sentences of masking.toml, and what counts as found in them; no tests here."""

import tomllib
from functools import cache
from pathlib import Path

Text = tuple[str, list[str]]


@cache
def private(kind: str) -> list[Text]:
    """Sentences with what may not be seen in them; `kind` is secret or personal."""
    read = tomllib.loads((Path(__file__).parent / "masking.toml").read_text())[kind]
    return [(text.replace("~", ""), values) for text, values in read.items()]


@cache
def harmless() -> list[str]:
    """Sentences of which nothing may be lost."""
    lines: list[str] = tomllib.loads((Path(__file__).parent / "masking.toml").read_text())["harmless"]["lines"]
    return lines


def survives(value: str, masked: str) -> bool:
    """Whether a value, or a telling piece of one, can still be read."""
    piece = value[: max(len(value) * 2 // 3, 5)], value[-max(len(value) * 2 // 3, 5) :]
    return any(part in masked for part in piece)
