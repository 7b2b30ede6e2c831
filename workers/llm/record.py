"""The row that each model call leaves, in a short transaction of its own, so that failed calls are counted too."""

from dataclasses import dataclass, field

from openai.types import CompletionUsage

from bot.core.db import transaction
from bot.core.models import ModelCall
from workers.llm.pricing import cost


@dataclass(frozen=True)
class Caller:
    """On whose account a call goes: the step (None outside the chain) and the prompt's name with its version."""

    step_id: int | None
    prompt: str


@dataclass
class Tokens:
    """What a server says it used; zeros when it does not say."""

    sent: int = 0
    cached: int = 0
    received: int = 0
    of: CompletionUsage | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.of is not None:
            # Compatible servers leave parts out or send null.
            details = self.of.prompt_tokens_details
            self.sent, self.received = self.of.prompt_tokens or 0, self.of.completion_tokens or 0
            self.cached = (details.cached_tokens or 0) if details else 0


def keep(
    caller: Caller, *, base_url: str, tier: str, model: str, tokens: Tokens, latency_ms: int, outcome: str
) -> None:
    """Store one call; `outcome` is ok, repaired, or in a word why it failed."""
    price = cost(base_url, model, tokens.sent, tokens.cached, tokens.received)
    with transaction() as session:
        session.add(
            ModelCall(
                step_id=caller.step_id,
                tier=tier,
                model=model,
                prompt=caller.prompt,
                outcome=outcome,
                tokens_in=tokens.sent,
                tokens_cached=tokens.cached,
                tokens_out=tokens.received,
                cost_usd=price,
                latency_ms=latency_ms,
            )
        )
