"""POST /slack/events: checks that a request is Slack's and well formed, then hands it to the Bolt app."""

import json
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.concurrency import run_in_threadpool

from bot.core.errors import InklingError, Invalid
from bot.core.settings import settings
from bot.slack.app import build
from bot.slack.shapes import fits

MAX_BODY = 1024 * 1024
router = APIRouter(include_in_schema=False)


class _NotSlack(InklingError):
    status = 401


class _Malformed(Invalid):
    status = 400


class _TooLarge(Invalid):
    status = 413


@lru_cache(maxsize=1)
def _app(_api_url: str) -> App:
    """The Bolt app of this process; another Slack address makes another app."""
    return build()


def warm_up() -> None:
    """Build the app before the first request, which would otherwise wait a quarter of a second for it."""
    _app(settings().slack_api_url)


@router.post("/slack/events")
async def receive(request: Request) -> Response:
    """Events, commands and interactivity. 401 not Slack, 400 not usable, 413 too large, 500 asks Slack to repeat."""
    try:
        body = await _body(request)
        _check_signature(request, body)
        _check_form(request, body)
    except InklingError as error:
        return JSONResponse({"error": error.message}, status_code=error.status)
    answer = await run_in_threadpool(lambda: _app(settings().slack_api_url).dispatch(to_bolt_request(request, body)))
    # Bolt says 404 to well-formed requests nobody listens to; Slack would count that as our failure.
    return Response() if answer.status == 404 else to_starlette_response(answer)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise _TooLarge("The request is larger than 1 MiB. Nothing was kept.")
    return body


def _check_signature(request: Request, body: bytes) -> None:
    """Raise unless Slack signed this body in the last five minutes.

    https://docs.slack.dev/authentication/verifying-requests-from-slack/
    """
    secret = settings().slack_signing_secret.get_secret_value()
    if not secret.strip():
        raise _NotSlack("SLACK_SIGNING_SECRET is not set, so nothing from Slack can be trusted. Set it and restart.")
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    # int() would take "١٢", and compare_digest refuses letters beyond ASCII.
    if not (stamp.isascii() and stamp.isdecimal() and signature.isascii()):
        raise _NotSlack("This request carries no signature of Slack's. Nothing was kept.")
    if not _utf8(body):
        raise _Malformed("The body is not text. Nothing was kept.")
    if not SignatureVerifier(secret).is_valid(body, stamp, signature):
        raise _NotSlack("The signature does not fit, or the request is older than five minutes. Nothing was kept.")


def _utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _check_form(request: Request, body: bytes) -> None:
    """Raise unless there is something in the body that Bolt can read."""
    if request.headers.get("content-type", "").startswith("application/json"):
        _object(body.decode(), "The body")
        return
    form = parse_qs(body.decode(), keep_blank_values=True)
    if "payload" in form:
        _object(form["payload"][0], "The payload")
    elif not ({"command", "ssl_check"} & form.keys()):
        raise _Malformed("There is no event, command or payload in this request. Nothing was kept.")


def _object(text: str, what: str) -> None:
    try:
        value: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise _Malformed(f"{what} is not JSON. Nothing was kept.") from None
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise _Malformed(f"{what} is not a JSON object with a type. Nothing was kept.")
    if not fits(value):
        raise _Malformed(f"{what} does not have the shape that Slack documents. Nothing was kept.")
