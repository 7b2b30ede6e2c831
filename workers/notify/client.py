"""Calling Slack's Web API: one try, a clear outcome (done, refused, later or unknown), never a token in an error."""

import re
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.core import log
from bot.core.errors import Later
from bot.core.settings import settings
from workers.notify import problems
from workers.notify.limiter import limiter

TIMEOUT = 10
_ASK_AGAIN_AFTER = 60.0
_TOKEN = ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired")
# Slack says of these that part of the work may have been done.
_UNSURE = ("fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org")
_log = log.get("slack.client")
_said: set[str] = set()


class Refused(Exception):
    """Slack said no, with a code of its documentation; nothing was done. `needed` is the scope that is missing."""

    def __init__(self, code: str, needed: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.needed = needed


class Unknown(Exception):
    """Nobody knows whether it was done: a timeout, a dropped connection, half an answer."""


def configured() -> bool:
    """Whether there is a bot token; says so in the log once when there is none."""
    if settings().slack_bot_token.get_secret_value():
        return True
    if "no token" not in _said:
        _said.add("no token")
        _log.info("SLACK_BOT_TOKEN is not set: nothing is posted to Slack")
    return False


def call(method: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401  # each method takes its own
    """Call a WebClient method once, when it may be called. Raises Refused, Later (limits, refused token) or Unknown."""
    name, channel = method.replace("_", ".", 1), str(arguments.get("channel", ""))
    limiter().wait(name, channel)
    client = WebClient(
        settings().slack_bot_token.get_secret_value(),
        base_url=settings().slack_api_url,
        timeout=TIMEOUT,
        # The SDK would repeat a post after a dropped connection, and people would read it twice.
        retry_handlers=[],
    )
    try:
        answer: dict[str, Any] = getattr(client, method)(**arguments).data
    except SlackApiError as error:
        if pause := _pause(error):
            limiter().close(name, channel, pause)
            raise Later("Slack asks to go slower.", pause, counts=False) from None
        meaning = _meaning(error)
        if isinstance(meaning, Unknown):
            limiter().away()
        raise meaning from None
    except (OSError, HTTPException) as error:
        limiter().away()
        raise Unknown(f"{method}: {type(error).__name__}") from None
    return answer


def read(method: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401  # each method takes its own
    """Call a method that changes nothing, or nothing the second time: an unknown outcome is simply tried later."""
    try:
        return call(method, **arguments)
    except Unknown:
        raise Later("Slack cannot be reached right now.", 10, counts=False) from None


def whisper(response_url: str, text: str) -> bool:
    """Say something to the one person that Slack gave this address for; tried once, since only they would miss it.

    https://docs.slack.dev/interactivity/handling-user-interaction/: five answers within thirty minutes.
    """
    client = WebhookClient(response_url, timeout=TIMEOUT, retry_handlers=[])
    try:
        return client.send(text=text, response_type="ephemeral", replace_original=False).status_code == 200
    except (OSError, HTTPException):
        return False


def _pause(error: SlackApiError) -> float:
    """Seconds that Slack asks us to leave a method alone; 0 when it does not."""
    response = error.response
    if response.status_code != 429 and response.get("error") not in ("ratelimited", "rate_limited"):
        return 0.0
    headers = {name.lower(): value for name, value in response.headers.items()}
    pause = str(headers.get("retry-after", ""))
    return (float(pause) if pause.isdecimal() else 30.0) + 1


def _meaning(error: SlackApiError) -> Exception:
    response = error.response
    code = str(response.get("error") or "")
    if code in _TOKEN:
        sentence = f"Slack refuses SLACK_BOT_TOKEN ({code}). Reports are kept; set a valid bot token and restart."
        problems.note(f"slack:{code}:", sentence)
        return Later(sentence, _ASK_AGAIN_AFTER, counts=False)
    if response.status_code != 200 or code in _UNSURE or not re.fullmatch(r"[a-z][a-z0-9_]*", code):
        return Unknown(f"status {response.status_code}")
    return Refused(code, str(response.get("needed") or ""))
