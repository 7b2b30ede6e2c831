"""Starts, watches and ends one server process for its owner; knows nothing of what the server serves."""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

STOP_SECONDS = 15.0
LOG_BYTES = 5_000_000
TAKEN_BY_HABIT = frozenset({5432, 6379})
NOBODY = 65534
PR_SET_PDEATHSIG = 1

T = TypeVar("T")
Progress = Callable[[str], None]


class ServiceError(Exception):
    """An embedded service could not be had; the message is a sentence for the person who started it."""


class InUse(ServiceError):
    """Another process already owns this folder."""


class PortTaken(ServiceError):
    """Someone took the port between choosing it and binding it; try the next one."""


@dataclass(frozen=True)
class Account:
    """Who the servers run as. Postgres refuses uid 0, so root runs them inside a user namespace, or as `uid`."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None

    def own(self, path: Path) -> None:
        """Give `path` to this account."""
        if self.uid is not None:
            os.chown(path, self.uid, self.uid)

    def identity(self) -> dict[str, Any]:
        """Arguments for subprocess that start a program as this account."""
        return {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}


def account() -> Account:
    """The account that Postgres accepts here, without creating users or changing permissions of anything else."""
    if os.geteuid() != 0:
        return Account()
    prefix = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
    if shutil.which("unshare") and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
        return Account(prefix=prefix)
    return Account(uid=NOBODY)


def free_port() -> int:
    """A loopback TCP port nobody listens on, never one that a person's own Postgres or Redis would use."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in TAKEN_BY_HABIT:
            return port


def on_free_port(run: Callable[[int], T]) -> T:
    """Call `run(port)`, with another port when someone was quicker to bind it; gives up after five."""
    for _ in range(4):
        try:
            return run(free_port())
        except PortTaken:
            continue
    return run(free_port())


def own_folder(var: Path) -> BinaryIO:
    """Lock `var` for this process until the returned file is closed. Raises InUse when another process holds it."""
    lock = (var / "owner.lock").open("a+b")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        pid = lock.read().decode().strip()
        lock.close()
        holder = f"process {pid}" if pid else "another process"
        raise InUse(f"{var} is in use by {holder}. Stop that one first, or choose another folder.") from None
    write_pid(lock, os.getpid())
    return lock


def write_pid(lock: BinaryIO, pid: int) -> None:
    """Note in the lock file who holds it."""
    lock.seek(0)
    lock.truncate()
    lock.write(str(pid).encode())
    lock.flush()


def server_lock(path: Path, stop_signal: signal.Signals) -> BinaryIO:
    """Lock `path` for a server to inherit, ending first a server whose owner died without stopping it.

    The server and all its children keep the inherited lock until the last of them is gone, so a held lock proves that
    the process id inside it is still ours to stop, and a free lock proves that nothing works on the data any more.
    """
    lock = path.open("a+b")
    started = time.monotonic()
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            lock.truncate(0)
            return lock
        except BlockingIOError:
            waited = time.monotonic() - started
        if waited > 2 * STOP_SECONDS:
            lock.close()
            raise ServiceError(f"A server from an earlier run still works in {path.parent} and does not stop.")
        lock.seek(0)
        pid = lock.read().strip()
        if pid:
            end_process(int(pid), stop_signal if waited < STOP_SECONDS else signal.SIGKILL)
        time.sleep(0.1)


def end_process(pid: int, how: signal.Signals) -> None:
    """Signal a process that may be gone already."""
    with suppress(ProcessLookupError):
        os.kill(pid, how)


def die_with_owner(how: signal.Signals) -> Callable[[], None] | None:
    """What the child runs before exec so that Linux signals it when its owner is gone, however that came about.

    The signal follows the thread that started the child (prctl(2), PR_SET_PDEATHSIG), hence the main thread only.
    Elsewhere a server left behind is ended by `server_lock` at the next start.
    """
    if not sys.platform.startswith("linux"):
        return None
    if threading.current_thread() is not threading.main_thread():
        raise ServiceError("The embedded services have to be started from the main thread.")
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)


@dataclass
class Server:
    """One running server: `popen` leads its own session, so Ctrl-C in a terminal reaches only the owner."""

    name: str
    popen: "subprocess.Popen[bytes]"
    stop_signal: signal.Signals
    log: Path
    log_start: int

    def words(self) -> str:
        """What this server has logged since it was started."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return log.read().decode(errors="replace")

    def check(self) -> None:
        """Raise a sentence when the server has ended while it should be starting."""
        if self.popen.poll() is not None:
            raise explain(self.name, self.words(), self.log)

    def stop(self) -> None:
        """End it cleanly within 15 seconds, else by force."""
        if self.popen.poll() is None:
            self.popen.send_signal(self.stop_signal)
        try:
            self.popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()


def explain(name: str, words: str, log: Path) -> ServiceError:
    """Turn the end of a server's log into a sentence that says what to do."""
    lower = words.lower()
    if "address already in use" in lower:
        return PortTaken(f"{name} found its port taken each time it tried. Start again, or look at {log}.")
    if "no space left on device" in lower:
        return ServiceError(
            f"{name} could not start: the disk that holds {log.parent.parent} is full. Free some space."
        )
    if "permission denied" in lower:
        return ServiceError(
            f"{name} may not use its files (see {log}). Run as a normal user, or choose another folder."
        )
    if "database files are incompatible" in lower:
        return ServiceError(f"The data beside {log.parent} was written by another version of {name}. Move it away.")
    tail = "\n".join(words.strip().splitlines()[-5:])
    return ServiceError(f"{name} stopped while starting. The end of {log}:\n{tail}")


def launch(
    name: str,
    command: Sequence[str | Path],
    *,
    who: Account,
    stop_signal: signal.Signals,
    folder: Path,
    config: str = "",
) -> Server:
    """Start `command` in its data `folder` (var/NAME), with `config` on standard input and its log in var/log."""
    var, log_path = folder.parent, folder.parent / "log" / f"{folder.name}.log"
    if log_path.exists() and log_path.stat().st_size > LOG_BYTES:
        log_path.replace(log_path.with_suffix(".log.1"))
    with server_lock(var / f"{folder.name}.lock", stop_signal) as lock, log_path.open("ab") as log:
        log_start = log.tell()
        try:
            popen = subprocess.Popen(
                [*who.prefix, *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(lock.fileno(),),
                preexec_fn=die_with_owner(stop_signal),  # noqa: PLW1509 - one prctl call, no locks taken
                cwd=folder,
                **who.identity(),
            )
        except PermissionError as error:
            raise ServiceError(f"{name} could not be started: {error}. Run as a normal user.") from None
        write_pid(lock, popen.pid)
        server = Server(name, popen, stop_signal, log_path, log_start)
    assert popen.stdin is not None
    with popen.stdin as stdin:
        stdin.write(config.encode())
    return server


def wait_until(ready: Callable[[], bool], server: Server, words: str, seconds: float = 60.0) -> None:
    """Wait for `words` in the log, then ask `ready` every 20 ms until it says yes.

    The log comes first because a stranger may be answering on the port that our server is about to find taken.
    Raises ServiceError when the server ends or takes too long.
    """
    deadline = time.monotonic() + seconds
    while words not in server.words() or not ready():
        server.check()
        if time.monotonic() > deadline:
            raise ServiceError(f"{server.name} did not answer within {seconds:.0f} seconds. See {server.log}.")
        time.sleep(0.02)
