"""Pydantic models as the strict subset of JSON Schema that model servers take: everything required, nothing extra."""

from typing import Any

from pydantic import BaseModel

# Strict servers refuse these, and limits are checked again when the answer is read.
_DROPPED = ("title", "default", "minLength", "maxLength", "pattern", "format", "examples")


def strict(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of `model` with $refs inlined (models are not recursive), in the order of the fields."""
    schema = model.model_json_schema()
    return _strict(schema, schema.pop("$defs", {}))


def _strict(node: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _strict(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
    if "const" in node:
        node = {"type": "string", "enum": [node["const"]]}
    kept = {key: value for key, value in node.items() if key not in _DROPPED}
    if kept.get("type") == "object":
        fields = {name: _strict(field, definitions) for name, field in kept.get("properties", {}).items()}
        rest = {key: value for key, value in kept.items() if key not in ("properties", "required")}
        return rest | {"properties": fields, "required": list(fields), "additionalProperties": False}
    if "items" in kept:
        kept["items"] = _strict(kept["items"], definitions)
    if "anyOf" in kept:
        kept["anyOf"] = [_strict(choice, definitions) for choice in kept["anyOf"]]
    return kept
