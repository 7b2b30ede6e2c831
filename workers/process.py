"""Keeping processes together: children end with their parent, signals reach everyone; knows nothing of the work."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent is gone (Linux; elsewhere the supervisor's signal must do)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class Supervisor:
    """Keeps one subprocess per command running until it is told to stop; a dead one is started again."""

    def __init__(self, commands: Mapping[str, Sequence[str]], on_death: Callable[[str, int], None]) -> None:
        self._commands = commands
        self._on_death = on_death
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._stopping = False

    def run(self) -> int:
        """Block until SIGTERM or SIGINT; returns the exit status, 0 when everybody ended well."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        for name in self._commands:
            self._start(name)
        while not self._stopping:
            time.sleep(0.2)
            for name, child in list(self._children.items()):
                if child.poll() is not None and not self._stopping:
                    self._restart(name, child.returncode)
        return self._end()

    def _start(self, name: str) -> None:
        # Ctrl-C in a terminal reaches a whole group; in a session of their own the children hear it from us alone.
        self._children[name] = subprocess.Popen(  # noqa: S603 - the commands are our own
            self._commands[name],
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads here; the call cannot take a lock
        )
        self._started[name] = time.monotonic()

    def _restart(self, name: str, status: int) -> None:
        self._on_death(name, status)
        if time.monotonic() - self._started[name] < 5:
            time.sleep(2)
        if not self._stopping:
            self._start(name)

    def _stop(self, *_: object) -> None:
        self._stopping = True
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()

    def _end(self) -> int:
        deadline = time.monotonic() + 60
        for child in self._children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
        return 0
