"""Slash commands: kept, and answered at once with a sentence only the person sees."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.core.slack.commands import COMMANDS
from bot.core.slack.notes import COMMAND_HEARD, command_hint
from bot.slack.inbox import fingerprint, keep, workspace

_KEPT = ("command", "text", "channel_id", "channel_name", "user_id", "user_name", "trigger_id")


def register(app: App) -> None:
    """Attach one listener for every command of the table."""
    app.command(re.compile(f"^({'|'.join(map(re.escape, COMMANDS))})$"))(keep_command)


def keep_command(body: dict[str, Any], ack: Ack) -> None:
    """Keep what was typed (https://docs.slack.dev/interactivity/implementing-slash-commands/)."""
    if str(body.get("text") or "").strip().lower() in ("", "help"):
        ack(text=command_hint(body["command"]), response_type="ephemeral")
        return
    payload = workspace(body) | {name: body.get(name) or "" for name in _KEPT}
    keep("command", f"command:{body.get('trigger_id') or fingerprint(body)}", payload)
    ack(text=COMMAND_HEARD, response_type="ephemeral")
