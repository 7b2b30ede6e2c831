"""Events: mentions, messages, edits, deletions, reactions, the app opened (https://docs.slack.dev/apis/events-api/)."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.core.settings import settings
from bot.slack.inbox import fingerprint, keep
from bot.slack.people import bot_user, opened, pointed_at, trim, wanted

# What the app subscribes to, and the scopes that this takes.
SUBSCRIBED = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
}


def register(app: App) -> None:
    """Attach the listeners; the last one acknowledges whatever else Slack may send."""
    app.event("reaction_added")(keep_reaction)
    app.event("app_home_opened")(keep_opened)
    for kind in ("app_mention", "message"):
        app.event(kind)(keep_event)
    app.event(re.compile(".*"))(ignore)


def keep_event(body: dict[str, Any], ack: Ack) -> None:
    """Keep what a person said; what apps and Slack itself say is acknowledged and forgotten."""
    event = body["event"]
    if wanted(event, bot_user(body)):
        _keep("event", body, {"event": trim(event)})
    ack()


def keep_reaction(body: dict[str, Any], ack: Ack) -> None:
    """Keep that somebody made a ticket of a message with the emoji for it; every other reaction is forgotten here."""
    if where := pointed_at(body["event"], bot_user(body), settings().reaction):
        _keep("reaction", body, where)
    ack()


def keep_opened(body: dict[str, Any], ack: Ack) -> None:
    """Keep that somebody opened the app."""
    if told := opened(body["event"]):
        _keep("home", body, {"opened": told})
    ack()


def ignore(ack: Ack) -> None:
    """Acknowledge an event nobody waits for, so that Slack does not send it again."""
    ack()


def _keep(kind: str, body: dict[str, Any], said: dict[str, Any]) -> None:
    scope = body.get("team_id") or body.get("enterprise_id") or ""
    event_id = body.get("event_id") or fingerprint(body["event"])
    payload = {
        "team_id": body.get("team_id") or "",
        "enterprise_id": body.get("enterprise_id"),
        "bot_user_id": bot_user(body),
    }
    keep(kind, f"event:{scope}:{body.get('api_app_id', '')}:{event_id}", payload | said)
