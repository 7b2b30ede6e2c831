"""The Slack app's manifest, made from the same tables the app listens by: `python -m bot.slack.manifest` prints it."""

import json
from typing import Any

from bot.core.settings import settings
from bot.core.slack.commands import COMMANDS
from bot.slack.listeners.events import SUBSCRIBED

# What the workers need besides the events: to post and react, to open a direct message, to fetch files, to know names.
WORKING = (
    *("chat:write", "reactions:write", "commands", "im:write"),
    *("files:read", "users:read", "channels:read", "groups:read"),
)


def manifest(url: str, *, by_socket: bool = False) -> dict[str, Any]:
    """The manifest for an installation at `url` (https://docs.slack.dev/reference/app-manifest/)."""
    address = f"{url}/slack/events"
    commands = [
        {
            "command": command.name,
            "description": command.description,
            "usage_hint": command.example,
            "should_escape": True,
            **({} if by_socket else {"url": address}),
        }
        for command in COMMANDS.values()
    ]
    where = {} if by_socket else {"request_url": address}
    return {
        "display_information": {
            "name": "Inkling",
            "description": "Turns what people say into tickets the product team can trust",
        },
        "features": {
            "app_home": {"messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": "Inkling", "always_online": True},
            "slash_commands": commands,
        },
        "oauth_config": {"scopes": {"bot": sorted({*SUBSCRIBED.values(), *WORKING})}},
        "settings": {
            "event_subscriptions": {**where, "bot_events": sorted(SUBSCRIBED)},
            "interactivity": {"is_enabled": True, **where},
            "org_deploy_enabled": False,
            "socket_mode_enabled": by_socket,
            "token_rotation_enabled": False,
        },
    }


if __name__ == "__main__":
    by_socket = bool(settings().slack_app_token.get_secret_value())
    print(json.dumps(manifest(settings().url, by_socket=by_socket), indent=2))
