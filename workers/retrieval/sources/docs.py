"""Documents as a source: Markdown, text, HTML, Word and PDF files of a folder or a zip export, or a single one."""

from functools import partial
from pathlib import Path, PurePosixPath

from bot.core.errors import Invalid
from workers.retrieval.markdown import cut, title_of
from workers.retrieval.sources.feed import Entry, Feed, Unreadable
from workers.retrieval.sources.files import Files, Wanted, files_below, named, read_file
from workers.retrieval.sources.reading import ENDINGS, Reader, largest
from workers.retrieval.sources.zips import files_in
from workers.retrieval.store import Item

_WANTED = Wanted(ENDINGS, largest)


def feed(location: str) -> Feed:
    """The documents at a path. Raises Invalid when there is none, or too much."""
    root = Path(location)
    files = _files(root)
    if not files.entries and not files.problems:
        files.close()
        raise Invalid(f"There is no document in {root} ({', '.join(sorted(ENDINGS))}). Nothing was taken in.")
    reader = Reader()

    def close() -> None:
        reader.close()
        files.close()

    return Feed(files.entries, partial(_item, reader), files.problems, close=close)


def _files(root: Path) -> Files:
    if root.is_dir():
        return files_below(root, _WANTED)
    if not root.is_file():
        raise Invalid(f"{root} is not there, or may not be read. Nothing was taken in.")
    if root.suffix.lower() == ".zip":
        return files_in(root, _WANTED)
    name = PurePosixPath(root.name)
    if name.suffix.lower() not in ENDINGS:
        raise Invalid(f"{name} is of no kind that can be read ({', '.join(sorted(ENDINGS))}). Nothing was taken in.")
    if why := _WANTED.too_large(name, root.stat().st_size):
        return Files(problems={named(root.name): why})
    return Files([Entry(named(root.name), partial(read_file, root, largest(name.suffix.lower())))])


def _item(reader: Reader, path: str, content: bytes) -> Item:
    name = PurePosixPath(path)
    text = reader.text(name.suffix.lower(), content)
    pieces = cut(text)
    if not pieces:
        raise Unreadable("It has no text in it.")
    return Item("document", path, title_of(text, name.stem.replace("-", " ").replace("_", " ")), pieces)
