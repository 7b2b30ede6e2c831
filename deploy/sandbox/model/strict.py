"""Says what a strict OpenAI-compatible server would refuse in a request; pure.

Fields: https://platform.openai.com/docs/api-reference/chat/create
Schemas: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
"""

import re
from collections.abc import Iterator
from typing import Any

CHAT_FIELDS = frozenset(
    {
        "audio",
        "frequency_penalty",
        "function_call",
        "functions",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "metadata",
        "modalities",
        "model",
        "n",
        "parallel_tool_calls",
        "prediction",
        "presence_penalty",
        "prompt_cache_key",
        "prompt_cache_retention",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "seed",
        "service_tier",
        "stop",
        "store",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "user",
        "verbosity",
        "web_search_options",
    }
)
EMBEDDING_FIELDS = frozenset(["dimensions", "encoding_format", "input", "model", "user"])
FORBIDDEN_KEYWORDS = ("allOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "default")
NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")


def unknown_field(body: dict[str, Any], known: frozenset[str]) -> str | None:
    """The refusal for the first field nobody knows, or None."""
    for field in body:
        if field not in known:
            return f"Unrecognized request argument supplied: {field}"
    return None


def chat_problem(body: dict[str, Any]) -> str | None:
    """What is wrong with a chat request whatever the strictness, or None."""
    if not isinstance(body.get("model"), str):
        return "you must provide a model parameter"
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return "Invalid 'messages': expected an array with at least one message."
    if not all(isinstance(message, dict) and isinstance(message.get("role"), str) for message in messages):
        return "Invalid 'messages': each needs a role."
    if body.get("stream"):
        return "This stand-in does not stream; leave 'stream' out."
    wanted = body.get("response_format") or {"type": "text"}
    if wanted.get("type") not in ("text", "json_object", "json_schema"):
        return f"Invalid value for 'response_format.type': {wanted.get('type')!r}."
    if wanted["type"] == "json_object" and "json" not in text_of(messages).lower():
        return "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
    return format_problem(wanted.get("json_schema")) if wanted["type"] == "json_schema" else None


def format_problem(wanted: object) -> str | None:
    """What is wrong with `response_format.json_schema`, or None; `strict` holds its schema to the strict rules."""
    if not isinstance(wanted, dict) or not NAME.match(str(wanted.get("name", ""))):
        return "Invalid 'response_format.json_schema.name': letters, digits, underscores and dashes only, at most 64."
    schema = wanted.get("schema")
    if not isinstance(schema, dict):
        return "Missing required parameter: 'response_format.json_schema.schema'."
    problem = next(strict_problems(schema), None) if wanted.get("strict") else None
    if problem is None and wanted.get("strict") and schema.get("type") != "object":
        problem = "schema must be a JSON Schema of 'type: \"object\"'."
    return f"Invalid schema for response_format '{wanted['name']}': {problem}" if problem else None


def strict_problems(schema: object, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Each breach of the strict rules: closed objects, every property required, no keyword outside the subset."""
    if not isinstance(schema, dict):
        return
    yield from (f"In context={path}, {problem}" for problem in own_problems(schema))
    for group in ("properties", "$defs", "definitions"):
        for name, inner in schema.get(group, {}).items():
            yield from strict_problems(inner, (*path, group, name))
    for index, inner in enumerate(schema.get("anyOf", [])):
        yield from strict_problems(inner, (*path, "anyOf", str(index)))
    yield from strict_problems(schema.get("items"), (*path, "items"))


def own_problems(schema: dict[str, Any]) -> Iterator[str]:
    """The breaches of one schema, without those of the schemas inside it."""
    for keyword in FORBIDDEN_KEYWORDS:
        if keyword in schema:
            yield f"'{keyword}' is not permitted."
    if "$ref" in schema and len(schema) > 1:
        yield f"$ref cannot have keywords {sorted(set(schema) - {'$ref'})}."
    if schema.get("type") == "object" or "properties" in schema:
        if schema.get("additionalProperties") is not False:
            yield "'additionalProperties' is required to be supplied and to be false."
        missing = sorted(set(schema.get("properties", {})) - set(schema.get("required", [])))
        if missing:
            yield f"'required' is required to include every key in properties. Missing '{missing[0]}'."


def text_of(messages: list[dict[str, Any]]) -> str:
    """All text of a conversation, one message after the other; pictures are left out."""
    return "\n".join(content_text(message.get("content")) for message in messages)


def last_user_text(messages: list[dict[str, Any]]) -> str:
    """The text of the last user message, "" when there is none."""
    users = [message for message in messages if message["role"] == "user"]
    return content_text(users[-1].get("content")) if users else ""


def content_text(content: object) -> str:
    """The text of one message, whether its content is a string or a list of parts."""
    if isinstance(content, list):
        return "\n".join(part["text"] for part in content if isinstance(part, dict) and part.get("type") == "text")
    return content if isinstance(content, str) else ""
