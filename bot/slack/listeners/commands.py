"""Slash commands: kept, and answered at once with a sentence only the person sees; without text they open a form."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.core.slack.commands import COMMANDS
from bot.core.slack.notes import COMMAND_HEARD, command_hint, form_failed
from bot.core.slack.report_form import report_form
from bot.slack.at_once import open_form
from bot.slack.inbox import fingerprint, keep, workspace

_KEPT = ("command", "text", "channel_id", "channel_name", "user_id", "user_name", "trigger_id")


def register(app: App) -> None:
    """Attach one listener for every command of the table."""
    app.command(re.compile(f"^({'|'.join(map(re.escape, COMMANDS))})$"))(keep_command)


def keep_command(body: dict[str, Any], client: WebClient, ack: Ack) -> None:
    """Keep what was typed (https://docs.slack.dev/interactivity/implementing-slash-commands/)."""
    text = str(body.get("text") or "").strip()
    if text.lower() == "help":
        ack(text=command_hint(body["command"]), response_type="ephemeral")
        return
    if not text:
        _ask(body, client, ack)
        return
    payload = workspace(body) | {name: body.get(name) or "" for name in _KEPT}
    keep("command", f"command:{body.get('trigger_id') or fingerprint(body)}", payload)
    ack(text=COMMAND_HEARD, response_type="ephemeral")


def _ask(body: dict[str, Any], client: WebClient, ack: Ack) -> None:
    """Open the form; where Slack does not, the answer to the command says what to do instead."""
    name = body["command"]
    where = {field: str(body.get(field) or "") for field in ("channel_id", "channel_name")}
    if open_form(body, client, report_form(COMMANDS[name].kind, **where)):
        ack()
    else:
        ack(text=form_failed(name), response_type="ephemeral")
