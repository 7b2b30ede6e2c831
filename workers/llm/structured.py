"""Asking a model for an answer in a given shape: schema, validation, one repair; no idea what the answer means."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ValidationError

from bot.core.redact import Masker
from bot.core.settings import settings
from workers.llm.client import Refused, Server, create, model_name
from workers.llm.errors import ModelOutputError, ModelUnavailable
from workers.llm.prompts import Prompt
from workers.llm.record import Caller, Tokens, keep
from workers.llm.schema import strict

Answer = TypeVar("Answer", bound=BaseModel)

_FIRST = 2  # messages of the first call: system and user
_FORMATS = ("json_schema", "json_object", "plain")
# What each server was found to take, for the life of this process: its format, and its name for the token limit.
_format_of: dict[str, str] = {}
_limit_of: dict[str, str] = {}


def structured(
    tier: str,
    prompt: Prompt,
    variables: Mapping[str, str],
    model: type[Answer],
    *,
    masker: Masker,
    max_tokens: int,
    step_id: int | None = None,
) -> Answer:
    """The model's answer as `model`. Raises ModelUnavailable (wait) or ModelOutputError (two useless answers).

    Everything that is sent passes `masker` first, in the system part too; a prompt's own words need none.
    Each call leaves a row with its tokens and price.
    """
    system, user = prompt.fill({name: masker.mask(value) for name, value in variables.items()})
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    conversation = _Conversation(tier, Caller(step_id, prompt.name), model, messages, max_tokens)
    answer = conversation.attempt()
    if isinstance(answer, _Unfit):
        answer = conversation.attempt(complaint=answer.masked(masker))
    if isinstance(answer, _Unfit):
        raise ModelOutputError(f"The model's answer did not fit twice: {answer.words}")
    return answer


@dataclass(frozen=True)
class _Unfit:
    """An answer that cannot be used, and what to tell the model about it."""

    outcome: str
    text: str
    words: str

    def masked(self, masker: Masker) -> "_Unfit":
        """The same for sending back: a model may make up what looks like a secret."""
        return replace(self, text=masker.mask(self.text), words=masker.mask(self.words))


class _Conversation(Generic[Answer]):
    """At most two calls for one answer, on one account."""

    def __init__(
        self, tier: str, caller: Caller, model: type[Answer], messages: list[dict[str, str]], max_tokens: int
    ) -> None:
        self.server, self.tier, self.caller, self.model = Server.of(settings()), tier, caller, model
        self.messages, self.max_tokens = messages, max_tokens

    def attempt(self, complaint: _Unfit | None = None) -> Answer | _Unfit:
        """One call, recorded; gives the answer, or an _Unfit that a second call may repair."""
        if complaint is not None:
            self._complain(complaint)
        begun, model, tokens, outcome = time.monotonic(), "", Tokens(), "failed"
        try:
            model = model_name(self.tier)
            reply = self._send(model)
            tokens = Tokens(of=reply.usage)
            answer = self._read(reply)
            good = "repaired" if complaint else "ok"
            outcome = answer.outcome if isinstance(answer, _Unfit) else good
            return answer
        except ModelUnavailable:
            outcome = "unavailable"
            raise
        finally:
            latency = round((time.monotonic() - begun) * 1000)
            where = {"base_url": self.server.base_url, "tier": self.tier, "model": model}
            keep(self.caller, **where, tokens=tokens, latency_ms=latency, outcome=outcome)

    def _complain(self, unfit: _Unfit) -> None:
        before = unfit.text
        if unfit.outcome == "truncated":
            # Half an answer shown again, often one phrase over and over, invites more of it.
            self.max_tokens, before = self.max_tokens * 2, ""
        said = f"That cannot be used: {unfit.words} Answer again, with the JSON object alone."
        self.messages += [{"role": "assistant", "content": before or "{}"}, {"role": "user", "content": said}]

    def _send(self, model: str) -> ChatCompletion:
        """Send in the richest format the server takes; a refusal is tried in plainer ones, and what works is kept."""
        url = self.server.base_url
        formats = _FORMATS[_FORMATS.index(_format_of.get(url, "json_schema")) :]
        for number, kind in enumerate(formats, 1):
            try:
                reply = self._create(model, kind)
            except Refused as error:
                if number == len(formats):
                    raise ModelOutputError(f"The model server refused the request: {error}") from error
                continue
            _format_of[url] = kind
            return reply
        raise AssertionError("the loop above ends by return or raise")

    def _create(self, model: str, kind: str) -> ChatCompletion:
        url = self.server.base_url
        limit = _limit_of.get(url, "max_completion_tokens" if self.server.is_openai else "max_tokens")
        request = {"messages": self._worded(kind), **self._shape(kind)}
        if settings().inkling_model_profile == "small":
            # The likeliest words first; where they were of no use, the same request must not give them again.
            request["temperature"] = 0 if len(self.messages) == _FIRST else 0.5
        try:
            return create(self.server, model, request | {limit: self.max_tokens})
        except Refused as error:
            if limit == "max_completion_tokens" or "max_completion_tokens" not in str(error):
                raise
            _limit_of[url] = "max_completion_tokens"
            return create(self.server, model, request | {"max_completion_tokens": self.max_tokens})

    def _shape(self, kind: str) -> dict[str, Any]:
        if kind == "plain":
            return {}
        shape: dict[str, Any] = {"type": kind}
        if kind == "json_schema":
            shape["json_schema"] = {"name": self.model.__name__, "strict": True, "schema": strict(self.model)}
        return {"response_format": shape}

    def _worded(self, kind: str) -> list[dict[str, str]]:
        """The messages; a server that takes no schema reads it in the system part."""
        if kind == "json_schema":
            return self.messages
        schema = json.dumps(strict(self.model))
        first = self.messages[0]["content"] + f"\n\nAnswer with one JSON object that fits this JSON Schema:\n{schema}"
        return [{"role": "system", "content": first}, *self.messages[1:]]

    def _read(self, reply: ChatCompletion) -> Answer | _Unfit:
        choice = reply.choices[0]
        if getattr(choice.message, "refusal", None):
            raise ModelOutputError("The model refused to answer.")
        if choice.finish_reason == "content_filter":
            raise ModelOutputError("The model server's filter held the answer back.")
        text = _unfenced(choice.message.content or "")
        if choice.finish_reason == "length":
            return _Unfit("truncated", text, "it was cut off, so it must be shorter.")
        try:
            return self.model.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[:3]
            words = "; ".join(f"{'.'.join(map(str, item['loc'])) or 'the whole'}: {item['msg']}" for item in first)
            return _Unfit("invalid", text, f"{words}.")


def _unfenced(text: str) -> str:
    """The JSON object of an answer without the fence or the sentence that models like to put around it."""
    text = re.sub(r"<think>.*?</think>", "", text, flags=re.DOTALL).strip()
    begin, end = text.find("{"), text.rfind("}")
    return text[begin : end + 1] if 0 <= begin < end else text
