"""Which model tells what texts mean: a server's, the packaged one, or none; both are asked in the same way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import log
from bot.core.db import transaction
from bot.core.errors import ConfigurationError
from bot.core.models import Embedding, EmbeddingModel, Passage
from bot.core.settings import settings
from workers.llm import embed
from workers.retrieval.embedding.packaged import packaged

# How the vectors of a server's model are told from those of a packaged one.
_SERVED = "served-"
_log = log.get("retrieval")


class Embedder(Protocol):
    """`name` is the same as long as vectors may be compared."""

    @property
    def name(self) -> str:
        """What the vectors are stored under."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector of length 1 per text. Raises ModelUnavailable or ModelOutputError."""


@dataclass(frozen=True)
class _Served:
    model: str

    @property
    def name(self) -> str:
        return _SERVED + self.model

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return embed(self.model, texts)


def _configured() -> Embedder | None:
    """The model that the settings name. Raises ConfigurationError."""
    config = settings()
    if config.inkling_model_embed and config.has_model:
        return _Served(config.inkling_model_embed)
    return packaged(config.inkling_embedder) if config.inkling_embedder else None


def embedder() -> Embedder | None:
    """The model that new texts are embedded with; None: there is none."""
    try:
        return _configured()
    except ConfigurationError as error:
        _log.warning("no embedder", reason=error.message)
        return None


def embedder_called(name: str) -> Embedder | None:
    """The model whose vectors are stored under a name, where it can still be asked."""
    config = settings()
    if name.startswith(_SERVED):
        return _Served(name.removeprefix(_SERVED)) if config.has_model else None
    try:
        found = packaged(config.inkling_embedder) if config.inkling_embedder else None
    except ConfigurationError:
        return None
    return found if found and found.name == name else None


def asked(session: Session) -> tuple[str, int] | None:
    """Name and dimensions of the model to search with: one that is ready, else the one that fills; None: there is none.

    Where the settings name none any more, none is asked: what is searched for stays on this machine.
    """
    if (chosen := embedder()) is None:
        return None
    rows = session.scalars(select(EmbeddingModel).order_by(EmbeddingModel.created_at.desc())).all()
    ours = next((row for row in rows if row.name == chosen.name), None)
    others = (row for row in rows if row.ready and embedder_called(row.name))
    found = ours if ours and ours.ready else next(others, ours)
    return (found.name, found.dimensions) if found else None


def check() -> tuple[str, bool]:
    """A sentence about who tells what texts mean, and whether all is well. Raises InklingError for most that is not."""
    config = settings()
    if config.inkling_model_embed and not config.has_model:
        return "INKLING_MODEL_EMBED names a model, but no server has it: set OPENAI_BASE_URL or OPENAI_API_KEY.", False
    if (model := _configured()) is None:
        return "There is no embedder: search goes by words alone (INKLING_EMBEDDER, INKLING_MODEL_EMBED).", True
    size = len(model.embed(["A trial."])[0])
    with transaction() as session:
        total = session.scalar(select(func.count()).select_from(Passage)) or 0
        done = session.scalar(select(func.count()).select_from(Embedding).where(Embedding.model == model.name)) or 0
    return f"{model.name} tells what texts mean by {size} numbers; {done} of {total} passages are embedded.", True
