"""Code is cut by what it defines: every line is kept once, under the right name, and its place is right."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Invalid
from bot.core.knowledge import check_link
from bot.core.models import Document, Passage, Source
from tests.support.samples import C_SHARP, CPP, GO, JAVA, PHP, PYTHON, RUBY, RUST, TYPED, C
from workers.reading import outline
from workers.retrieval.markdown import LONGEST, Cut
from workers.retrieval.places import place_of
from workers.retrieval.sources import reading
from workers.retrieval.sources.code import ENDINGS
from workers.retrieval.sources.reading import Reader
from workers.retrieval.sources.symbols import cut_code


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def cuts(reader: Reader, path: str, text: str) -> list[Cut]:
    return cut_code(text, path, reader.definitions(Path(path).suffix, text))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("shop.py", PYTHON, [(1, ""), (6, "Cart"), (11, "Cart.total"), (14, "Cart.total.one"), (17, "Cart.total"),
                             (19, "Cart.Line"), (20, "Cart.Line.__init__"), (24, "buy"), (31, "")]),
        ("panel.tsx", TYPED, [(1, ""), (3, "Button"), (10, "Panel"), (16, "Panel.onClick"), (20, "Panel.render"),
                              (26, "Props"), (30, "main"), (34, "exports.old")]),
        ("cart.go", GO, [(1, ""), (3, "Cart"), (8, "Cart.Total"), (13, "Stack.Push"), (17, "main")]),
        ("point.rs", RUST, [(1, ""), (3, "Point"), (10, "Point.fmt"), (16, "tests"), (17, "tests.works")]),
        ("Cart.java", JAVA, [(1, ""), (3, "Cart"), (7, "Cart.total"), (12, "Cart.Line"), (13, "Cart.Line.Line")]),
        ("stack.h", CPP, [(1, ""), (3, "Stack"), (6, "Stack.top"), (11, "Shop.find"), (15, "point")]),
        ("Cart.cs", C_SHARP, [(1, ""), (3, "Cart"), (8, "Cart.Total")]),
        ("cart.php", PHP, [(1, ""), (2, "Cart"), (3, "Cart.total"), (8, "buy")]),
        ("cart.rb", RUBY, [(1, "Shop"), (2, "Shop.Cart"), (3, "Shop.Cart.total"), (8, "Shop.Cart.empty")]),
        ("color.c", C, [(1, "names"), (6, "color"), (10, "")]),
        ("old.js", "function* count() {\n  yield 1\n}\n", [(1, "count")]),
        ("shop.sql", "select 1;\n\nselect 2;\n", [(1, "")]),
    ],
)  # fmt: skip
def test_what_code_defines(reader: Reader, path: str, text: str, expected: list[tuple[int, str]]) -> None:
    """Each passage names its innermost definition, with the comments and decorators above it, and its first line."""
    found = cuts(reader, path, text)
    assert [(piece.line, piece.symbol) for piece in found] == expected
    assert all(piece.heading == (f"{path} > {piece.symbol}" if piece.symbol else path) for piece in found)


def assert_whole(text: str, found: list[Cut]) -> None:
    """Nothing is lost or doubled, nothing is too long, and each passage begins on the line that it says."""
    assert "".join("".join(piece.text.split()) for piece in found) == "".join(text.split())
    lines = text.split("\n")
    for piece in found:
        assert 0 < len(piece.text) <= LONGEST
        assert piece.line is not None
        assert piece.text.split("\n")[0].strip() in lines[piece.line - 1]


_CODE = st.lists(
    st.sampled_from([
        "def a():", "    pass",
        "class B:", "    def c(self):", "        return 1", "@x", "# why", "", "}", "end",
        "x" * 950, "function f() {", "const g = () => {", "});", "impl T for S {", "fn h() {", "struct s {", "};",
        "/* a", "*/", "'''", "\t", "é", "\r", "\u2028", "func (c *C) D() {", "template <class T>", "<?php", "#[test]",
        "export default",
    ]),
    max_size=60,
).map("\n".join)  # fmt: skip


@given(_CODE | st.text(st.characters(exclude_categories=["Cs"]), max_size=2_000), st.sampled_from(sorted(ENDINGS)))
def test_every_line_is_kept_once(text: str, ending: str) -> None:
    """Whatever the text and the language, the passages together are the text."""
    found = outline.definitions(text.encode(), ending) if ending in outline.ENDINGS else []
    assert_whole(text, cut_code(text, f"a{ending}", found))


def test_real_code_is_kept_whole(reader: Reader) -> None:
    """The files of a real project are kept whole, nearly all of it inside definitions."""
    inside = total = 0
    for path in sorted(Path("bot").rglob("*.py")) + sorted(Path("workers").rglob("*.py")):
        text = path.read_text()
        found = cuts(reader, str(path), text)
        assert_whole(text, found)
        inside += sum(len(piece.text) for piece in found if piece.symbol)
        total += len(text)
    assert inside > total * 0.6


def test_code_that_makes_the_parser_slow(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that no grammar copes with in time is cut by its lines alone; the next file has its names again."""
    monkeypatch.setattr(reading, "CODE_PATIENCE", 0.5)
    text = "f'{" * 160_000
    begun = time.monotonic()
    assert reader.definitions(".ts", text) == []
    assert time.monotonic() - begun < 5
    monkeypatch.undo()
    assert reader.definitions(".py", "def a():\n    pass\n") == [("a", 0, 1)]


def test_deep_code(reader: Reader) -> None:
    """Thousands of functions inside each other take no long, and no name grows with them."""
    text = "function deep() {\n" * 8_000 + "}\n" * 8_000
    begun = time.monotonic()
    found = cuts(reader, "deep.js", text)
    assert time.monotonic() - begun < 10
    assert_whole(text, found)
    assert max(len(piece.heading) for piece in found) < 1_000


def place(link: str, *, commit: str = "", path: str = "a.py", line: int | None = None, url: str = "") -> str:
    source = Source(kind="code", location="/x", link=link, commit=commit)
    return place_of(source, Document(path=path, url=url), Passage(line=line))


def test_places() -> None:
    """A pattern is filled with what belongs in an address; without one, or without its commit, the own address is."""
    link = "https://git.example/app/blob/{commit}/{path}#L{line}"
    assert place(link, commit="abc", path="src/a b#1?.py", line=7) == (
        "https://git.example/app/blob/abc/src/a%20b%231%3F.py#L7"
    )
    assert place(link, commit="abc") == "https://git.example/app/blob/abc/a.py#L1"
    assert place(link, url="https://x.example") == "https://x.example"
    assert place("", url="https://x.example") == "https://x.example"
    assert place("") == ""
    assert place("https://wiki.example/{path}", path="Küche/öfen.md") == (
        "https://wiki.example/K%C3%BCche/%C3%B6fen.md"
    )
    assert place("https://wiki.example/{path}", path="{line}") == "https://wiki.example/%7Bline%7D"


def test_patterns_of_places() -> None:
    """Only web addresses with the three known parts are patterns."""
    check_link("https://git.example/{commit}/{path}#L{line}")
    check_link("")
    for link in ("javascript:alert(1)", "git.example/{path}", "https://x.example/{file}", "https://x.example/{}"):
        with pytest.raises(Invalid, match="no pattern"):
            check_link(link)
