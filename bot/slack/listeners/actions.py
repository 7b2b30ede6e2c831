"""Clicks on our buttons: answers are kept, "Something else…" opens the form, links need nothing."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.core import log
from bot.core.slack import ids
from bot.core.slack.notes import MODAL_FAILED, answered_already
from bot.core.slack.questions import answer_modal, closing
from bot.slack.inbox import fingerprint, keep, workspace
from bot.slack.lookup import question_in
from bot.slack.reply import open_form, tell

_log = log.get("slack.actions")


def register(app: App) -> None:
    """Attach our buttons first, then everything else that can be clicked."""
    app.action(re.compile(r"^inkling\.answer\."))(on_answer)
    app.action(re.compile(r"^inkling\.match\."))(on_match)
    app.action(re.compile(".*"))(ignore)


def on_answer(body: dict[str, Any], action: dict[str, Any], client: WebClient, ack: Ack) -> None:
    """Keep an answer, or open the form; a question that is closed says so to the person who clicked."""
    parsed = ids.parse_answer(str(action.get("action_id")))
    question = question_in(workspace(body)["team_id"], parsed[0]) if parsed else None
    if parsed is None or question is None:
        _log.warning("click on an unknown question", action=action.get("action_id"))
    elif ending := closing(question):
        tell(body, answered_already(ending))
    elif parsed[1] == ids.OTHER:
        open_form(body, client, answer_modal(question.id, question.text), MODAL_FAILED)
    else:
        _keep(body, action, {"question_id": parsed[0], "choice": parsed[1]})
    ack()


def on_match(body: dict[str, Any], action: dict[str, Any], ack: Ack) -> None:
    """Keep what somebody says about an earlier ticket; the status message shows what became of it."""
    if parsed := ids.parse_match(str(action.get("action_id"))):
        _keep(body, action, {"match_id": parsed[0], "same": parsed[1]})
    ack()


def ignore(ack: Ack) -> None:
    """Acknowledge a click that needs no work, such as on a link."""
    ack()


def _keep(body: dict[str, Any], action: dict[str, Any], said: dict[str, Any]) -> None:
    trigger = body.get("trigger_id") or fingerprint(body)
    payload = workspace(body) | {"user_id": body["user"]["id"]} | said
    keep("action", f"action:{trigger}:{action['action_id']}", payload)
