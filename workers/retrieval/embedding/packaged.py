"""The small embedding model that runs on this machine: a folder with an ONNX file and its tokenizer, read as data."""

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.core.errors import ConfigurationError

MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
# Word pieces that the model looks at: with 256, as published, duplicates were found no better and 15 % slower.
LONGEST = 192


class Packaged:
    """Sentence vectors of length 1 by mean pooling, as MiniLM was trained (sbert.net, all-MiniLM-L6-v2)."""

    def __init__(self, folder: Path) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._tokenizer.no_padding()
            self._tokenizer.enable_truncation(LONGEST)
            model = str(folder / MODEL)
            self._session = onnxruntime.InferenceSession(model, _options(), providers=["CPUExecutionProvider"])
            self._inputs = {one.name for one in self._session.get_inputs()}
            self._vector("A trial.")
            content = (folder / MODEL).read_bytes() + (folder / TOKENIZER).read_bytes()
        except Exception as error:
            # Both libraries raise bare Exceptions of many kinds for files that are none of theirs.
            raise ConfigurationError(
                f"INKLING_EMBEDDER names {folder}, which has no {MODEL} and {TOKENIZER} that can be used. "
                "Search goes by words alone meanwhile. Fetch them with `make model`, or leave the setting empty."
            ) from error
        self.name = f"packaged-{hashlib.sha256(content).hexdigest()[:12]}"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector per text. One at a time: on few cores together is no faster, and costs padding and memory."""
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> list[float]:
        encoded = self._tokenizer.encode(text)
        ids = np.array([encoded.ids], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        tokens = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        pooled = tokens[0].mean(axis=0)
        vector: list[float] = (pooled / np.linalg.norm(pooled)).tolist()
        return vector


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    # A worker has neighbours: half of the cores, and no waiting in circles, which would slow the others down.
    options.intra_op_num_threads = min(max((os.cpu_count() or 1) // 2, 1), 4)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Errors become sentences of ours.
    options.log_severity_level = 4
    return options


def packaged(folder: str) -> Packaged:
    """The model of a folder, loaded once in each process. Raises ConfigurationError."""
    return _loaded(folder, os.getpid())


@lru_cache(maxsize=2)
def _loaded(folder: str, _process: int) -> Packaged:
    # Its threads do not survive a fork.
    return Packaged(Path(folder))
