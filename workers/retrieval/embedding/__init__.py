"""What texts mean: a vector for each passage, by a model that may be replaced without a gap; finding is next door."""

from workers.retrieval.embedding.embedder import Embedder, asked, check, embedder, embedder_called
from workers.retrieval.embedding.fill import embed_all, embed_some, promise

__all__ = ["Embedder", "asked", "check", "embed_all", "embed_some", "embedder", "embedder_called", "promise"]
