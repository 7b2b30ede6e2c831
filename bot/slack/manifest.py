"""The Slack app's manifest, made from the same tables the app listens by: `python -m bot.slack.manifest` prints it."""

import json
from typing import Any

from bot.core.settings import settings
from bot.core.slack.commands import COMMANDS
from bot.core.slack.shortcuts import SHORTCUTS
from bot.slack.listeners.events import SUBSCRIBED

# What Slack shows of the agent, in at most 300 characters.
AGENT = (
    "Tell me about a bug, an idea or what works badly: I ask what is missing, write it up and say what becomes of it. "
    "Or ask what became of your reports, or what is known about something."
)
# What the workers need besides the events: to suggest and post and react, to open a direct message, to fetch files and
# to know names.
WORKING = (
    *("assistant:write", "chat:write", "reactions:write", "commands", "im:write"),
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
    shortcuts = [
        {
            "name": shortcut.name,
            "type": shortcut.where,
            "callback_id": shortcut.callback_id,
            "description": shortcut.description,
        }
        for shortcut in SHORTCUTS
    ]
    where = {} if by_socket else {"request_url": address}
    return {
        "display_information": {
            "name": "Inkling",
            "description": "Turns what people say into tickets the product team can trust",
        },
        "features": {
            "agent_view": {"agent_description": AGENT},
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Inkling", "always_online": True},
            "shortcuts": shortcuts,
            "slash_commands": commands,
        },
        "oauth_config": {"scopes": {"bot": sorted({*filter(None, SUBSCRIBED.values()), *WORKING})}},
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
