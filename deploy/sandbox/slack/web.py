"""HTTP in front of the Web API and the response_url: reading arguments, tokens, limits, faults and the log of calls."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from . import respond
from .api import METHODS
from .call import Call, Method
from .config import Json
from .faults import Fault
from .sandbox import Sandbox
from .world import SlackError

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
STRUCTURED = ("blocks", "attachments", "metadata", "view")


@dataclass
class Incoming:
    """A request as it came: method GET or POST, its query, headers and body."""

    verb: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """Without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Broken(Response):
    """An answer that never arrives whole: nothing of it, or the first half, and then the connection is cut."""

    def __init__(self, sandbox: Sandbox, half_of: Response | None = None) -> None:
        super().__init__()
        self.sandbox, self.half_of = sandbox, half_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # as ASGI has it
        """Send what is to arrive, then cut."""
        if self.half_of is not None:
            start = {"type": "http.response.start", "status": 200, "headers": self.half_of.raw_headers}
            await send(start)
            half = bytes(self.half_of.body)[: len(self.half_of.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        self.sandbox.cutter.cut(tuple(scope["client"]), flush=self.half_of is not None)
        await asyncio.sleep(0)  # uvicorn must see the loss before this returns, or it would answer 500 itself


def routes(sandbox: Sandbox) -> list[Route]:
    """/api/<method> and /respond/<key>."""

    async def call_method(request: Request) -> Response:
        incoming = Incoming(request.method, request.query_params, request.headers, await request.body())
        return await run_in_threadpool(_method, sandbox, request.path_params["method"], incoming)

    async def call_response_url(request: Request) -> Response:
        incoming = Incoming(request.method, request.query_params, request.headers, await request.body())
        return await run_in_threadpool(_response_url, sandbox, request.path_params["key"], incoming)

    return [
        Route("/api/{method}", call_method, methods=["GET", "POST"]),
        Route("/respond/{key:path}", call_response_url, methods=["POST"]),
    ]


def _method(sandbox: Sandbox, name: str, incoming: Incoming) -> Response:
    fault = sandbox.faults.take(name)
    note: Json = {"method": name, "args": {}, "ok": False, "error": "", "status": 200, "at": time.time()}
    try:
        if fault and not fault.after:
            return trouble(sandbox, fault, None, note)
        response = _answered(sandbox, name, incoming, note)
        return trouble(sandbox, fault, response, note) if fault else response
    finally:
        sandbox.calls.append(note)


def _answered(sandbox: Sandbox, name: str, incoming: Incoming, note: Json) -> Response:
    headers = {"x-oauth-scopes": ",".join(sandbox.config.scopes)}
    try:
        known, call = _authorised(sandbox, name, incoming, note)
        with sandbox.world.lock:
            wait = _wait(sandbox, name, known, call)
            if wait:
                note |= {"error": "ratelimited", "status": 429}
                return _limited(wait)
            body = {"ok": True, **known.run(call)}
        note["ok"] = True
    except SlackError as error:
        note["error"] = error.code
        body = error.body()
    return JSONResponse(body, headers=headers)


def _authorised(sandbox: Sandbox, name: str, incoming: Incoming, note: Json) -> tuple[Method, Call]:
    """The method and its arguments, once the token and its scopes allow it."""
    known = METHODS.get(name)
    args = _arguments(incoming)
    token = incoming.headers.get("authorization", "").removeprefix("Bearer ").strip()
    # A token in a JSON body is no token: https://docs.slack.dev/apis/web-api/ (POST bodies)
    in_form = str(args.pop("token", "")) if incoming.content_type != JSON else ""
    args.pop("token", None)
    note["args"] = {key: _readable(key, value) for key, value in args.items()}
    token = token or in_form
    if known is None:
        raise SlackError("unknown_method", req_method=name)
    if not token:
        raise SlackError("not_authed")
    if token not in (sandbox.config.bot_token, sandbox.config.app_token):
        raise SlackError("invalid_auth")
    if token != (sandbox.config.app_token if known.caller == "app" else sandbox.config.bot_token):
        raise SlackError("not_allowed_token_type")
    if known.scope and not set(known.scope.split(",")) & set(sandbox.config.scopes):
        raise SlackError("missing_scope", needed=known.scope, provided=",".join(sandbox.config.scopes))
    if incoming.content_type == JSON and not known.takes_json:
        args = dict(incoming.query)
    if incoming.verb == "GET" and not known.reads:
        raise SlackError("invalid_post_type")
    return known, Call(sandbox, args)


def _arguments(incoming: Incoming) -> Json:
    """Query and body as one; the body is a form or JSON."""
    args: Json = dict(incoming.query)
    if not incoming.body:
        return args
    if incoming.content_type == JSON:
        try:
            given = json.loads(incoming.body)
        except ValueError as broken:
            raise SlackError("invalid_json") from broken
        if not isinstance(given, dict):
            raise SlackError("json_not_object")
        return args | {key: value for key, value in given.items() if value is not None}
    if not incoming.content_type:
        raise SlackError("missing_post_type")
    if incoming.content_type != FORM:
        raise SlackError("invalid_post_type")
    return args | dict(parse_qsl(incoming.body.decode(errors="replace"), keep_blank_values=True))


def _readable(key: str, value: object) -> object:
    """An argument for the log: JSON that came as text becomes data, so that tests need not care how it came."""
    if key in STRUCTURED and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _wait(sandbox: Sandbox, name: str, known: Method, call: Call) -> int:
    if not sandbox.config.rate_limits:
        return 0
    return sandbox.limits.wait(name, known.tier, call.text("channel"), sandbox.world.now())


def _limited(seconds: float) -> Response:
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(max(1, round(seconds)))})


def trouble(sandbox: Sandbox, fault: Fault, response: Response | None, note: Json) -> Response:
    """What a fault makes of an answer (None when nothing was done)."""
    note["fault"] = fault.kind
    if fault.kind == "ratelimited":
        note |= {"error": "ratelimited", "status": 429}
        return _limited(fault.seconds)
    if fault.kind == "http_500":
        note |= {"error": "http_500", "status": 500}
        return PlainTextResponse("Internal Server Error", 500)
    if fault.kind.startswith("error:"):
        note["error"] = fault.kind.removeprefix("error:")
        return JSONResponse({"ok": False, "error": note["error"]})
    if fault.kind.startswith("timeout"):
        sandbox.stopping.wait(fault.seconds)
    return Broken(sandbox, response if fault.kind == "half_answer" else None)


def _response_url(sandbox: Sandbox, key: str, incoming: Incoming) -> Response:
    fault = sandbox.faults.take("response_url")
    note: Json = {"method": "response_url", "args": {}, "ok": False, "error": "", "status": 200, "at": time.time()}
    sandbox.calls.append(note)
    if fault and not fault.after:
        return trouble(sandbox, fault, None, note)
    response: Response = PlainTextResponse("ok")
    try:
        note["args"] = _arguments(incoming)
        with sandbox.world.lock:
            respond.answer(sandbox, key, note["args"])
        note["ok"] = True
    except SlackError as error:
        status = 404 if error.code in ("expired_url", "used_url") else 400
        note |= {"error": error.code, "status": status}
        response = JSONResponse(error.body(), status)
    return trouble(sandbox, fault, response, note) if fault else response
