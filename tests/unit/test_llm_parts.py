"""The parts around a model call: strict schemas, prompts as files, prices."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.core.errors import ConfigurationError
from bot.core.tickets.content import KINDS
from workers.chain.steps.critique import CritiqueAnswer
from workers.chain.steps.draft import shape_of
from workers.chain.steps.gaps import GapsAnswer
from workers.chain.steps.triage import TriageAnswer
from workers.llm.pricing import cost, prices
from workers.llm.prompts import load
from workers.llm.schema import strict


def objects(node: Any) -> list[dict[str, Any]]:
    """Every object schema below a node."""
    if isinstance(node, list):
        return [found for item in node for found in objects(item)]
    if not isinstance(node, dict):
        return []
    inner = [found for value in node.values() for found in objects(value)]
    return [node, *inner] if node.get("type") == "object" else inner


@pytest.mark.parametrize("model", [TriageAnswer, GapsAnswer, CritiqueAnswer, *map(shape_of, KINDS)])
def test_schemas_are_strict(model: type[BaseModel]) -> None:
    """Every object requires all its fields and allows no other; nothing that strict servers refuse is left."""
    schema = strict(model)
    assert objects(schema)
    for node in objects(schema):
        assert node["required"] == list(node["properties"])
        assert node["additionalProperties"] is False
    for word in ('"$ref"', '"$defs"', '"default"', '"title": "', "maxLength"):
        assert word not in repr(schema).replace("'", '"')


def test_a_field_called_like_a_keyword_stays() -> None:
    """A field named title is a field, not an annotation."""
    assert "title" in strict(shape_of("bug"))["properties"]


def test_a_prompt_takes_exactly_its_variables(tmp_path: Path) -> None:
    """Missing and unknown variables are refused, and values are not searched for placeholders."""
    (tmp_path / "x.md").write_text('# system\nBe kind. {"kind": "bug"}\n# user\nSay {word} twice: {word}\n')
    prompt = load(tmp_path, "x")
    assert prompt.fill({"word": "{word}"}) == ('Be kind. {"kind": "bug"}', "Say {word} twice: {word}")
    for wrong in ({}, {"word": "a", "other": "b"}):
        with pytest.raises(ConfigurationError):
            prompt.fill(wrong)
    with pytest.raises(ConfigurationError, match="no prompt"):
        load(tmp_path, "y")


@pytest.mark.parametrize(
    ("url", "model", "expected"),
    [
        ("https://api.openai.com/v1", "gpt-4o-mini", Decimal("0.000225")),
        ("https://api.openai.com/v1", "gpt-4o-mini-2024-07-18", Decimal("0.000225")),
        ("https://api.openai.com/v1", "gpt-4o-mini-audio", None),
        ("https://api.openai.com/v1", "gpt-99", None),
        ("http://127.0.0.1:8080/v1", "gpt-4o-mini", Decimal(0)),
        ("http://ollama:11434/v1", "anything", Decimal(0)),
        ("http://10.1.2.3/v1", "anything", Decimal(0)),
    ],
)
def test_prices(url: str, model: str, expected: Decimal | None) -> None:
    """A thousand tokens in, half of them cached, and 187 out; what is not in the table is unknown, not free."""
    assert cost(url, model, 1000, 500, 187) == (Decimal("0.000225") if expected else expected)


def test_the_price_table_is_whole() -> None:
    """Every model has three prices, and cached input is not dearer than fresh."""
    for name, price in prices().items():
        assert set(price) == {"input", "cached", "output"}, name
        assert 0 < price["cached"] <= price["input"] <= price["output"], name
