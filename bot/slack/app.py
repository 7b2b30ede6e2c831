"""The Bolt app: how requests are authorised and what a failure answers; what it listens to is in listeners/."""

import logging

from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.core import log
from bot.core.settings import settings
from bot.slack import listeners

# Seconds for the one call a listener makes, opening a form: its trigger is good for three.
PATIENCE = 2
_log = log.get("slack")


def build() -> App:
    """The app for HTTP and Socket Mode alike; a listener that fails makes Slack send the event again."""
    # Bolt's own warnings contain whole requests, and with them what people wrote.
    quiet = logging.getLogger("bot.slack.bolt")
    quiet.setLevel(logging.ERROR)
    app = App(
        name="inkling",
        logger=quiet,
        client=WebClient(base_url=settings().slack_api_url, timeout=PATIENCE, retry_handlers=[]),
        authorize=_authorize,
        # Listeners run before the answer: what could not be kept is not acknowledged.
        process_before_response=True,
        token_verification_enabled=False,
        # bot.slack.http checks signatures, and Socket Mode has none.
        request_verification_enabled=False,
        # bot.slack.people knows our own messages, also without the bot id that Bolt would ask Slack for.
        ignoring_self_events_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.error(_failed)
    listeners.register(app)
    return app


def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """The bot token for a request; asks neither Slack nor the database."""
    token = settings().slack_bot_token.get_secret_value()
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)


def _failed(error: Exception) -> BoltResponse:
    """Say 500, so that Slack tries again; the log gets the kind of error, never the request."""
    _log.error("request not kept", error=type(error).__name__)
    return BoltResponse(status=500, body={"error": "not kept, try again"})
