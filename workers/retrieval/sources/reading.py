"""What the bytes of a file say: plain text is decoded here, all else is read by a process that may be lost."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from charset_normalizer import from_bytes

import workers
from workers.reading import documents, outline
from workers.reading.documents import LONGEST_TEXT
from workers.retrieval.markdown import clean
from workers.retrieval.sources.feed import Unreadable
from workers.retrieval.sources.files import MEGABYTE

PLAIN = frozenset({".md", ".markdown", ".txt"})
ENDINGS = PLAIN | documents.ENDINGS
# Bytes of one file.
LARGEST_PLAIN, LARGEST_BINARY = 3 * MEGABYTE, 50 * MEGABYTE
# Bytes of address space of the process that reads.
MEMORY = 1_500_000_000
# Seconds that reading one document, and one file of code, may take.
PATIENCE, CODE_PATIENCE = 60.0, 10.0
# Bytes that an encoding is guessed from.
_SAMPLE = 100_000


def largest(ending: str) -> int:
    """How many bytes a document with this ending may have."""
    return LARGEST_PLAIN if ending in PLAIN else LARGEST_BINARY


class Reader:
    """Reads one file after the other; to be closed."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def text(self, ending: str, content: bytes) -> str:
        """A document as Markdown. Raises Unreadable with a sentence."""
        return decoded(content) if ending in PLAIN else clean(str(self._ask(ending, content, PATIENCE)["text"]))

    def definitions(self, ending: str, code: str) -> list[outline.Definition]:
        """What code defines; nothing for a language without a grammar, and for what its grammar cannot cope with."""
        if ending not in outline.ENDINGS:
            return []
        try:
            told = self._ask(ending, code.encode(), CODE_PATIENCE)
        except Unreadable:
            return []
        return [(clean(name), first, last) for name, first, last in told["definitions"]]

    def close(self) -> None:
        """End the process."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _ask(self, ending: str, content: bytes, seconds: float) -> dict[str, Any]:
        child = self._child = self._child or _started()
        assert child.stdin is not None
        assert child.stdout is not None
        head = json.dumps({"ending": ending, "size": len(content), "seconds": seconds}).encode()
        try:
            child.stdin.write(head + b"\n" + content)
            child.stdin.flush()
            told: dict[str, Any] = json.loads(child.stdout.readline())
        except (OSError, ValueError):
            # It is gone, or about to be.
            self._child = None
            child.stdout.close()
            if child.wait() == -signal.SIGALRM:
                raise Unreadable(f"Reading it took longer than {seconds:.0f} seconds.") from None
            raise Unreadable("It is too large or too damaged to be read.") from None
        if told.get("spent"):
            self.close()
        if "problem" in told:
            raise Unreadable(told["problem"])
        return told


def _started() -> subprocess.Popen[bytes]:
    # `-m` looks for modules where it is started: not in a folder that strangers may have filled.
    return subprocess.Popen(  # noqa: S603 - our own module, with nothing from outside
        [sys.executable, "-m", "workers.reading", str(MEMORY)],
        cwd=Path(workers.__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def decoded(content: bytes) -> str:
    """Bytes as text: UTF-8, even a little damaged, or what they look like. Raises Unreadable for what is no text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _guessed(content)
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"It has more than {LONGEST_TEXT:,} characters of text.")
    return clean(text)


def _guessed(content: bytes) -> str:
    """Text that is not quite UTF-8, or not at all."""
    text = content.decode("utf-8-sig", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    if broken * 10 < sum(character > "\x7f" for character in text):
        return text
    guess = from_bytes(content[:_SAMPLE]).best()
    if guess is None or (b"\0" in content[:_SAMPLE] and not guess.bom):
        raise Unreadable("It is not text, or in no known encoding; save it as UTF-8.")
    return content.decode(guess.encoding, "replace")
