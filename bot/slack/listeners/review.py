"""Buttons and forms under a draft: Approve is kept for the workers, the others open a form that decides when sent."""

import re
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.core.errors import Conflict, InklingError
from bot.core.slack import ids
from bot.core.slack.notes import KEPT_HERE, REVIEW_FORM_FAILED
from bot.core.slack.review_forms import written
from bot.slack.at_once import open_form, tell
from bot.slack.inbox import fingerprint, keep, workspace
from bot.slack.reviewing import decide, form, problems

_OURS = re.compile(r"^inkling\.review\.")


def register(app: App) -> None:
    """Attach the buttons and the forms; both carry the same ids."""
    app.action(_OURS)(on_button)
    app.view(_OURS)(on_form)


def on_button(body: dict[str, Any], action: dict[str, Any], client: WebClient, ack: Ack) -> None:
    """Keep an approval, or open a form; who may not, or comes too late, is told so alone."""
    verb = ids.parse_verb(str(action.get("action_id")))
    if verb and verb.name == ids.APPROVE:
        place = {"channel_id": (body.get("channel") or {}).get("id") or "", "user_id": body["user"]["id"]}
        payload = workspace(body) | place | {"verb": verb.id}
        keep("action", f"action:{body.get('trigger_id') or fingerprint(body)}:{verb.id}", payload)
    elif verb:
        try:
            if not open_form(body, client, form(body, verb)):
                tell(body, REVIEW_FORM_FAILED)
        except InklingError as error:
            tell(body, error.message)
    ack()


def on_form(body: dict[str, Any], view: dict[str, Any], ack: Ack) -> None:
    """Decide at once, so that whatever stands against it is said in the form, where nothing typed is lost."""
    verb = ids.parse_verb(str(view.get("callback_id")))
    fields = written(view["state"]["values"])
    if verb and fields:
        try:
            decide(body, verb, view.get("id") or fingerprint(body), fields)
        except InklingError as error:
            sentence = f"{error.message} {KEPT_HERE}" if isinstance(error, Conflict) else error.message
            found = problems(verb, fields, error) or {next(iter(fields)): sentence}
            ack(response_action="errors", errors={ids.review_block(name): words for name, words in found.items()})
            return
    ack()
