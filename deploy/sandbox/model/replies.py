"""Turns a request and the words for it into one chat completion, spoilt if a test wants that; pure."""

from typing import Any

from deploy.sandbox.model import strict, wire
from deploy.sandbox.model.fill import fill, sentence
from deploy.sandbox.model.script import dumped


def filled(body: dict[str, Any]) -> str:
    """The answer when nothing is queued: the schema filled from the last user message, or a sentence of it."""
    text = strict.last_user_text(body["messages"])
    wanted = body.get("response_format") or {"type": "text"}
    if wanted["type"] == "json_schema":
        return dumped(fill(wanted["json_schema"]["schema"], text))
    return dumped({"text": sentence(text)}) if wanted["type"] == "json_object" else sentence(text)


def completion(body: dict[str, Any], content: str, fault: str = "") -> dict[str, Any]:
    """The completion that carries `content`, spoilt by `fault` and cut at the request's token limit."""
    prompt, finish = strict.text_of(body["messages"]), "stop"
    if fault == "refusal":
        return wire.completion(body["model"], prompt, "", refusal="I can't help with that.")
    if fault == "malformed":
        content = f"Sure! Here it is: {content[1:-1]}"
    elif fault == "empty":
        content = ""
    elif fault == "wrong_schema":
        content = dumped({"unexpected": True})
    elif fault == "truncated":
        content, finish = content[: len(content) // 2], "length"
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    if limit and wire.tokens(content) > limit:
        content, finish = wire.cut(content, limit), "length"
    return wire.completion(body["model"], prompt, content, finish=finish)
