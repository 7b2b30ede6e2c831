"""The packaged embedder: the vectors that its makers publish, alike for what is meant alike, and no surprises."""

import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from bot.core.errors import ConfigurationError
from tests.support.needs import EMBEDDER, needs_embedder
from workers.retrieval.embedding import embedder, embedder_called
from workers.retrieval.embedding.packaged import Packaged, packaged

PAIRS = (
    ("The label printer prints yesterday's date.", "Wrong day on the stickers that come out of the printer."),
    ("Let me export invoices as a spreadsheet.", "We want to download our bills in Excel."),
    ("The app logs me out every few minutes.", "I have to sign in again and again."),
)


@pytest.fixture
def model() -> Packaged:
    return packaged(needs_embedder())


def likeness(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_it_agrees_with_sentence_transformers(model: Packaged) -> None:
    """The model card of all-MiniLM-L6-v2 shows the first numbers for two sentences; 8 bits stay close to them."""
    first, second = model.embed(["This is an example sentence", "Each sentence is converted"])
    assert first[:4] == pytest.approx([0.0677, 0.0635, 0.0487, 0.0793], abs=5e-3)
    assert second[:3] == pytest.approx([0.0864, 0.1028, 0.0054], abs=5e-3)
    assert len(first) == 384
    assert likeness(first, first) == pytest.approx(1, abs=1e-5)


def test_paraphrases_are_near(model: Packaged) -> None:
    """Each text is nearer to what says the same in other words than to anything else."""
    said, meant = (model.embed([pair[side] for pair in PAIRS]) for side in (0, 1))
    for number, vector in enumerate(said):
        scores = [likeness(vector, other) for other in meant]
        assert max(scores) == scores[number]
        assert scores[number] > 0.4


def test_a_text_always_gives_the_same(model: Packaged) -> None:
    """Alone or among others, now or later; also nothing at all, an endless text, and one of no known letters."""
    texts = ["A booking is lost.", "", "booking " * 2_000, "\u0000 \U0001f5d3 预订", PAIRS[0][0]]
    together = model.embed(texts)
    assert together == [model.embed([text])[0] for text in texts]
    assert all(likeness(vector, vector) == pytest.approx(1, abs=1e-5) for vector in together)
    assert model.embed([]) == []


def test_a_worker_that_was_born_later_has_its_own(model: Packaged) -> None:
    """A process that is forked off one which used the model uses it as well, and gets the same."""
    with get_context("fork").Pool(1) as pool:
        assert pool.apply_async(_forked, (str(EMBEDDER),)).get(30) == model.embed(["A booking is lost."])


def _forked(folder: str) -> list[list[float]]:
    return packaged(folder).embed(["A booking is lost."])


def test_a_question_is_quick(model: Packaged) -> None:
    """A sentence takes some 10 ms on an idle core; ten times that is a fault, not a busy neighbour."""
    model.embed([PAIRS[0][0]])
    took = []
    for _ in range(10):
        began = time.perf_counter()
        model.embed([PAIRS[0][0]])
        took.append(time.perf_counter() - began)
    assert min(took) < 0.1


def test_which_embedder_serves(settings_of: Callable[..., None], tmp_path: Path) -> None:
    """A server's model where one is named and there is a server, else the packaged one, else none."""
    assert embedder() is None
    settings_of(INKLING_MODEL_EMBED="m")
    assert embedder() is None
    settings_of(INKLING_EMBEDDER=needs_embedder())
    found = embedder()
    assert isinstance(found, Packaged)
    assert embedder_called(found.name) is found
    assert embedder_called("packaged-other") is None
    assert embedder_called("served-m") is None
    settings_of(OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    served = embedder()
    assert served
    assert (served.name, embedder_called("served-m")) == ("served-m", served)
    assert embedder_called(found.name) is found


@pytest.mark.parametrize("spoil", ["nothing", "model", "tokenizer", "other"])
def test_a_folder_that_is_of_no_use(settings_of: Callable[..., None], tmp_path: Path, spoil: str) -> None:
    """Files missing, cut off, or not of an embedder: one sentence names the setting, and search goes on without."""
    if spoil != "nothing":
        needs_embedder()
        for name in ("model.onnx", "tokenizer.json"):
            (tmp_path / name).symlink_to(EMBEDDER / name)
        name = "tokenizer.json" if spoil == "tokenizer" else "model.onnx"
        content = b"{}" if spoil == "other" else (EMBEDDER / name).read_bytes()[:1_000]
        (tmp_path / name).unlink()
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"INKLING_EMBEDDER names .* can be used"):
        packaged(str(tmp_path))
    settings_of(INKLING_EMBEDDER=str(tmp_path))
    assert embedder() is None
