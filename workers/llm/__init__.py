"""Everything about models: asking one for an answer in a shape, its price, what may be sent; no meaning."""

from bot.core.redact import Masker
from workers.llm.client import check, model_name
from workers.llm.embeddings import embed
from workers.llm.errors import ModelOutputError, ModelUnavailable
from workers.llm.prompts import Prompt, load
from workers.llm.structured import structured

__all__ = [
    "Masker",
    "ModelOutputError",
    "ModelUnavailable",
    "Prompt",
    "check",
    "embed",
    "load",
    "model_name",
    "structured",
]
