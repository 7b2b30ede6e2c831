"""One answer in a shape from servers of all sorts: what is sent, what is repaired, what each failure means."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from bot.core.models import ModelCall
from tests.flows.chain_world import Model, rows, scripted
from workers.llm import Masker, ModelOutputError, ModelUnavailable, Prompt, check, model_name, structured

PROMPT = Prompt("sort/v1", "Sort it.", "The text:\n{text}")


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["bug", "idea"]
    why: str


def ask(text: str = "It is broken.", tier: str = "fast") -> Answer:
    return structured(tier, PROMPT, {"text": text}, Answer, masker=Masker(), max_tokens=100)


Reply = tuple[int, Any]


@contextmanager
def server_of(reply: Callable[[str, dict[str, Any]], Reply]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server whose every answer is `reply(path, body)`; yields its URL and the request bodies so far."""
    bodies: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            body = json.loads(raw) if raw else {}
            bodies.append(body)
            status, content = reply(self.path, body)
            data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-type", "text/html" if isinstance(content, str) else "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", bodies
    finally:
        server.shutdown()
        server.server_close()


def said(content: str | None, **more: Any) -> Reply:
    """A chat completion with the least that a server can send."""
    return 200, {"choices": [{"index": 0, "message": {"role": "assistant", "content": content}, **more}]}


@pytest.fixture
def point(database: str, settings_of: Callable[..., None]) -> Callable[[str], None]:
    return lambda url: settings_of(OPENAI_BASE_URL=url, INKLING_MODEL_TIMEOUT="1s")


@pytest.fixture(scope="module")
def strict_server() -> Iterator[Model]:
    with scripted("--strict-fields") as running:
        yield running


def test_a_plain_call(strict_server: Model, point: Callable[[str], None]) -> None:
    """Schema, token limit, masked text, and nothing that a strict server would refuse."""
    strict_server.reset()
    point(strict_server.url)
    assert ask("mail a@x.io that it is broken").kind == "bug"
    (body,) = strict_server.bodies()
    assert set(body) == {"model", "messages", "response_format", "max_tokens"}
    assert body["response_format"]["json_schema"]["strict"] is True
    assert "[email 1]" in body["messages"][1]["content"]
    (row,) = rows(ModelCall)
    assert (row.outcome, row.model, row.prompt, row.step_id) == ("ok", "scripted-fast", "sort/v1", None)


def test_an_old_server(point: Callable[[str], None]) -> None:
    """No list of models, no schemas, no usage, an answer in a fence: it works, and is asked plainly from then on."""

    def reply(path: str, body: dict[str, Any]) -> Reply:
        if path.endswith("/models"):
            return 404, {"error": {"message": "no such path"}}
        if "response_format" in body:
            return 400, {"error": {"message": "response_format is not supported"}}
        return said('Here you are:\n```json\n{"kind": "idea", "why": "x"}\n```', finish_reason="stop")

    with server_of(reply) as (url, bodies):
        point(url)
        assert ask().kind == "idea"
        assert ask().kind == "idea"
    formats = [body.get("response_format", {}).get("type") for body in bodies if "messages" in body]
    assert formats == ["json_schema", "json_object", None, None]
    assert "JSON Schema" in bodies[-1]["messages"][0]["content"]
    assert {row.model for row in rows(ModelCall)} == {"default"}
    assert [(row.tokens_in, row.cost_usd) for row in rows(ModelCall)] == [(0, 0), (0, 0)]


def test_a_server_with_the_new_name_for_the_limit(point: Callable[[str], None]) -> None:
    """A server that insists on max_completion_tokens gets it."""

    def reply(_: str, body: dict[str, Any]) -> Reply:
        if "max_tokens" in body:
            return 400, {"error": {"message": "Use 'max_completion_tokens' instead of 'max_tokens'."}}
        return said('{"kind": "bug", "why": "x"}')

    with server_of(reply) as (url, bodies):
        point(url)
        ask()
        ask()
    assert ["max_completion_tokens" in body for body in bodies if "messages" in body] == [False, True, True]


@pytest.mark.parametrize(
    "answer",
    [
        said(None),
        said(""),
        said("I think it is a bug."),
        said('{"kind": "chore", "why": "x"}'),
        said('{"kind": "bug", "why": "x", "more": 1}'),
        said('{"kind": "bug", "why": "x'),
        (200, {"choices": []}),
        (200, {}),
        (200, "<html>proxy error</html>"),
        (400, {"error": {"message": "too long"}}),
    ],
)
def test_useless_answers(answer: Reply, point: Callable[[str], None]) -> None:
    """Whatever comes back, it is told apart from a server that is away, and recorded."""
    with server_of(lambda path, _: (404, {}) if path.endswith("/models") else answer) as (url, _):
        point(url)
        with pytest.raises(ModelOutputError):
            ask()
    assert {row.outcome for row in rows(ModelCall)} <= {"failed", "invalid"}
    assert rows(ModelCall)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "OPENAI_API_KEY"),
        (403, "OPENAI_API_KEY"),
        (404, "INKLING_MODEL_FAST"),
        (429, "asks to wait"),
        (500, "trouble"),
        (503, "trouble"),
    ],
)
def test_an_away_server(status: int, sentence: str, point: Callable[[str], None]) -> None:
    """Each kind of being away has its sentence, with what to do."""
    answer = (status, {"error": {"message": "no"}})
    with server_of(lambda path, _: (200, {"data": []}) if path.endswith("/models") else answer) as (url, _):
        point(url)
        with pytest.raises(ModelUnavailable, match=sentence):
            ask()
    assert [row.outcome for row in rows(ModelCall)] == ["unavailable"]


def test_which_model(strict_server: Model, settings_of: Callable[..., None]) -> None:
    """As set; smart as fast when it is not set; else the first that the server lists."""
    settings_of(OPENAI_BASE_URL=strict_server.url)
    assert (model_name("fast"), model_name("smart")) == ("scripted-fast", "scripted-fast")
    settings_of(INKLING_MODEL_FAST="a")
    assert (model_name("fast"), model_name("smart")) == ("a", "a")
    settings_of(INKLING_MODEL_SMART="b")
    assert (model_name("fast"), model_name("smart")) == ("a", "b")


def test_check(strict_server: Model, settings_of: Callable[..., None]) -> None:
    """The doctor hears a sentence when no model is set, none answers, or a name is wrong; else nothing."""
    assert "quotations" in (check() or "")
    settings_of(OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert "cannot be reached" in (check() or "")
    settings_of(OPENAI_BASE_URL=strict_server.url)
    assert check() is None
    settings_of(INKLING_MODEL_SMART="gpt-nowhere")
    assert "INKLING_MODEL_SMART" in (check() or "")
