"""The files of a zip export, bounded: nothing is unpacked to disk, and no word of the zip about itself is trusted."""

import io
import stat
import zipfile
import zlib
from functools import partial
from pathlib import Path, PurePosixPath

from bot.core.errors import Invalid
from workers.retrieval.sources.feed import Entry, Unreadable
from workers.retrieval.sources.files import MEGABYTE, MOST_FILES, Files, Wanted, named, too_many

# Bytes that may be unpacked in all, and how many times the size of the zip: text shrinks to a tenth, bombs to a
# thousandth.
UNPACKED, RATIO = 1_000 * MEGABYTE, 200
# Bytes of a zip's list of files; each takes about 150.
_LIST = 16 * MEGABYTE
# What `zipfile` raises for what is damaged, locked or packed in a way that it does not know.
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


class _Bounded(io.FileIO):
    """A file of which nobody reads a list of millions of files at once."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > _LIST:
            raise zipfile.BadZipFile("its list of files is too long")
        return super().read(size) or b""


def files_in(path: Path, wanted: Wanted) -> Files:
    """What is wanted of a zip, by path; to be closed. Raises Invalid for one that is broken, or a bomb."""
    try:
        archive = zipfile.ZipFile(_Bounded(path))
    except _BROKEN as error:
        raise Invalid(f"{path.name} cannot be opened as a zip ({error}). Nothing was taken in.") from error
    found = Files(close=archive.close)
    # Where a name is given twice, the later one counts, as for everybody who unpacks it.
    infos = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
    kept = {name: info for name, info in sorted(infos.items()) if _is_kept(found, name, info, wanted)}
    unpacked = sum(info.file_size for info in kept.values())
    if len(kept) > MOST_FILES or unpacked > min(UNPACKED, RATIO * max(path.stat().st_size, MEGABYTE)):
        archive.close()
        if len(kept) > MOST_FILES:
            raise too_many(path)
        raise Invalid(
            f"{path.name} would unpack to {unpacked / MEGABYTE:,.0f} MB, which no export of documents does. "
            "Nothing was taken in."
        )
    found.entries = [Entry(named(name), partial(_unpacked, archive, info)) for name, info in kept.items()]
    return found


def _is_kept(found: Files, name: str, info: zipfile.ZipInfo, wanted: Wanted) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.suffix.lower() == ".zip":
        found.problems[named(name)] = "It is a zip inside a zip, which is not opened."
    elif not wanted.reads(path):
        return False
    elif path.is_absolute() or ".." in path.parts or stat.S_ISLNK(info.external_attr >> 16):
        found.problems[named(name)] = "It points to a place outside the zip, which is not followed."
    elif not all(map(wanted.enters, path.parts[:-1])):
        return False
    elif info.flag_bits & 0x1:
        found.problems[named(name)] = "It is locked with a password."
    elif why := wanted.too_large(path, info.file_size):
        found.problems[named(name)] = why
    else:
        return True
    return False


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry, never more than it says to have: then they are not those it says to have, either."""
    try:
        with archive.open(info) as file:
            return file.read(info.file_size)
    except _BROKEN as error:
        raise Unreadable(f"It is damaged in the zip ({error or type(error).__name__}).") from error
