"""Documents of all kinds become Markdown, and what hangs, eats memory or is no document is named in a sentence."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.files import docx, pdf, zipped
from workers.reading import __main__ as process
from workers.retrieval.markdown import LONGEST, clean, cut, title_of
from workers.retrieval.sources import reading
from workers.retrieval.sources.feed import Unreadable
from workers.retrieval.sources.reading import Reader, decoded


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()
    yield made
    made.close()


def refused(reader: Reader, ending: str, content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        reader.text(ending, content)
    return str(caught.value)


def test_a_page_of_a_wiki(reader: Reader) -> None:
    """Of HTML the readable part stays, with its headings, lists and tables; words are quoted as they stand."""
    page = (
        "<html><head><title>Kitchens</title><style>p{}</style></head><body><nav>Home</nav><main><h2>Labels</h2>"
        "<p>Set <b>label_date_mode</b> to 2*3.</p><ul><li>One</li><li>Two</li></ul>"
        "<table><tr><th>Key</th><th>Value</th></tr><tr><td>a</td><td>b</td></tr></table>"
        "<script>alert(1)</script><img src='x.png'></main><footer>Imprint</footer></body></html>"
    )
    text = reader.text(".html", page.encode())
    assert title_of(text, "") == "Kitchens"
    assert [piece.heading for piece in cut(text)] == ["Kitchens > Labels"]
    assert "label_date_mode" in text
    assert "2*3" in text
    assert "| a | b |" in text
    assert not any(word in text for word in ("Home", "Imprint", "alert", "x.png"))


def test_a_word_file(reader: Reader) -> None:
    """Headings of Word are headings."""
    text = reader.text(".docx", docx(("Heading1", "Ovens"), ("", "They are hot.")))
    assert [(piece.heading, piece.text) for piece in cut(text)] == [("Ovens", "They are hot.")]


def test_a_pdf_file(reader: Reader) -> None:
    """Each page of a PDF is a section with its number."""
    found = cut(reader.text(".pdf", pdf("Ovens are hot", "Panels are cold")))
    assert [(piece.heading, piece.text) for piece in found] == [
        ("Page 1", "Ovens are hot"),
        ("Page 2", "Panels are cold"),
    ]


def test_locked_and_damaged_files(reader: Reader) -> None:
    """What is locked, damaged, empty or something else is told apart, and the process goes on with the next file."""
    assert refused(reader, ".pdf", pdf("secret", password="sesame")) == "It is locked with a password."
    whole = pdf("a page")
    for broken in (whole[: len(whole) // 2], b"%PDF-1.7\n" + os.urandom(2_000), b"", b"no pdf at all"):
        assert refused(reader, ".pdf", broken).startswith("It is damaged")
    assert refused(reader, ".pdf", pdf("")) == "It has no text in it, only pictures."
    assert refused(reader, ".docx", b"PK\3\4 cut short").startswith("It is damaged")
    assert refused(reader, ".docx", zipped({"word/other.xml": "<a/>"})).startswith("It is damaged")
    assert refused(reader, ".html", b"<html><body><script>app()</script></body></html>") == "It has no text in it."
    assert "fine" in reader.text(".html", b"<p>fine</p>")


def test_what_hangs_is_given_up(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF that takes minutes costs as many seconds as there is patience; the next file is read."""
    monkeypatch.setattr(reading, "PATIENCE", 1.0)
    slow = pdf("x", content=b"BT /F1 12 Tf " + b"(a) Tj 1 0 0 1 1 1 cm " * 400_000 + b"ET")
    begun = time.monotonic()
    assert refused(reader, ".pdf", slow) == "Reading it took longer than 1 seconds."
    assert time.monotonic() - begun < 5
    monkeypatch.undo()
    assert "fine" in reader.text(".html", b"<p>fine</p>")


def test_what_eats_memory_is_given_up(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Word file that unpacks to far more ends at the limit of the process that reads it; the next file is read."""
    monkeypatch.setattr(reading, "MEMORY", 200_000_000)
    bomb = docx(*[("", "")] * 120_000)
    assert len(bomb) < 50_000
    for ending, content in ((".docx", bomb), (".html", b"<p>a</p>" * 250_000)):
        assert refused(reader, ending, content).endswith(("too large to be read.", "too damaged to be read."))
    assert "fine" in reader.text(".html", b"<p>fine</p>")


def test_a_process_that_dies_is_replaced(reader: Reader) -> None:
    """When the process is gone (a parser crashed, the kernel needed memory), its file is named and the next is read."""
    reader.text(".html", b"<p>fine</p>")
    assert reader._child is not None
    reader._child.kill()
    assert refused(reader, ".html", b"<p>fine</p>") == "It is too large or too damaged to be read."
    assert "fine" in reader.text(".html", b"<p>fine</p>")


def test_deeply_nested_html(reader: Reader) -> None:
    """HTML of a hundred thousand levels is refused, not a crash."""
    assert "too" in refused(reader, ".html", b"<div>" * 100_000 + b"text" + b"</div>" * 100_000)
    assert "fine" in reader.text(".html", b"<div>" * 100 + b"fine")


def test_nothing_is_run_from_where_it_is_started(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder with modules of its own, in which somebody takes documents in, runs nothing of them."""
    for name in ("json.py", "bs4.py", "workers.py"):
        (tmp_path / name).write_text("open('was-here', 'w')\nraise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    assert "fine" in reader.text(".html", b"<p>fine</p>")
    assert not (tmp_path / "was-here").exists()


def test_the_limits_of_the_process() -> None:
    """What a library raises becomes a sentence; what is spent is not asked again."""
    assert process.answer(".pdf", b"")["problem"].startswith("It is damaged")
    assert process.answer(".html", b"<div>" * 5_000)["spent"] is True
    assert process.answer(".py", b"def a():\n    pass\n") == {"definitions": [("a", 0, 1)]}


def test_encodings() -> None:
    """Text in any usual encoding is read; a broken byte costs one character; what is no text is refused."""
    words = "Die Öfen heizen für die Küche. " * 20
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert decoded(words.encode(encoding)).strip() == words.strip(), encoding
    assert decoded(words.encode() + b"\xff" + words.encode()).count("Ö") == 40
    assert decoded(b"a\0b") == "ab"
    assert clean("a\ud800b") == "a?b"
    for content in (os.urandom(5_000), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20):
        with pytest.raises(Unreadable):
            decoded(content)
    begun = time.monotonic()
    with pytest.raises(Unreadable):
        decoded(os.urandom(3_000_000))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 500_000,
        "# a" + " " * 1_000_000 + "b",
        "#" + "\t#" * 500_000,
        "\n" * 500_000,
        "- \n" * 200_000,
        "a. " * 700_000,
        "x" * 2_000_000,
        "# " + "word " * 200_000 + "\n\ntext\n\n" * 1_000,
        "1" * 1_000_000,
        "```\n" * 300_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    """Text made to be slow is cut in seconds, and no heading is repeated over many passages at length."""
    begun = time.monotonic()
    pieces = cut(text)
    title_of(text, "")
    assert time.monotonic() - begun < 10
    assert all(len(piece.text) <= LONGEST and len(piece.heading) < 1_300 for piece in pieces)


def test_marks_of_headings() -> None:
    """Marks at the end of a heading are no words, but those of a name are; a line that is too long is text."""
    assert [piece.heading for piece in cut("# C#\n\na\n\n## F# ##\n\nb\n\n###### \t Six\n\nc")] == [
        "C#",
        "C# > F#",
        "C# > F# > Six",
    ]
    assert cut("# " + "long " * 100)[0].heading == ""
