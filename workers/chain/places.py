"""Where an engineer may look: the files and symbols of the code that a thread speaks of, each with the reason.

Never a path that is not in the index, and never what to change there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from workers.chain.words import content_words, normal
from workers.retrieval import Found

MOST = 3
# Names in code as people write them: in backticks, or of several parts.
_NAMED = re.compile(r"`([^`\n]{3,80})`|\b(\w+(?:\.\w+)+|[a-z]+_\w+|\w*[a-z\d][A-Z]\w*)\b")
# Messages as people repeat them.
_SAID = re.compile(r"[\"“„«`']([^\"”“»`'\n]{12,160})[\"”“»`']")
_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])|[\W_]+")
# Words of a thread that a file's path or a symbol's name must have where nothing is named.
_ENOUGH = 3
_BY_WORDS = 3  # the least sure of the reasons
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|spec|__tests__)(?:/|$)|(?:^|[/_.])(?:test|spec)[_.]|[_.](?:test|spec)\.", re.IGNORECASE
)


@dataclass(frozen=True)
class Place:
    """A passage of code and why it is worth a look, as a person reads it."""

    found: Found
    why: str


def places(found: Iterable[Found], said: str) -> list[Place]:
    """The passages of code that a thread gives a reason for, surest first, one a symbol; tests only where named."""
    named = {part.casefold() for name in _NAMED.findall(said) for part in _names("".join(name))}
    messages = [normal(message) for message in _SAID.findall(said) if " " in message.strip()]
    words = content_words(said)
    chosen: dict[tuple[str, str], tuple[int, Place]] = {}
    for one in found:
        rank, why = _reason(one, named, messages, words)
        key = (one.title, one.symbol)
        if why and (key not in chosen or chosen[key][0] > rank):
            chosen[key] = rank, Place(one, why)
    ranked = sorted(chosen.values(), key=lambda pair: pair[0])
    # Beside what is named, words in common are noise.
    return [place for rank, place in ranked if rank < _BY_WORDS or ranked[0][0] == _BY_WORDS][:MOST]


def _names(name: str) -> list[str]:
    """A name, and its last part where it has several: `Export.rows()` is also `rows`."""
    bare = name.strip().removesuffix("()")
    return [bare, bare.rsplit(".", 1)[-1]] if re.fullmatch(r"[\w.:/-]+", bare) else []


def _reason(one: Found, named: set[str], messages: list[str], words: set[str]) -> tuple[int, str]:
    """How sure it is (less is surer) and the reason; no reason: it is not worth a look."""
    path, code = PurePosixPath(one.title), normal(one.text)
    for name in (one.symbol, one.symbol.rsplit(".", 1)[-1]):
        if name and name.casefold() in named:
            return 0, f"the thread names {name}"
    for message in messages:
        if message in code:
            return 1, f"it holds the message “{message}”"
    if path.name.casefold() in named or str(path).casefold() in named:
        return 2, f"the thread names {path.name}"
    if _TESTS.search(one.title):
        return 9, ""
    spoken = [
        word.lower() for word in _CAMEL.split(f"{path.with_suffix('')} {one.symbol}") if content_words(word) & words
    ]
    shared = list(dict.fromkeys(spoken))
    return (_BY_WORDS, f"its name speaks of {', '.join(shared)}") if len(shared) >= _ENOUGH else (9, "")
