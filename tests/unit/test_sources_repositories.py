"""Repositories and code from strangers: the last commit is read, bounded; what is broken or generated is named."""

import os
import time
import tracemalloc
from pathlib import Path

import pytest
from dulwich import porcelain
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

from bot.core.errors import Invalid
from workers.retrieval.sources import code
from workers.retrieval.sources.feed import Feed, Unreadable


def commit(repository: Repo, tree: Tree) -> Commit:
    """A commit of a tree that is in the repository; the branch stands at it."""
    repository.object_store.add_object(tree)
    made = Commit()
    made.tree = tree.id
    made.author = made.committer = b"A <a@example.com>"
    made.author_time = made.commit_time = made.author_timezone = made.commit_timezone = 0
    made.message = b"x"
    repository.object_store.add_object(made)
    repository.refs[Ref(b"refs/heads/master")] = made.id
    repository.refs.set_symbolic_ref(Ref(b"HEAD"), Ref(b"refs/heads/master"))
    return made


def blob(repository: Repo, content: bytes) -> ObjectID:
    made = Blob.from_string(content)
    repository.object_store.add_object(made)
    return made.id


def test_a_repository(tmp_path: Path) -> None:
    """The files of the last commit are read, not what lies around; links and other people's folders are left out."""
    repository = porcelain.init(str(tmp_path))
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("a = 1\n")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "b.py").write_text("b = 1\n")
    (tmp_path / "c.py").symlink_to("/etc/passwd")
    porcelain.add(str(tmp_path), [str(tmp_path / name) for name in ("src/a.py", "vendor/b.py", "c.py")])
    made = porcelain.commit(str(tmp_path), message=b"x", author=b"A <a@b.c>", committer=b"A <a@b.c>")
    (tmp_path / "src" / "a.py").write_text("a = 2\n")
    (tmp_path / "d.py").write_text("d = 1\n")
    found = code.feed(str(tmp_path))
    assert [(entry.path, entry.read()) for entry in found.entries] == [("src/a.py", b"a = 1\n")]
    assert found.commit == made.decode()
    found.close()
    repository.close()


def test_repositories_that_are_too_much(tmp_path: Path) -> None:
    """A hundred thousand files, and a few trees that stand for billions, are refused within seconds."""
    with porcelain.init(str(tmp_path)) as repository:
        one = blob(repository, b"a = 1\n")
        tree = Tree()
        for number in range(100_000):
            tree.add(b"%06d.py" % number, 0o100644, one)
        commit(repository, tree)
        begun = time.monotonic()
        with pytest.raises(Invalid, match=r"more than 50,000 files.*Nothing was taken in"):
            code.feed(str(tmp_path))
        tree = Tree()
        tree.add(b"a.txt", 0o100644, one)
        for _ in range(12):
            repository.object_store.add_object(tree)
            above = Tree()
            for number in range(10):
                above.add(b"%d" % number, 0o40000, tree.id)
            tree = above
        commit(repository, tree)
        with pytest.raises(Invalid, match="Nothing was taken in"):
            code.feed(str(tmp_path))
    assert time.monotonic() - begun < 30


def test_damaged_repositories(tmp_path: Path) -> None:
    """Without a commit, with a part missing or broken, a repository gives a sentence; a broken file is named alone."""
    with porcelain.init(str(tmp_path)) as repository:
        with pytest.raises(Invalid, match="no commit yet"):
            code.feed(str(tmp_path))
        tree = Tree()
        tree.add(b"a.py", 0o100644, blob(repository, b"a = 1\n"))
        tree.add(b"gone.py", 0o100644, ObjectID(b"1" * 40))
        commit(repository, tree)
        found = code.feed(str(tmp_path))
        assert found.entries[0].read() == b"a = 1\n"
        with pytest.raises(Unreadable, match="does not give it"):
            found.entries[1].read()
        found.close()
        path = tmp_path / ".git" / "objects" / tree.id[:2].decode() / tree.id[2:].decode()
        path.chmod(0o644)
        path.write_bytes(b"broken")
        with pytest.raises(Invalid, match=r"is damaged.*Nothing was taken in"):
            code.feed(str(tmp_path))


def test_a_giant_in_a_pack(tmp_path: Path) -> None:
    """A file that a pack holds as kilobytes and that has hundreds of megabytes is named without being unpacked."""
    with porcelain.init(str(tmp_path)) as repository:
        tree = Tree()
        tree.add(b"a.py", 0o100644, blob(repository, b"a = 1\n"))
        tree.add(b"giant.py", 0o100644, blob(repository, bytes(100_000_000)))
        commit(repository, tree)
        repository.object_store.pack_loose_objects()
    tracemalloc.start()
    found = code.feed(str(tmp_path))
    assert found.entries[0].read() == b"a = 1\n"
    with pytest.raises(Unreadable, match=r"It has 100 MB; 0\.5 MB is the most"):
        found.entries[1].read()
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()
    found.close()


def made(feed: Feed, content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        feed.make("a.py", content)
    return str(caught.value)


def test_code_that_nobody_wrote(tmp_path: Path) -> None:
    """Minified, generated and giant files, and what is no text, are named and not taken in."""
    (tmp_path / "a.py").write_text("a = 1\n")
    feed = code.feed(str(tmp_path))
    assert "too long" in made(feed, b"a=1;" * 10_000)
    assert "generated" in made(feed, b"# Generated by the compiler.  DO NOT EDIT!\na = 1\n")
    assert "generated" in made(feed, b"# @generated\na = 1\n")
    assert made(feed, b"a = 1\n" * 100_000) == "It has 0.6 MB; 0.5 MB is the most that is read."
    assert "not text" in made(feed, os.urandom(2_000))
    item = feed.make("a.py", b"# Bericht f\xfcr K\xfcchen\r\ndef a():\r\n    pass\r\n")
    assert [(piece.symbol, piece.line, piece.text) for piece in item.pieces] == [
        ("a", 1, "# Bericht für Küchen\ndef a():\n    pass")
    ]
    assert feed.make("empty.py", b"").pieces == []
    feed.close()
