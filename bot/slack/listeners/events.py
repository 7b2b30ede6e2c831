"""Events: mentions, messages, edits and deletions (https://docs.slack.dev/apis/events-api/)."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.slack.inbox import fingerprint, keep
from bot.slack.people import bot_user, trim, wanted

# What the app subscribes to, and the scopes that this takes.
SUBSCRIBED = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}


def register(app: App) -> None:
    """Attach the listeners; the last one acknowledges whatever else Slack may send."""
    for kind in sorted({name.partition(".")[0] for name in SUBSCRIBED}):
        app.event(kind)(keep_event)
    app.event(re.compile(".*"))(ignore)


def keep_event(body: dict[str, Any], ack: Ack) -> None:
    """Keep what a person said; what apps and Slack itself say is acknowledged and forgotten."""
    event, ours = body["event"], bot_user(body)
    if wanted(event, ours):
        scope = body.get("team_id") or body.get("enterprise_id") or ""
        event_id = body.get("event_id") or fingerprint(event)
        payload = {
            "team_id": body.get("team_id") or "",
            "enterprise_id": body.get("enterprise_id"),
            "bot_user_id": ours,
            "event": trim(event),
        }
        keep("event", f"event:{scope}:{body.get('api_app_id', '')}:{event_id}", payload)
    ack()


def ignore(ack: Ack) -> None:
    """Acknowledge an event nobody waits for, so that Slack does not send it again."""
    ack()
