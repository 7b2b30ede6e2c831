"""Shortcuts: a message to make a ticket of is kept; the one that works everywhere, like the Home, opens the form.

https://docs.slack.dev/interactivity/implementing-shortcuts/
"""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.core.slack import ids
from bot.core.slack.report_form import report_form
from bot.slack.at_once import open_form
from bot.slack.inbox import fingerprint, keep, workspace

_KEPT = ("ts", "thread_ts", "user", "bot_id", "username", "text")


def register(app: App) -> None:
    """Attach our shortcuts first, then every other one."""
    app.message_shortcut(ids.MAKE_TICKET)(make_ticket)
    app.global_shortcut(ids.REPORT)(report)
    app.action(ids.REPORT)(report)
    app.shortcut(re.compile(".*"))(ignore)


def make_ticket(body: dict[str, Any], ack: Ack) -> None:
    """Keep the message as Slack sent it: where we are no member, nobody can read it later."""
    message = {name: body["message"][name] for name in _KEPT if body["message"].get(name)}
    where = {"channel_id": body["channel"]["id"], "channel_name": body["channel"].get("name") or ""}
    _keep("shortcut", body, where | {"message": message, "response_url": body.get("response_url") or ""})
    ack()


def report(body: dict[str, Any], client: WebClient, ack: Ack) -> None:
    """Open the form. Slack gives no address to answer at, so a failure is told by direct message."""
    if not open_form(body, client, report_form()):
        _keep("unopened", body, {})
    ack()


def ignore(ack: Ack) -> None:
    """Acknowledge a shortcut that is none of ours."""
    ack()


def _keep(kind: str, body: dict[str, Any], said: dict[str, Any]) -> None:
    payload = workspace(body) | {"user_id": body["user"]["id"]} | said
    keep(kind, f"shortcut:{body.get('trigger_id') or fingerprint(body)}", payload)
