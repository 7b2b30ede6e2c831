"""Taking a source in: again it costs nothing, what stays keeps its id, what is gone disappears, trouble is named."""

import os
from pathlib import Path

import pytest
from dulwich import porcelain
from sqlalchemy import select

from bot.core.db import transaction
from bot.core.errors import Invalid
from bot.core.models import Document, Passage, Source
from tests.flows.chain_world import rows
from tests.support.files import docx, pdf, zipped
from workers.base import Job
from workers.retrieval.sources import add_source, handle, refresh
from workers.retrieval.sources.code import feed as code_feed


def written(root: Path, **files: str) -> Path:
    """A folder with these files; `__` in a name stands for a folder, a dot comes last."""
    for name, content in files.items():
        path = root / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def source() -> Source:
    (found,) = rows(Source)
    assert isinstance(found, Source)
    return found


def passages() -> dict[str, int]:
    """Ids by text."""
    return {row.text: row.id for row in rows(Passage)}


def test_what_stays_keeps_its_id(database: str, tmp_path: Path) -> None:
    """Of a changed document only the changed passages are new; places move along; another's passages are untouched."""
    written(tmp_path, a="# A\n\n## One\n\nfirst\n\n## Two\n\nsecond\n\n## Three\n\nthird", b="# B\n\nfirst")
    source_id = add_source("docs", str(tmp_path))
    refresh(source_id)
    before = {(row.heading, row.text): row.id for row in rows(Passage)}
    written(tmp_path, a="# A\n\n## Zero\n\nnew\n\n## Three\n\nthird\n\n## One\n\nfirst\n\n## Two\n\nchanged")
    assert str(refresh(source_id)) == "0 added, 1 changed, 1 unchanged, 0 removed"
    after = {(row.heading, row.text): row.id for row in rows(Passage)}
    assert {key for key in before if after.get(key) == before[key]} == {
        ("A > One", "first"),
        ("A > Three", "third"),
        ("B", "first"),
    }
    assert set(after) - set(before) == {("A > Zero", "new"), ("A > Two", "changed")}
    with transaction() as session:
        order = select(Passage.heading).join(Document).where(Document.path == "a.md").order_by(Passage.position)
        assert list(session.scalars(order)) == ["A > Zero", "A > Three", "A > One", "A > Two"]


def test_every_kind_of_document(database: str, tmp_path: Path) -> None:
    """A folder of all kinds, and the same as a zip export, give the same documents."""
    contents = {
        "a.md": b"# A\n\na",
        "b.txt": b"just text",
        "c.html": b"<title>C</title><p>c</p>",
        "d.docx": docx(("Heading1", "D"), ("", "d")),
        "e_f.pdf": pdf("e"),
    }
    folder = tmp_path / "wiki"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    export = tmp_path / "wiki.zip"
    export.write_bytes(zipped(contents))
    for path in (folder, export):
        assert refresh(add_source("docs", str(path))).added == 5
    with transaction() as session:
        titles = session.execute(select(Source.name, Document.title).join(Document).order_by(Document.id)).all()
    expected = ["A", "b", "C", "D", "Page 1"]
    assert [tuple(row) for row in titles] == [(name, title) for name in ("wiki", "wiki.zip") for title in expected]


def test_what_cannot_be_read_is_named_and_stays(database: str, tmp_path: Path) -> None:
    """A document that breaks is named, and what was known of it stays; the rest is taken in; mended, it is read."""
    written(tmp_path, good="# Good", deep__x="# X\n\nx")
    (tmp_path / "some.pdf").write_bytes(pdf("a page"))
    source_id = add_source("docs", str(tmp_path))
    assert refresh(source_id).added == 2
    assert source().problems == {"good.md": "It has no text in it."}
    (tmp_path / "some.pdf").write_bytes(b"%PDF broken")
    written(tmp_path, good="# Good\n\nnow")
    assert str(refresh(source_id)) == "1 added, 0 changed, 1 unchanged, 0 removed"
    found = source()
    assert list(found.problems) == ["some.pdf"]
    assert found.outcome == {"added": 1, "changed": 0, "unchanged": 1, "removed": 0, "problems": 1}
    assert set(passages()) == {"now", "x", "a page"}
    (tmp_path / "some.pdf").unlink()
    assert refresh(source_id).removed == 1
    assert source().problems == {}


def test_a_folder_that_cannot_be_read_loses_nothing(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is below a folder that cannot be looked into today is not taken for deleted."""
    written(tmp_path, a="a", locked__deep__b="b")
    source_id = add_source("docs", str(tmp_path))
    refresh(source_id)
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert str(refresh(source_id)) == "0 added, 0 changed, 1 unchanged, 0 removed"
    assert list(source().problems) == ["locked"]
    assert set(passages()) == {"a", "b"}


def test_a_source_that_is_gone_keeps_what_is_known(database: str, tmp_path: Path) -> None:
    """A folder that is not there any more, or empty, is a failure with a sentence; nothing is forgotten."""
    folder = written(tmp_path / "wiki", a="a")
    source_id = add_source("docs", str(folder))
    refresh(source_id)
    (folder / "a.md").unlink()
    for _ in range(2):
        with pytest.raises(Invalid, match="Nothing was taken in"):
            refresh(source_id)
        assert source().state == "failed"
        assert "Nothing was taken in" in source().note
        assert set(passages()) == {"a"}
        if folder.exists():
            folder.rmdir()
    handle(Job({"source_id": source_id}, 1))
    assert source().state == "failed"


def test_names_that_no_index_takes(database: str, tmp_path: Path) -> None:
    """A path longer than an index of Postgres takes is named; text with NUL characters is kept without them."""
    export = tmp_path / "export.zip"
    export.write_bytes(zipped({f"{'ä' * 1_500}.md": "x", "a.md": "# A\0B\n\nc\0d"}))
    refresh(add_source("docs", str(export)))
    assert list(source().problems.values()) == ["Its name is too long."]
    assert [(row.heading, row.text) for row in rows(Passage)] == [("AB", "cd")]


def test_a_repository(database: str, tmp_path: Path) -> None:
    """The commit is kept, a file that did not change is not even read, and its lines move with the text above them."""
    with porcelain.init(str(tmp_path)):
        commit = committed(tmp_path, {"a.py": "def a():\n    return 1\n", "b.py": "def b():\n    return 2\n"})
        source_id = add_source("code", str(tmp_path), link="https://git.example/{commit}/{path}#L{line}")
        assert refresh(source_id).added == 2
        assert (source().commit, source().state) == (commit, "ready")
        before = passages()
        commit = committed(tmp_path, {"a.py": "import os\n\n\ndef a():\n    return 1\n"})
        # Without it, reading the file that stayed would fail.
        feed = code_feed(str(tmp_path))
        sha = next(entry.version for entry in feed.entries if entry.path == "b.py")
        feed.close()
        (tmp_path / ".git" / "objects" / sha[:2] / sha[2:]).unlink()
        assert str(refresh(source_id)) == "0 added, 1 changed, 1 unchanged, 0 removed"
        assert source().problems == {}
        assert source().commit == commit
    assert passages().items() >= before.items()
    assert {(row.symbol, row.line) for row in rows(Passage)} == {("", 1), ("a", 4), ("b", 1)}


def committed(root: Path, files: dict[str, str]) -> str:
    for name, content in files.items():
        (root / name).write_text(content)
    porcelain.add(str(root), [str(root / name) for name in files])
    return porcelain.commit(str(root), message=b"x", author=b"A <a@b.c>", committer=b"A <a@b.c>").decode()


def test_files_with_the_same_content(database: str, tmp_path: Path) -> None:
    """Copies are documents of their own, and empty files are known without a passage."""
    (tmp_path / "x").mkdir()
    for name in ("a.py", "x/a.py", "__init__.py", "x/__init__.py"):
        (tmp_path / name).write_text("" if "init" in name else "a = 1\n")
    source_id = add_source("code", str(tmp_path))
    assert refresh(source_id).added == 4
    assert len(rows(Passage)) == 2
    assert str(refresh(source_id)) == "0 added, 0 changed, 4 unchanged, 0 removed"
    assert source().problems == {}
