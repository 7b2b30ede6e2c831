"""A repository as a source: the files of its last commit, or of a plain folder, cut by what they define."""

import re
import stat
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import cast

from dulwich.errors import NotGitRepository
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.repo import Repo

from bot.core.errors import InklingError, Invalid
from workers.reading import outline
from workers.retrieval.sources.feed import Entry, Feed, Unreadable
from workers.retrieval.sources.files import (
    MEGABYTE,
    MOST_FILES,
    MOST_SEEN,
    OTHERS,
    Files,
    Wanted,
    files_below,
    named,
    too_many,
)
from workers.retrieval.sources.reading import Reader, decoded
from workers.retrieval.sources.symbols import cut_code
from workers.retrieval.store import Item

# Read by lines alone.
_BY_LINES = {".sql", ".sh", ".bash", ".ps1", ".vue", ".svelte", ".kt", ".kts", ".swift", ".scala", ".groovy", ".dart"}
_BY_LINES |= {".ex", ".exs", ".erl", ".clj", ".hs", ".lua", ".pl", ".pm", ".r", ".jl", ".m", ".proto", ".graphql"}
ENDINGS = outline.ENDINGS | _BY_LINES
LARGEST = MEGABYTE // 2
_WITHOUT = OTHERS | {"vendor", "third_party", "dist", "build", "target", "venv"}
_WANTED = Wanted(ENDINGS, lambda _: LARGEST, _WITHOUT)
# Characters a line has on average in files that people write; generated and packed ones have far longer lines.
_LONG_LINE = 300
# What generators write at the top of a file.
_GENERATED = re.compile(r"@generated\b|\bgenerated\b[^\n]{0,200}\bdo not (?:edit|modify)\b", re.IGNORECASE)
_TOP = 1_000
# Bytes of a path in a repository; longer ones are made to break something.
_LONGEST_PATH = 1_000


def feed(location: str) -> Feed:
    """The code at a path. Raises Invalid when there is none, or too much."""
    root = Path(location)
    if not root.is_dir():
        raise Invalid(f"{root} is not there, or is no folder. Nothing was taken in; name a folder of code.")
    files, commit = _files(root)
    if not files.entries and not files.problems:
        files.close()
        raise Invalid(f"There is no code in {root} that can be read. Nothing was taken in.")
    reader = Reader()

    def close() -> None:
        reader.close()
        files.close()

    return Feed(files.entries, partial(_item, reader), files.problems, commit, close)


def _files(root: Path) -> tuple[Files, str]:
    """The files, and the commit they are of where there is one."""
    try:
        repository = Repo(str(root))
    except NotGitRepository:
        return files_below(root, _WANTED), ""
    except Exception as error:
        raise Invalid(f"The repository {root} cannot be opened ({error}). Nothing was taken in.") from error
    # A loose object that unpacks to more than any code is a bomb.
    repository.object_store.loose_object_size_limit = 16 * MEGABYTE
    try:
        head = cast("Commit", repository[repository.head()])
        blobs = sorted(_blobs(repository, head.tree, root))
    except Exception as error:
        repository.close()
        if isinstance(error, InklingError):
            raise
        # Of a damaged repository dulwich raises anything.
        why = "has no commit yet, or lacks part of it" if isinstance(error, KeyError) else "is damaged"
        raise Invalid(f"The repository {root} {why}. Nothing was taken in.") from error
    entries = [Entry(path, partial(_read, repository, sha), sha.decode()) for path, sha in blobs]
    return Files(entries, close=repository.close), head.id.decode()


def _read(repository: Repo, sha: ObjectID) -> bytes:
    try:
        if why := _WANTED.too_large(PurePosixPath(), _packed_size(repository, sha)):
            raise Unreadable(why)
        return cast("Blob", repository[sha]).data
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(f"The repository does not give it ({type(error).__name__}).") from error


def _packed_size(repository: Repo, sha: ObjectID) -> int:
    """Bytes that an object of a pack unpacks to (of a delta: it has itself), as git-scm.com/docs/pack-format says."""
    for pack in repository.object_store.packs:
        if sha in pack:
            with Path(pack.data.path).open("rb") as file:
                file.seek(pack.index.object_offset(sha))
                first, *rest = file.read(10)
            size, shift = first & 0x0F, 4
            for last, byte in zip([first, *rest], rest, strict=False):
                if not last & 0x80:
                    break
                size, shift = size | (byte & 0x7F) << shift, shift + 7
            return size
    return 0


def _blobs(repository: Repo, tree: ObjectID, root: Path) -> Iterator[tuple[str, ObjectID]]:
    """Path and id of each file of code; links and repositories inside are left out, other folders not even opened."""
    # A few trees may stand for billions of files; each is read once.
    entries = lru_cache(maxsize=1_000)(lambda sha: list(cast("Tree", repository[sha]).items()))
    waiting, seen, found = [(b"", tree)], 0, 0
    while waiting:
        above, sha = waiting.pop()
        for item in entries(sha):
            path = above + item.path
            name, seen = named(item.path.decode("utf-8", "surrogateescape")), seen + 1
            if stat.S_ISDIR(item.mode) and _WANTED.enters(name) and len(path) < _LONGEST_PATH:
                waiting.append((path + b"/", item.sha))
            elif stat.S_ISREG(item.mode) and _WANTED.reads(PurePosixPath(name)):
                found += 1
                yield named(path.decode("utf-8", "surrogateescape")), item.sha
            if found > MOST_FILES or seen > MOST_SEEN:
                raise too_many(root)


def _item(reader: Reader, path: str, content: bytes) -> Item:
    if why := _WANTED.too_large(PurePosixPath(path), len(content)):
        raise Unreadable(why)
    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > _LONG_LINE * (text.count("\n") + 1):
        raise Unreadable("Its lines are too long to be written by people.")
    if _GENERATED.search(text, 0, _TOP):
        raise Unreadable("It says that it is generated.")
    return Item("code", path, path, cut_code(text, path, reader.definitions(PurePosixPath(path).suffix.lower(), text)))
