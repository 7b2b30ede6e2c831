"""The demo's processes: started in order, ended together, each with a log of its own; knows nothing of what they do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from workers.process import die_with_parent


class StartError(Exception):
    """A process did not come up; the message is a sentence and names its log."""


class Family:
    """Children of the demo. They live in sessions of their own, so Ctrl-C reaches only the demo, which ends them."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, module: str, arguments: Sequence[str], env: Mapping[str, str]) -> None:
        """Start `python -m module arguments`; its output goes to the log called `name`."""
        with (self._logs / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - called before any thread of the demo exists
            )
        self._children.append((name, child))

    def run(self, name: str, module: str, arguments: Sequence[str], env: Mapping[str, str]) -> str:
        """Run `python -m module arguments` to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], env=dict(env), capture_output=True, text=True, check=False
        )
        with (self._logs / f"{name}.log").open("a") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode != 0:
            last = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
            raise StartError(f"{name} failed: {last[-1]} (log: {self._logs / name}.log)")
        return done.stdout

    def dead(self) -> str | None:
        """The name of a child that has ended, if any."""
        return next((name for name, child in self._children if child.poll() is not None), None)

    def wait_for(self, name: str, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready()`; a child that dies meanwhile, or time running out, raises StartError."""
        end = time.monotonic() + seconds
        while not ready():
            if dead := self.dead():
                raise StartError(f"{dead} ended while starting: {self._last_words(dead)}")
            if time.monotonic() > end:
                raise StartError(f"{name} was not ready after {seconds:.0f} s (log: {self._logs / name}.log)")
            time.sleep(0.1)

    def _last_words(self, name: str) -> str:
        lines = (self._logs / f"{name}.log").read_text(errors="replace").strip().splitlines() or ["it said nothing"]
        return f"{lines[-1]} (log: {self._logs / name}.log)"

    def stop(self) -> None:
        """End everybody, the last started first, and wait; whoever does not listen is killed."""
        for _, child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
        end = time.monotonic() + 15
        for _, child in reversed(self._children):
            try:
                child.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._children.clear()
