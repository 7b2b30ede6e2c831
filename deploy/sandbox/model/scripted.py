"""An OpenAI-compatible server that says what it was told to say, over real HTTP; only the HTTP lives here.

`/v1/models`, `/v1/chat/completions` and `/v1/embeddings` are OpenAI's; `/_control/...` is for tests and the demo:
`POST /_control/queue` and `/_control/faults` take a turn or a list of turns (see script.Turn), `GET /_control/queue`
shows what waits, `GET /_control/calls` every request with its answer, `POST /_control/reset` forgets both.
"""

import asyncio
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from deploy.sandbox.model import strict, wire
from deploy.sandbox.model.replies import completion, filled
from deploy.sandbox.model.script import BEFORE, INSIDE, BadTurn, Script, Turn
from deploy.sandbox.model.vectors import DIMENSIONS, packed, vector

MODELS = ["scripted-fast", "scripted-smart", "scripted-embed"]


@dataclass(frozen=True)
class Options:
    """How the server is started; `turns` is queued at once, `latency` is seconds added to each answer."""

    port: int = 0
    turns: list[dict[str, Any]] = field(default_factory=list)
    latency: float = 0.0
    strict_fields: bool = False
    require_key: str = ""


class Refused(Exception):
    """A request that gets an error instead of an answer."""

    def __init__(
        self,
        status: int,
        message: str,
        kind: str = "invalid_request_error",
        code: str | None = None,
        *,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.body = status, wire.error(message, kind, code)
        self.headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}


class Dropped(Exception):
    """A connection that ends in the middle of its answer."""


def build(options: Options) -> Starlette:
    """The application with a script of its own."""
    server = Scripted(options)
    routes = [
        Route("/health", server.health),
        Route("/v1/models", server.models),
        Route("/v1/chat/completions", server.chat, methods=["POST"]),
        Route("/v1/embeddings", server.embed, methods=["POST"]),
        Route("/_control/queue", server.waiting),
        Route("/_control/queue", server.add, methods=["POST"]),
        Route("/_control/faults", server.add, methods=["POST"]),
        Route("/_control/calls", server.calls),
        Route("/_control/reset", server.reset, methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={Refused: refusal, Dropped: drop})


class Scripted:
    """The endpoints. Asynchronous, unlike the rest of the house, so that a thousand slow answers need no threads."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.script = Script()
        self.script.add(options.turns)

    async def chat(self, request: Request) -> Response:
        """Answer with the next queued reply that fits, else with a filled schema or a quoted sentence."""
        body = await self.read(request, strict.CHAT_FIELDS)
        if problem := strict.chat_problem(body):
            self.refuse(request, body, problem)
        text = strict.text_of(body["messages"])
        fault = self.script.take("chat", text, fault=True)
        if fault and fault.fault in BEFORE:
            await self.suffer(request, body, fault)
        queued = self.script.take("chat", text, fault=False)
        spoilt = fault.fault if fault and fault.fault in INSIDE else ""
        self.script.note(request.url.path, body, spoilt or ("queued" if queued else "filled"))
        return JSONResponse(completion(body, queued.text() if queued else filled(body), spoilt))

    async def embed(self, request: Request) -> Response:
        """Answer with hashed vectors, 1536 numbers long unless asked otherwise."""
        body = await self.read(request, strict.EMBEDDING_FIELDS)
        inputs = [body["input"]] if isinstance(body.get("input"), str) else body.get("input")
        if not isinstance(inputs, list) or not inputs or not all(isinstance(text, str) and text for text in inputs):
            self.refuse(request, body, "Invalid 'input': a text or a list of texts, none of them empty.")
        if fault := self.script.take("embeddings", "\n".join(inputs), fault=True):
            await self.suffer(request, body, fault)
        self.script.note(request.url.path, body, "computed")
        vectors = [vector(text, body.get("dimensions") or DIMENSIONS) for text in inputs]
        shown = [packed(one) for one in vectors] if body.get("encoding_format") == "base64" else vectors
        return JSONResponse(wire.embeddings(body.get("model", MODELS[-1]), inputs, shown))

    async def models(self, request: Request) -> Response:
        """The models there are; chat takes any name."""
        self.check_key(request)
        return JSONResponse(wire.models(MODELS))

    async def health(self, _: Request) -> Response:
        """Say that it is up."""
        return JSONResponse({"status": "ok"})

    async def add(self, request: Request) -> Response:
        """Queue turns."""
        try:
            waiting = self.script.add(json.loads(await request.body()))
        except (BadTurn, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"waiting": waiting})

    async def waiting(self, _: Request) -> Response:
        """Show the turns still to come."""
        return JSONResponse({"turns": self.script.waiting()})

    async def calls(self, _: Request) -> Response:
        """Show every request body with how it was answered, oldest first."""
        return JSONResponse({"calls": self.script.calls})

    async def reset(self, _: Request) -> Response:
        """Forget turns and calls."""
        self.script.clear()
        return JSONResponse({"waiting": 0})

    async def read(self, request: Request, known: frozenset[str]) -> dict[str, Any]:
        """The request's JSON object, after the key has been checked and the latency has passed. Raises Refused."""
        self.check_key(request)
        await asyncio.sleep(self.options.latency)
        try:
            body = json.loads(await request.body())
        except ValueError:
            raise Refused(400, "We could not parse the JSON body of your request.") from None
        if not isinstance(body, dict):
            raise Refused(400, "The body has to be a JSON object.")
        if self.options.strict_fields and (problem := strict.unknown_field(body, known)):
            self.refuse(request, body, problem)
        return body

    def check_key(self, request: Request) -> None:
        """Raise Refused (401) unless the bearer key is the required one, if one is."""
        wanted = self.options.require_key
        if wanted and request.headers.get("authorization") != f"Bearer {wanted}":
            raise Refused(401, "Incorrect API key provided.", code="invalid_api_key")

    def refuse(self, request: Request, body: dict[str, Any], problem: str) -> NoReturn:
        """Note the request as refused and raise Refused (400)."""
        self.script.note(request.url.path, body, "refused")
        raise Refused(400, problem)

    async def suffer(self, request: Request, body: dict[str, Any], turn: Turn) -> None:
        """Suffer a fault that comes before the answer; returns only from a slow one, else raises Refused or Dropped."""
        self.script.note(request.url.path, body, turn.fault)
        seconds = turn.seconds or 0.0
        if turn.fault in ("slow", "timeout"):
            await asyncio.sleep(seconds)
        if turn.fault == "timeout":
            raise Refused(504, "The model took too long.", "server_error")
        if turn.fault == "drop":
            raise Dropped
        if turn.fault == "http_429":
            raise Refused(429, "Rate limit reached.", "requests", "rate_limit_exceeded", retry_after=seconds)
        if turn.fault == "http_500":
            raise Refused(500, "The server had an error while processing your request.", "server_error")


async def refusal(_: Request, refused: Exception) -> Response:
    """The answer to a request that was refused."""
    assert isinstance(refused, Refused)
    return JSONResponse(refused.body, refused.status, refused.headers)


async def drop(_: Request, __: Exception) -> Response:
    """Promise a long answer and end the connection after a few bytes of it."""

    async def few() -> AsyncIterator[bytes]:
        yield b'{"id": "chat'

    return StreamingResponse(few(), headers={"content-length": "1000"}, media_type="application/json")


def run(options: Options) -> None:
    """Serve on 127.0.0.1 until SIGTERM or Ctrl-C; prints http://127.0.0.1:PORT/v1 when ready."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", options.port))
        listener.listen(128)
        # uvicorn ends by sending itself the signal it was stopped with; this makes of it a clean exit.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        config = uvicorn.Config(build(options), log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        print(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", flush=True)
        uvicorn.Server(config).run(sockets=[listener])
