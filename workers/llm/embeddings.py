"""What texts mean, as vectors, from an OpenAI-compatible server: one request, masked, recorded and priced."""

import math
import time
from collections.abc import Sequence

from bot.core.redact import Masker
from bot.core.settings import settings
from workers.llm.client import Refused, Server, create_embeddings
from workers.llm.errors import ModelOutputError, ModelUnavailable
from workers.llm.record import Caller, Tokens, keep

# The tier of these calls in the records, and what stands where others name their prompt.
TIER, PROMPT = "embed", "embed"


def embed(model: str, texts: Sequence[str]) -> list[list[float]]:
    """A vector of length 1 per text, all of one size.

    Raises ModelUnavailable (wait) or ModelOutputError (these texts get none, at least not together).
    """
    server = Server.of(settings())
    # Each with a masker of its own: what a text means must not depend on its neighbours.
    masked = [Masker().mask(text) or " " for text in texts]
    begun, tokens, outcome = time.monotonic(), Tokens(), "failed"
    try:
        vectors, sent = create_embeddings(server, model, masked)
        tokens = Tokens(sent=sent)
        units = [_unit(vector) for vector in vectors]
        if len(units) != len(texts) or len({len(unit) for unit in units}) != 1:
            raise ModelOutputError("The model server's vectors do not fit the texts.")
        outcome = "ok"
        return units
    except Refused as refused:
        raise ModelOutputError(f"The model server refuses the texts: {refused}") from refused
    except ModelUnavailable:
        outcome = "unavailable"
        raise
    finally:
        latency = round((time.monotonic() - begun) * 1000)
        where = {"base_url": server.base_url, "tier": TIER, "model": model}
        keep(Caller(None, PROMPT), **where, tokens=tokens, latency_ms=latency, outcome=outcome)


def _unit(vector: Sequence[float]) -> list[float]:
    """The vector with length 1. Raises ModelOutputError for what has no direction: nothing, zeros, gaps."""
    try:
        length = math.hypot(*vector)
    except TypeError as error:
        raise ModelOutputError("The model server's reply has something else than vectors in it.") from error
    if not math.isfinite(length) or length == 0:
        raise ModelOutputError("The model server's reply has a vector in it that points nowhere.")
    return [number / length for number in vector]
