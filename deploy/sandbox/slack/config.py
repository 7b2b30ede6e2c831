"""What a sandbox is started with: tokens, addresses, delays and the people in it; no state, nothing that acts."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "users:read",
)

SUBSCRIBED = (
    "app_home_opened",
    "app_mention",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
)

DEFAULT_SEED: Json = {
    "team": {"id": "T0ROOMQUILL", "name": "Roomquill", "domain": "roomquill"},
    "bot": {"id": "U0INKLING", "bot_id": "B0INKLING", "app_id": "A0INKLING", "name": "inkling", "real_name": "Inkling"},
    "users": [
        {"id": "U0CSMNORTH", "name": "csm-north", "real_name": "Customer success, north"},
        {"id": "U0CSMSOUTH", "name": "csm-south", "real_name": "Customer success, south"},
        {"id": "U0SUPPORT1", "name": "support-lead", "real_name": "Support lead"},
        {"id": "U0BACKEND1", "name": "backend-dev-1", "real_name": "Backend developer"},
        {"id": "U0MOBILE01", "name": "mobile-dev-1", "real_name": "Mobile developer"},
        {"id": "U0PRODUCT1", "name": "pm", "real_name": "Product manager"},
    ],
    "channels": [
        {
            "id": "C0CUSTOMERS",
            "name": "customers",
            "members": ["csm-north", "csm-south", "support-lead", "backend-dev-1", "mobile-dev-1", "pm", "inkling"],
        },
        {
            "id": "C0PRODUCT",
            "name": "product",
            "members": ["csm-north", "support-lead", "backend-dev-1", "mobile-dev-1", "pm", "inkling"],
        },
        {"id": "C0INCIDENTS", "name": "incidents", "members": ["support-lead", "backend-dev-1", "mobile-dev-1", "pm"]},
        {"id": "C0REVIEW", "name": "product-review", "members": ["support-lead", "pm", "inkling"]},
    ],
}


@dataclass
class Config:
    """Settings of one sandbox. Durations are seconds; `clock` gives seconds since the epoch.

    `retry_delays` are the pauses before the second, third and fourth delivery of an event.
    `should_escape` is the flag of that name in the commands' manifest. Each of `shortcuts` has a callback id, a name
    and where it is used: on a message or everywhere (global).
    """

    base_url: str = "http://127.0.0.1:8100"
    state_file: Path | None = None
    seed: Json = field(default_factory=lambda: DEFAULT_SEED)
    bot_token: str = "xoxb-sandbox-bot"  # noqa: S105  # opens nothing but this sandbox
    app_token: str = "xapp-sandbox-app"  # noqa: S105  # opens nothing but this sandbox
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105  # opens nothing but this sandbox
    verification_token: str = "sandbox-verification-token"  # noqa: S105  # opens nothing but this sandbox
    events_url: str = ""
    subscribed: tuple[str, ...] = SUBSCRIBED
    scopes: tuple[str, ...] = SCOPES
    commands: tuple[str, ...] = ("/inkling", "/bug", "/idea", "/feedback")
    should_escape: bool = True
    shortcuts: tuple[tuple[str, str, str], ...] = (
        ("make_ticket", "Make a ticket", "message"),
        ("report", "Report something", "global"),
    )
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    answer_timeout: float = 3.0
    trigger_life: float = 3.0
    rate_limits: bool = False
    clock: Callable[[], float] = time.time

    def install(self, manifest: Json) -> None:
        """Take an app's own commands, shortcuts, events and scopes (https://docs.slack.dev/reference/app-manifest/)."""
        features = manifest["features"]
        self.commands = tuple(command["command"] for command in features.get("slash_commands", []))
        self.should_escape = all(command.get("should_escape") for command in features.get("slash_commands", []))
        self.shortcuts = tuple(
            (shortcut["callback_id"], shortcut["name"], shortcut["type"]) for shortcut in features.get("shortcuts", [])
        )
        self.subscribed = tuple(manifest["settings"]["event_subscriptions"]["bot_events"])
        self.scopes = tuple(manifest["oauth_config"]["scopes"]["bot"])
