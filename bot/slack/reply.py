"""Answering the click in hand within its request: a form, or a sentence for the person alone."""

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.core import log
from bot.core.slack.text import safe

_log = log.get("slack.reply")
# Seconds: the person waits for the acknowledgement meanwhile.
_PATIENCE = 2


def open_form(body: dict[str, Any], client: WebClient, view: dict[str, Any], otherwise: str) -> None:
    """Open a form; where Slack does not, the person reads `otherwise`."""
    try:
        client.views_open(trigger_id=body.get("trigger_id", ""), view=view)
    except (SlackApiError, OSError) as error:
        _log.warning("the form did not open", error=type(error).__name__)
        tell(body, otherwise)


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
