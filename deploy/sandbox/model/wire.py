"""The JSON that OpenAI's API answers with, built from plain values; pure but for the clock and ids.

https://platform.openai.com/docs/api-reference/chat/object and .../embeddings/object
"""

import time
from itertools import count
from typing import Any

Json = dict[str, Any]

_numbers = count(1)


def tokens(text: str) -> int:
    """A count of tokens that is good enough to add up: one for every four characters, at least one."""
    return -(-len(text) // 4) or 1


def cut(text: str, limit: int) -> str:
    """The first `limit` tokens of `text`."""
    return text[: limit * 4]


def completion(model: str, prompt: str, content: str, *, finish: str = "stop", refusal: str | None = None) -> Json:
    """A chat completion with one choice; a refusal takes the place of its content."""
    said = tokens(refusal or content) if refusal or content else 0
    message = {"role": "assistant", "content": None if refusal else content, "refusal": refusal}
    return {
        "id": f"chatcmpl-scripted-{next(_numbers)}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {
            "prompt_tokens": tokens(prompt),
            "completion_tokens": said,
            "total_tokens": tokens(prompt) + said,
            "prompt_tokens_details": {"cached_tokens": 0},
        },
    }


def embeddings(model: str, inputs: list[str], vectors: list[Any]) -> Json:
    """A list of embeddings in the order of `inputs`; each vector is a list of numbers or its base64 form."""
    used = sum(map(tokens, inputs))
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    return {"object": "list", "data": data, "model": model, "usage": {"prompt_tokens": used, "total_tokens": used}}


def models(names: list[str]) -> Json:
    """The list of models."""
    return {
        "object": "list",
        "data": [{"id": name, "object": "model", "created": 0, "owned_by": "inkling"} for name in names],
    }


def error(message: str, kind: str = "invalid_request_error", code: str | None = None) -> Json:
    """An error body; https://platform.openai.com/docs/guides/error-codes lists the kinds."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
