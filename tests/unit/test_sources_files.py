"""Folders and zips from strangers: what is read is inside, bounded and named; the rest has a sentence."""

import ctypes
import os
import subprocess
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.core.errors import Invalid
from tests.support.files import lying_zip, zipped
from workers.retrieval.sources import code, docs, files, zips
from workers.retrieval.sources.feed import Feed, Unreadable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "wiki"
    made.mkdir()
    (made / "fine.md").write_text("# Fine\n\nIt is fine.")
    return made


def paths(feed: Feed) -> list[str]:
    feed.close()
    return [entry.path for entry in feed.entries]


@contextmanager
def without_rights() -> Iterator[None]:
    """This thread may not read what its owner locked, even where root runs the tests."""
    capabilities = (ctypes.c_uint32 * 6)()
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.capget(header, capabilities) == 0
    kept = capabilities[0]
    # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, of what is in effect.
    capabilities[0] = kept & ~0b110
    assert libc.capset(header, capabilities) == 0
    try:
        yield
    finally:
        capabilities[0] = kept
        assert libc.capset(header, capabilities) == 0


def test_what_is_not_entered(folder: Path) -> None:
    """Hidden files and folders, and those of other people's code, are left out without a word."""
    for name in (".git/a.md", ".hidden.md", "node_modules/a.md", "more/deep/b.md", "picture.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("# A")
    found = docs.feed(str(folder))
    assert paths(found) == ["fine.md", "more/deep/b.md"]
    assert found.problems == {}


def test_links(folder: Path, tmp_path: Path) -> None:
    """Links out of the folder are named, links inside it are no second file, and one to itself is no hang."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "plans.md").write_text("# Plans")
    (folder / "plans.md").symlink_to(tmp_path / "secret" / "plans.md")
    (folder / "secret").symlink_to(tmp_path / "secret")
    (folder / "again.md").symlink_to("fine.md")
    (folder / "round").symlink_to(".")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "gone.md").symlink_to("nothing.md")
    found = docs.feed(str(folder))
    assert paths(found) == ["fine.md"]
    outside = "It is a link to a place outside, which is not followed."
    assert {path: why for path, why in found.problems.items() if path != "loop.md"} == {
        "plans.md": outside,
        "secret": outside,
    }
    assert "cannot be read" in found.problems["loop.md"]


def test_a_file_that_becomes_a_link(folder: Path, tmp_path: Path) -> None:
    """What is swapped between looking and reading is not followed, and what grows is not read."""
    (tmp_path / "secret.md").write_text("# Plans")
    (folder / "grows.md").write_text("# A")
    found = {entry.path: entry for entry in docs.feed(str(folder)).entries}
    (folder / "fine.md").unlink()
    (folder / "fine.md").symlink_to(tmp_path / "secret.md")
    with (folder / "grows.md").open("wb") as file:
        file.truncate(10**9)
    for path in ("fine.md", "grows.md"):
        with pytest.raises(OSError, match=r"symbolic links|grown"):
            found[path].read()


def test_pipes_giants_and_locked_folders(folder: Path) -> None:
    """A pipe is not waited for, a PDF of 200 MB not read, a locked folder named; the rest is there."""
    os.mkfifo(folder / "pipe.md")
    with (folder / "giant.pdf").open("wb") as file:
        file.truncate(200_000_000)
    (folder / "locked").mkdir()
    (folder / "locked").chmod(0)
    begun = time.monotonic()
    with without_rights():
        found = docs.feed(str(folder))
        (folder / "locked").chmod(0o755)
        folder.chmod(0)
        with pytest.raises(Invalid, match="may not be read"):
            docs.feed(str(folder))
        folder.chmod(0o755)
    assert time.monotonic() - begun < 5
    assert paths(found) == ["fine.md"]
    assert found.problems == {
        "pipe.md": "It is not a regular file.",
        "giant.pdf": "It has 200 MB; 50 MB is the most that is read.",
        "locked": "It cannot be read (Permission denied).",
    }


def test_folders_deeper_than_anybody_goes(folder: Path) -> None:
    """A thousand and more folders inside each other are gone through, and what is too deep is named."""
    handle = os.open(folder, os.O_RDONLY)
    for _ in range(2_200):
        os.mkdir("d", dir_fd=handle)
        below = os.open("d", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)
    found = docs.feed(str(folder))
    assert paths(found) == ["fine.md"]
    assert list(found.problems.values()) == ["It cannot be read (File name too long)."]
    # What tidies up after tests goes less deep.
    subprocess.run(["rm", "-rf", folder], check=True)


def test_names_that_are_no_text(folder: Path) -> None:
    """Bytes that are no text, and what would steer a terminal, are replaced in names; the file is read all the same."""
    (folder / os.fsdecode(b"caf\xe9.md")).write_text("# A")
    (folder / "red\x1b[31m.md").write_text("# B")
    found = docs.feed(str(folder))
    assert [entry.read() for entry in found.entries if "caf" in entry.path] == [b"# A"]
    assert paths(found) == ["caf�.md", "fine.md", "red�[31m.md"]


def test_single_files_and_nothing(folder: Path, tmp_path: Path) -> None:
    """One file may be taken in; no document, no file and a file of another kind each give a sentence."""
    assert paths(docs.feed(str(folder / "fine.md"))) == ["fine.md"]
    (folder / "picture.png").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    for path in (tmp_path / "empty", tmp_path / "none", folder / "picture.png", tmp_path / "pipe.md"):
        with pytest.raises(Invalid, match="Nothing was taken in"):
            docs.feed(str(path))
    for path in (tmp_path / "empty", tmp_path / "none", folder / "fine.md"):
        with pytest.raises(Invalid, match="Nothing was taken in"):
            code.feed(str(path))


def test_a_zip_export(tmp_path: Path) -> None:
    """Of a zip what is wanted is read; ways out, locked files, giants and zips inside are named, pictures ignored."""
    export = tmp_path / "export.zip"
    names = ["b/fine.md", "a.md", "../../etc/passwd.md", "/root/a.md", "..\\up.md"]
    names += ["more.zip", "x.png", "__MACOSX/a.md"]
    export.write_bytes(zipped(dict.fromkeys(names, "# A") | {"giant.md": b"x" * 3_000_001}))
    with zipfile.ZipFile(export, "a") as archive:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    found = docs.feed(str(export))
    assert [(entry.path, entry.read()) for entry in found.entries] == [("a.md", b"# A"), ("b/fine.md", b"# A")]
    found.close()
    outside = "It points to a place outside the zip, which is not followed."
    assert found.problems == {
        **dict.fromkeys(["../../etc/passwd.md", "/root/a.md", "..\\up.md", "link.md"], outside),
        "more.zip": "It is a zip inside a zip, which is not opened.",
        "giant.md": "It has 3 MB; 3 MB is the most that is read.",
    }


def test_zip_bombs(tmp_path: Path) -> None:
    """A zip that would unpack to a gigabyte is refused at once, one that lies while it is read, both cheaply."""
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(20):
            archive.writestr(f"{number}.html", bytes(49_000_000))
    assert bomb.stat().st_size < 4_900_000
    tracemalloc.start()
    with pytest.raises(Invalid, match=r"would unpack to 980 MB.*Nothing was taken in"):
        docs.feed(str(bomb))
    liar = tmp_path / "liar.zip"
    liar.write_bytes(lying_zip("a.md", bytes(60_000_000), says=1_000))
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    found = docs.feed(str(liar))
    with pytest.raises(Unreadable, match="damaged in the zip"):
        found.entries[0].read()
    assert tracemalloc.get_traced_memory()[1] - before < 5_000_000
    tracemalloc.stop()


def test_broken_zips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no zip, is cut short, or lists too many files is refused; a damaged file in it is named alone."""
    export = tmp_path / "export.zip"
    whole = zipped({"a.md": "# A" * 1_000, "b.md": "# B"})
    for content in (b"", b"no zip", whole[:-30], whole[:50]):
        export.write_bytes(content)
        with pytest.raises(Invalid, match=r"cannot be opened as a zip.*Nothing was taken in"):
            docs.feed(str(export))
    export.write_bytes(whole[:45] + b"\xff\xff" + whole[47:])
    found = docs.feed(str(export))
    with pytest.raises(Unreadable, match="damaged in the zip"):
        found.entries[0].read()
    assert found.entries[1].read() == b"# B"
    monkeypatch.setattr(zips, "_LIST", 70)
    with pytest.raises(Invalid, match="list of files is too long"):
        docs.feed(str(export))


def test_a_folder_of_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain folder and a zip with too many files are refused like a repository."""
    monkeypatch.setattr(files, "MOST_FILES", 20)
    monkeypatch.setattr(zips, "MOST_FILES", 20)
    for number in range(21):
        (tmp_path / f"{number}.md").write_text("# A")
    export = tmp_path / "export.zip"
    export.write_bytes(zipped({f"{number}.md": "# A" for number in range(21)}))
    for path in (tmp_path, export):
        with pytest.raises(Invalid, match="Nothing was taken in"):
            docs.feed(str(path))
