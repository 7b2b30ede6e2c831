"""What `inkling doctor` asks of Slack: does the token work, can anything arrive; posts nothing."""

from bot.core.errors import Later
from bot.core.settings import settings
from workers.notify import client


def check() -> list[str]:
    """Sentences about what to fix; empty when Slack can be used."""
    if not settings().slack_bot_token.get_secret_value():
        return ["SLACK_BOT_TOKEN is not set: nobody can report anything, and nothing is posted."]
    found = []
    if not (settings().slack_signing_secret.get_secret_value() or settings().slack_app_token.get_secret_value()):
        found.append("Nothing can arrive: set SLACK_SIGNING_SECRET (over HTTP) or SLACK_APP_TOKEN (Socket Mode).")
    try:
        client.read("auth_test")
    except client.Refused as refused:
        found.append(f"Slack refuses the bot token ({refused.code}). Install the app again and set SLACK_BOT_TOKEN.")
    except Later as later:
        found.append(later.message)
    return found
