"""The process that reads: a line of JSON (`ending`, `size`, `seconds`) and the bytes in, a line of JSON out.

Its argument is how many bytes of memory it may have.
A reply holds `text` (of a document), `definitions` (of code: name, first and last line from 0) or a `problem`. What
hangs ends with this process after `seconds`; what eats memory ends with a `problem`, or with this process.
"""

import contextlib
import json
import resource
import signal
import sys
from typing import IO, Any

from workers.reading import documents, outline


def answer(ending: str, content: bytes) -> dict[str, Any]:
    """What to say about one file; `spent` when this process should not be asked again."""
    try:
        if ending in outline.ENDINGS:
            return {"definitions": outline.definitions(content, ending)}
        return {"text": documents.text_of(ending, content)}
    except documents.Unreadable as error:
        return {"problem": str(error)}
    except (MemoryError, RecursionError):
        return {"problem": "It is too deeply nested or too large to be read.", "spent": True}
    except Exception as error:  # noqa: BLE001 - these libraries raise anything at all for a damaged file
        return {"problem": f"It is damaged or not what its name says ({type(error).__name__})."}


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer until there are no more requests."""
    for line in iter(requests.readline, b""):
        asked = json.loads(line)
        content = requests.read(asked["size"])
        # The signal ends this process even in the middle of a library written in C.
        signal.setitimer(signal.ITIMER_REAL, asked["seconds"])
        told = json.dumps(answer(asked["ending"], content)).encode()
        signal.setitimer(signal.ITIMER_REAL, 0)
        replies.write(told + b"\n")
        replies.flush()


if __name__ == "__main__":
    # macOS refuses a limit below what is mapped already; there the time limit has to do.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
    # Ctrl-C is for whoever asks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = sys.stdout.buffer
    # What libraries print must not get between the replies.
    sys.stdout = sys.stderr
    serve(sys.stdin.buffer, out)
