"""One request to an OpenAI-compatible server, and what its failures mean; the only importer of openai."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
from openai import OpenAI
from openai.types.chat import ChatCompletion

from bot.core.settings import Settings, settings
from workers.llm.errors import ModelOutputError, ModelUnavailable
from workers.llm.pricing import prices
from workers.llm.sent import tell

_OPENAI = "https://api.openai.com/v1"
# Servers that serve one model often do not list it and take any name.
_ANY_MODEL = "default"


class Refused(Exception):
    """The server does not take the request as it is (400 or 422); asked differently it may. Holds its words."""


@dataclass(frozen=True)
class Server:
    """Where the model is and how to speak to it."""

    base_url: str
    key: str
    timeout: float

    @classmethod
    def of(cls, config: Settings) -> "Server":
        """The server that the settings name; OpenAI's own when there is only a key."""
        base_url = (config.openai_base_url or _OPENAI).rstrip("/")
        return cls(base_url, config.openai_api_key.get_secret_value(), config.inkling_model_timeout.total_seconds())

    @property
    def is_openai(self) -> bool:
        """Whether this is OpenAI itself, which takes parameters that compatible servers reject."""
        return urlsplit(self.base_url).hostname == "api.openai.com"


@lru_cache(maxsize=8)
def _client(server: Server) -> OpenAI:
    timeout = httpx2.Timeout(server.timeout, connect=5)
    # Waiting and trying again is the runner's business; a call in hand must end.
    return OpenAI(base_url=server.base_url, api_key=server.key or "none", timeout=timeout, max_retries=0)


@lru_cache(maxsize=8)
def _first_model(server: Server) -> str:
    names = list_models(server)
    return next((name for name in prices() if name in names), names[0]) if names else _ANY_MODEL


def list_models(server: Server) -> list[str]:
    """Names of the models a server lists; empty when it cannot list them. Raises ModelUnavailable."""
    try:
        page = _client(server).models.list()
        return [str(model.id) for model in page.data or []]
    except openai.NotFoundError:
        return []
    except openai.OpenAIError as error:
        failure = _failure(error, server, "")
        if isinstance(failure, ModelUnavailable):
            raise failure from error
        return []
    except (TypeError, ValueError, AttributeError):
        # An answer that is not a list of models, from a server that has only one.
        return []


def model_name(tier: str) -> str:
    """The model that serves a tier (`fast` or `smart`): as set, smart as fast, else the server's first."""
    config = settings()
    chosen = (config.inkling_model_smart if tier == "smart" else "") or config.inkling_model_fast
    return chosen or _first_model(Server.of(config))


def check() -> str | None:
    """A sentence about what is wrong with the model, or None when it answers and the models that are set exist."""
    config = settings()
    if not config.has_model:
        return "No model is set, so drafts are made of quotations. Set OPENAI_BASE_URL or OPENAI_API_KEY for more."
    try:
        names = list_models(Server.of(config))
    except ModelUnavailable as error:
        return error.message
    for setting in ("inkling_model_fast", "inkling_model_smart"):
        if names and (name := getattr(config, setting)) and name not in names:
            return f"The model server has no model called {name}. Choose another one in {setting.upper()}."
    return None


def create(server: Server, model: str, request: dict[str, Any]) -> ChatCompletion:
    """One chat completion. Raises ModelUnavailable, ModelOutputError (no usable reply at all) or Refused."""
    tell(request["messages"])
    try:
        reply = _client(server).chat.completions.create(model=model, **request)
    except openai.OpenAIError as error:
        raise _failure(error, server, model) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ModelOutputError("The model server's reply could not be read.") from error
    if not isinstance(reply, ChatCompletion) or not reply.choices or not reply.choices[0].message:
        raise ModelOutputError("The model server's reply has no message in it.")
    return reply


def create_embeddings(server: Server, model: str, texts: list[str]) -> tuple[list[list[float]], int]:
    """A vector per text in their order, and the tokens sent. Raises ModelUnavailable, ModelOutputError or Refused."""
    tell([{"content": text} for text in texts])
    try:
        reply = _client(server).embeddings.create(model=model, input=texts, encoding_format="float")
        ordered = sorted(reply.data, key=lambda item: item.index)
        return [item.embedding for item in ordered], (reply.usage.prompt_tokens if reply.usage else 0) or 0
    except openai.OpenAIError as error:
        raise _failure(error, server, model, setting="INKLING_MODEL_EMBED") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ModelOutputError("The model server's reply could not be read.") from error


def _failure(
    error: openai.OpenAIError, server: Server, model: str, *, setting: str = "INKLING_MODEL_FAST"
) -> Exception:
    """What an error of the library means for us."""
    where = urlsplit(server.base_url).netloc
    if isinstance(error, openai.APITimeoutError):
        return ModelUnavailable(f"The model server {where} did not answer within {server.timeout:g} seconds.")
    if isinstance(error, openai.APIResponseValidationError):
        return ModelOutputError("The model server's reply could not be read.")
    if isinstance(error, openai.APIConnectionError):
        return ModelUnavailable(f"The model server {where} cannot be reached. Check OPENAI_BASE_URL.")
    if not isinstance(error, openai.APIStatusError):
        return ModelOutputError(f"The model server's reply could not be used ({type(error).__name__}).")
    status, after = error.status_code, _seconds(error.response.headers.get("retry-after"))
    # llama.cpp says 500 to a text that is too long to embed.
    if status in (400, 413, 422) or "too large to process" in str(error.message):
        return Refused(str(error.message)[:300])
    if status in (401, 403):
        return ModelUnavailable(f"The model server {where} refuses the key. Check OPENAI_API_KEY.")
    if status == 404:
        return ModelUnavailable(f"The model server {where} does not know {model}. Set {setting}.")
    if status == 429 and error.code == "insufficient_quota":
        return ModelUnavailable(f"The account at {where} has no credit left.", after)
    if status == 429:
        return ModelUnavailable(f"The model server {where} asks to wait.", after)
    return ModelUnavailable(f"The model server {where} has trouble of its own ({status}).", after)


def _seconds(value: str | None) -> float | None:
    """A Retry-After header in seconds; its date form is rare and treated as absent."""
    try:
        return min(max(float(value or ""), 0), 600)
    except ValueError:
        return None
