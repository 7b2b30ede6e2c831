"""Makes an answer that fits a JSON schema out of the person's own words; pure, the same every time."""

import re
from typing import Any

Json = Any
Schema = dict[str, Any]

DEEPEST = 8
FORMATS = {
    "date": "2026-01-02",
    "time": "10:00:00Z",
    "date-time": "2026-01-02T10:00:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "ipv4": "127.0.0.1",
    "hostname": "localhost",
    "uri": "https://example.com/",
}
# Tried in turn where a pattern is asked for; a pattern that none of them fits gets the sentence.
SAMPLES = ("1", "S1", "a", "A-1", "2026-01-02", "1.0.0", "a/b.py:1", "#000000")


def sentence(text: str) -> str:
    """One sentence of `text`, verbatim: the first of at least four words that is no heading or markup.

    Falls back to the longest piece there is, and to a fixed sentence when there is no text at all.
    """
    pieces = [piece.strip() for piece in re.split(r"<[^>]*>|\n|(?<=[.!?])\s+", text) if piece.strip()]
    for piece in pieces:
        if len(piece.split()) >= 4 and not piece.endswith(":"):
            return piece
    return max(pieces, key=len, default="Nothing was said.")


def fill(schema: Schema, text: str) -> Json:
    """A JSON value that fits `schema`, every free string a sentence quoted from `text`.

    Enums give their first value, what may be null is null, arrays have one item or as many as they must, numbers are
    as near 0 as they may be, booleans false. Raises KeyError for a `$ref` that leads nowhere.
    """
    return _value(schema, schema, sentence(text), 0)


def _value(schema: Schema, root: Schema, words: str, depth: int) -> Json:
    if "$ref" in schema:
        return _value(_resolve(schema["$ref"], root) | _without(schema, "$ref"), root, words, depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "allOf" in schema:
        merged = _without(schema, "allOf")
        for part in schema["allOf"]:
            merged = merged | (_resolve(part["$ref"], root) if "$ref" in part else part)
        return _value(merged, root, words, depth)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return None if any(_may_be_null(choice) for choice in choices) else _value(choices[0], root, words, depth)
    return None if _may_be_null(schema) else _typed(schema, root, words, depth)


def _typed(schema: Schema, root: Schema, words: str, depth: int) -> Json:
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        wanted = schema.get("properties", {})
        return {name: _value(inner, root, words, depth + 1) for name, inner in wanted.items()}
    if kind == "array":
        return _array(schema, root, words, depth)
    if kind in ("integer", "number"):
        return _number(schema)
    if kind == "boolean":
        return False
    return _string(schema, words)


def _array(schema: Schema, root: Schema, words: str, depth: int) -> list[Json]:
    # A schema that contains itself would otherwise never end.
    count = max(schema.get("minItems", 0), 1 if depth < DEEPEST else 0)
    count = min(count, schema.get("maxItems", count))
    return [_value(schema.get("items", {}), root, words, depth + 1) for _ in range(count)]


def _number(schema: Schema) -> int | float:
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1 if "exclusiveMinimum" in schema else None)
    high = schema.get("maximum", schema.get("exclusiveMaximum", 0) - 1 if "exclusiveMaximum" in schema else None)
    number: int | float = 0
    if low is not None:
        number = max(number, low)
    if high is not None:
        number = min(number, high)
    return number


def _string(schema: Schema, words: str) -> str:
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    candidates = (words, *SAMPLES)
    pattern = schema.get("pattern", "")
    text = next((one for one in candidates if re.search(pattern, one)), words)
    least = schema.get("minLength", 0)
    while 0 < len(text) < least:
        text = f"{text} {words}"
    return text[: schema.get("maxLength", len(text))]


def _may_be_null(schema: Schema) -> bool:
    kind = schema.get("type")
    return kind == "null" or (isinstance(kind, list) and "null" in kind)


def _resolve(ref: str, root: Schema) -> Schema:
    found: Any = root
    for key in ref.removeprefix("#").strip("/").split("/"):
        found = found[key] if key else found
    return dict(found)


def _without(schema: Schema, key: str) -> Schema:
    return {name: value for name, value in schema.items() if name != key}
