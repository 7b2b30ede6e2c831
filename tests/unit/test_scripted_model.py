"""The scripted model behaves like a hosted one: strict, countable, and faulty on demand."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel, ConfigDict, Field

from deploy.sandbox.model import vectors
from deploy.sandbox.model.fill import fill, sentence


class Kind(StrEnum):
    BUG = "bug"
    IDEA = "idea"


class Claim(BaseModel):
    model_config = ConfigDict(extra="forbid")
    quote: str = Field(max_length=60)
    line: int = Field(ge=1)
    children: "list[Claim]"


class Ticket(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Kind
    version: Literal[2]
    title: str
    sure: bool
    due: str | None
    claims: list[Claim] = Field(min_length=2)


MESSAGES: Any = [
    {"role": "system", "content": "Write a ticket."},
    {"role": "user", "content": "<report>\nHi\nThe panel confirms while offline. Please fix.\n</report>"},
]
QUOTE = "The panel confirms while offline."


@contextmanager
def scripted(*flags: str) -> Iterator[str]:
    """The scripted model in a process of its own; yields its address, ".../v1"."""
    command = [sys.executable, "-m", "deploy.sandbox.model", "scripted", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as popen:
        assert popen.stdout is not None
        try:
            yield popen.stdout.readline().strip()
        finally:
            popen.terminate()
            assert popen.wait(5) == 0


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with scripted("--strict-fields") as address:
        yield address


@pytest.fixture
def address(server: str) -> str:
    control(server, "reset", [])
    return server


def control(address: str, verb: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(f"{address.removesuffix('/v1')}/_control/{verb}", data, timeout=5) as response:
        return json.load(response)


def client(address: str, *, timeout: float = 5, max_retries: int = 0, api_key: str = "any") -> OpenAI:
    return OpenAI(base_url=address, api_key=api_key, timeout=timeout, max_retries=max_retries)


def ask(address: str, **options: Any) -> Any:
    with client(address, **options) as api:
        return api.chat.completions.parse(model="m", messages=MESSAGES, response_format=Ticket)


def test_without_a_script_the_schema_is_filled_from_the_message(address: str) -> None:
    """Nothing queued: a valid ticket made of first choices, nulls and a verbatim sentence, with usage counted."""
    reply = ask(address)
    claim = Claim(quote=QUOTE, line=1, children=reply.choices[0].message.parsed.claims[0].children)
    ticket = Ticket(kind=Kind.BUG, version=2, title=QUOTE, sure=False, due=None, claims=[claim, claim])
    assert reply.choices[0].message.parsed == ticket
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 20


def test_queued_replies_come_in_order_and_by_match(address: str) -> None:
    """A reply meant for other words waits for them; the rest come in the order they were queued; calls are logged."""
    queue = [{"reply": "for others", "match": "parking"}, {"reply": "one"}, {"reply": {"n": 2}, "times": 2}]
    assert control(address, "queue", queue) == {"waiting": 3}
    with client(address) as api:
        said = [api.chat.completions.create(model="m", messages=MESSAGES).choices[0].message.content for _ in range(4)]
    assert said == ["one", '{"n": 2}', '{"n": 2}', QUOTE]
    assert [turn["match"] for turn in control(address, "queue")["turns"]] == ["parking"]
    calls = control(address, "calls")["calls"]
    assert [call["answer"] for call in calls] == ["queued", "queued", "queued", "filled"]
    assert calls[0]["body"]["messages"] == MESSAGES


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"fault": "http_500"}, openai.InternalServerError),
        ({"fault": "http_429"}, openai.RateLimitError),
        ({"fault": "timeout"}, openai.APITimeoutError),
        ({"fault": "drop"}, openai.APIConnectionError),
        ({"fault": "truncated"}, openai.LengthFinishReasonError),
        ({"fault": "malformed"}, ValueError),
        ({"fault": "wrong_schema"}, ValueError),
    ],
)
def test_each_fault_shows_once_and_then_all_is_well(address: str, fault: Any, error: type[Exception]) -> None:
    """A fault reaches the client as the error a hosted model's would be, and the next call is answered."""
    control(address, "faults", fault)
    with pytest.raises(error):
        ask(address, timeout=1)
    assert ask(address).choices[0].message.parsed.title == QUOTE
    assert [call["answer"] for call in control(address, "calls")["calls"]] == [fault["fault"], "filled"]


def test_refusal_emptiness_slowness_and_retries(address: str) -> None:
    """A refusal is said as one, nothing is said as nothing, slow is late, and a client that retries gets through."""
    control(address, "faults", {"fault": "empty"})
    assert (ask(address).choices[0].message.content, len(control(address, "queue")["turns"])) == ("", 0)
    control(address, "faults", {"fault": "refusal"})
    assert ask(address).choices[0].message.refusal == "I can't help with that."
    control(address, "faults", [{"fault": "slow", "seconds": 0.4}])
    started = time.monotonic()
    ask(address)
    assert time.monotonic() - started > 0.4
    control(address, "faults", {"fault": "http_429", "times": 2, "seconds": 0.01})
    assert ask(address, max_retries=2).choices[0].message.parsed.title == QUOTE


def test_strictness(address: str) -> None:
    """Unknown fields, schemas outside the strict subset and unknown faults are refused with the reason."""
    with client(address) as api, pytest.raises(openai.BadRequestError, match="supplied: colour"):
        api.chat.completions.create(model="m", messages=MESSAGES, extra_body={"colour": "red"})
    loose: Any = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}
    wanted: Any = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": loose}}
    with client(address) as api:
        with pytest.raises(openai.BadRequestError, match="Missing 'a'"):
            api.chat.completions.create(model="m", messages=MESSAGES, response_format=wanted)
        wanted["json_schema"]["strict"] = False
        said = api.chat.completions.create(model="m", messages=MESSAGES, response_format=wanted)
    assert json.loads(str(said.choices[0].message.content)) == {"a": QUOTE}
    with pytest.raises(urllib.error.HTTPError, match="400"):
        control(address, "faults", {"fault": "earthquake"})


def test_a_required_key(tmp_path: Path) -> None:
    """Another key is turned away, the right one lists models; a script given at the start is queued."""
    (tmp_path / "script.json").write_text('[{"reply": "from the file", "times": null}]')
    with scripted("--require-key", "right", "--script", str(tmp_path / "script.json")) as address:
        with pytest.raises(openai.AuthenticationError):
            client(address).models.list()
        api = client(address, api_key="right")
        assert "scripted-smart" in [model.id for model in api.models.list()]
        said = [api.chat.completions.create(model="m", messages=MESSAGES).choices[0].message.content for _ in range(2)]
    assert said == ["from the file"] * 2


def test_embeddings_put_like_by_like(address: str) -> None:
    """The same text gives the same vector of length 1, in both encodings; shared words mean nearness."""
    texts = ["panel offline booking", "bookings on an offline panel", "invoice export as CSV"]
    api = client(address)
    first = [item.embedding for item in api.embeddings.create(model="e", input=texts).data]
    plain = [item.embedding for item in api.embeddings.create(model="e", input=texts, encoding_format="float").data]
    assert first[0] == pytest.approx(plain[0], abs=1e-6) == vectors.vector(texts[0])
    near, far = (sum(a * b for a, b in zip(first[0], other, strict=True)) for other in first[1:])
    assert near > 0.3 > far
    assert len(api.embeddings.create(model="e", input="x", dimensions=8).data[0].embedding) == 8


def test_faults_can_be_for_every_path(address: str) -> None:
    """An outage for "any" path stops chat and embeddings alike until it is over."""
    control(address, "faults", {"fault": "http_500", "path": "any", "times": 2})
    with client(address) as api, pytest.raises(openai.InternalServerError):
        api.embeddings.create(model="e", input="x")
    with pytest.raises(openai.InternalServerError):
        ask(address)
    assert ask(address).choices[0].finish_reason == "stop"


def test_a_token_limit_cuts_the_answer(address: str) -> None:
    """Too small a limit ends an answer in the middle, as it does with a real model."""
    with client(address) as api:
        reply = api.chat.completions.create(model="m", messages=MESSAGES, max_completion_tokens=3)
    assert (reply.choices[0].message.content, reply.choices[0].finish_reason) == (QUOTE[:12], "length")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"enum": ["S2", "S1"]}, "S2"),
        ({"const": 7}, 7),
        ({"type": ["string", "null"]}, None),
        ({"anyOf": [{"type": "integer", "minimum": 3}, {"type": "string"}]}, 3),
        ({"type": "number", "exclusiveMinimum": 0}, 1),
        ({"type": "integer", "maximum": -2}, -2),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 3}, [False] * 3),
        ({"type": "array", "items": {"type": "boolean"}, "maxItems": 0}, []),
        ({"type": "string", "maxLength": 5}, "The p"),
        ({"type": "string", "minLength": 40}, f"{QUOTE} {QUOTE}"),
        ({"type": "string", "pattern": "^S[0-9]+$"}, "S1"),
        ({"type": "string", "format": "date"}, "2026-01-02"),
    ],
)
def test_every_kind_of_schema_is_filled(schema: dict[str, Any], value: object) -> None:
    """Each keyword of a schema is met by the value made for it."""
    assert fill(schema, QUOTE) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Here is the report:\n<m>Please look at this. Thanks</m>", "Please look at this."),
        ("Version 2.4 fails to load.", "Version 2.4 fails to load."),
        ("short", "short"),
        ("", "Nothing was said."),
    ],
)
def test_the_quoted_sentence_is_whole_and_verbatim(text: str, words: str) -> None:
    """Markup and headings are passed over, numbers with a point do not end a sentence."""
    assert sentence(text) == words
