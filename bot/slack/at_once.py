"""What cannot wait for a worker: opening a form while its trigger lives, and a word to the person who clicked."""

from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.core import log
from bot.core.slack.text import safe

_log = log.get("slack.at_once")
# Seconds: the person waits for the acknowledgement meanwhile.
_PATIENCE = 2


def open_form(body: dict[str, Any], client: WebClient, view: dict[str, Any]) -> bool:
    """Open a form for who sent `body`; False when Slack did not."""
    try:
        client.views_open(trigger_id=body.get("trigger_id") or "", view=view)
    except (SlackApiError, OSError, HTTPException) as error:
        _log.warning("the form did not open", error=type(error).__name__)
        return False
    return True


def tell(body: dict[str, Any], sentence: str) -> None:
    """Say something to the person who clicked, and to nobody else."""
    if not body.get("response_url"):
        return
    try:
        WebhookClient(body["response_url"], timeout=_PATIENCE, retry_handlers=[]).send(
            text=safe(sentence), response_type="ephemeral", replace_original=False
        )
    except OSError as error:
        _log.warning("the person could not be told", error=type(error).__name__)
