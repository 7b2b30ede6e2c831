"""The files of a folder, bounded and inside it: links out, pipes and giants are named, not read; zips are next door."""

import os
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from bot.core.errors import Invalid
from workers.retrieval.sources.feed import Entry

MEGABYTE = 1_000_000
MOST_FILES = 50_000
# What a repository or folder may hold besides what is read, until nobody looks through it any more.
MOST_SEEN = 500_000
# Folders with what others wrote, or machines.
OTHERS = frozenset({"node_modules", "__pycache__", "__MACOSX", "site-packages"})


@dataclass(frozen=True)
class Wanted:
    """What is read of a place: files with these endings, `largest` bytes each at most, below no folder of `without`."""

    endings: Collection[str]
    largest: Callable[[str], int]
    without: Collection[str] = OTHERS

    def reads(self, path: PurePosixPath) -> bool:
        """Whether a file is of a kind that is read; hidden ones are not."""
        return path.suffix.lower() in self.endings and not path.name.startswith(".")

    def enters(self, folder: str) -> bool:
        """Whether a folder of this name is looked into."""
        return not folder.startswith(".") and folder not in self.without

    def too_large(self, path: PurePosixPath, size: int) -> str:
        """What is the matter with a file of this many bytes, or nothing."""
        most = self.largest(path.suffix.lower())
        return f"It has {_megabytes(size)}; {_megabytes(most)} is the most that is read." if size > most else ""


@dataclass
class Files:
    """What a place holds; `problems` say of each file or folder left out why; `close` ends what was opened."""

    entries: list[Entry] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None


def files_below(root: Path, wanted: Wanted) -> Files:
    """What is wanted below a folder, by path. Raises Invalid when that is too much."""
    found, root = Files(), root.resolve()
    for item in _walk(root, wanted, found.problems):
        inside = named(item.path[len(str(root)) :].lstrip("/"))
        if why := _matter(item, root, wanted):
            found.problems[inside] = why
        elif not item.is_symlink():
            most = wanted.largest(Path(item.name).suffix.lower())
            found.entries.append(Entry(inside, partial(read_file, Path(item.path), most)))
            if len(found.entries) > MOST_FILES:
                raise too_many(root)
    if "." in found.problems:
        raise Invalid(f"{root.name} may not be read. Nothing was taken in.")
    found.entries.sort(key=lambda entry: entry.path)
    return found


def too_many(root: Path) -> Invalid:
    """The refusal of a place with more files than anybody looks through."""
    return Invalid(
        f"{root.name} holds more than {MOST_FILES:,} files to read. Nothing was taken in; name a folder inside it."
    )


def named(path: str) -> str:
    """A path as it may be kept and shown: what is no text in it, and what controls a terminal, is replaced."""
    sure = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in sure)


def read_file(path: Path, most: int) -> bytes:
    """The bytes of a regular file. Raises OSError for what has become something else, or larger, since it was seen."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as file:  # noqa: PTH123 - Path.open follows links and waits for pipes
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("it is not a regular file any more")
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError("it has grown meanwhile")
    return content


def _walk(root: Path, wanted: Wanted, problems: dict[str, str]) -> Iterator[os.DirEntry[str]]:
    """Files of wanted kinds, and links, whatever they lead to; os.walk would go as deep as the folders do."""
    waiting, seen = [str(root)], 0
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as items:
                for item in items:
                    seen += 1
                    if seen > MOST_SEEN:
                        raise too_many(root)
                    if item.is_dir(follow_symlinks=False):
                        waiting += [item.path] if wanted.enters(item.name) else []
                    elif wanted.reads(PurePosixPath(item.name)) or _leads_to_folder(item, wanted):
                        yield item
        except OSError as error:
            problems[named(folder[len(str(root)) :].lstrip("/")) or "."] = f"It cannot be read ({error.strerror})."


def _leads_to_folder(item: os.DirEntry[str], wanted: Wanted) -> bool:
    try:
        return item.is_symlink() and wanted.enters(item.name) and item.is_dir()
    except OSError:
        return False


def _matter(item: os.DirEntry[str], root: Path, wanted: Wanted) -> str:
    """Why a file or link cannot be read, or nothing; a link to another place inside is read there."""
    try:
        if item.is_symlink():
            inside = Path(item.path).resolve().is_relative_to(root)
            return "" if inside else "It is a link to a place outside, which is not followed."
        status = item.stat(follow_symlinks=False)
    except (OSError, RuntimeError) as error:
        return f"It cannot be read ({getattr(error, 'strerror', None) or 'a link to itself'})."
    if not stat.S_ISREG(status.st_mode):
        return "It is not a regular file."
    return wanted.too_large(PurePosixPath(item.name), status.st_size)


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f} MB".replace(".0 ", " ")
