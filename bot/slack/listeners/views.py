"""Forms sent: reports and answers are checked and kept (https://docs.slack.dev/surfaces/modals/)."""

import re
from typing import Any

from slack_bolt import Ack, App

from bot.core.slack import ids
from bot.core.slack.answers import choice_block, late_modal, read
from bot.core.slack.notes import ANSWER_EMPTY, ANSWERS_EMPTY, REPORT_EMPTY, answered_already
from bot.core.slack.questions import closing
from bot.core.slack.report_form import filled
from bot.slack.inbox import fingerprint, keep, workspace
from bot.slack.lookup import question_in


def register(app: App) -> None:
    """Attach our forms first, then every other form."""
    app.view(ids.ANSWER_MODAL)(on_answer)
    app.view(ids.ANSWERS_MODAL)(on_answers)
    app.view(ids.REPORT_FORM)(on_report)
    app.view(re.compile(".*"))(ignore)


def on_answer(body: dict[str, Any], view: dict[str, Any], ack: Ack) -> None:
    """Keep the answer; an empty one, or one that comes too late, leaves the form open with a sentence."""
    field = view["state"]["values"].get(ids.ANSWER_BLOCK, {}).get(ids.ANSWER_INPUT, {})
    text = (field.get("value") or "").strip()
    question_id = view.get("private_metadata", "")
    question = question_in(workspace(body)["team_id"], int(question_id)) if question_id.isdecimal() else None
    problem = ANSWER_EMPTY if not text else ""
    if question and (ending := closing(question)):
        problem = answered_already(ending)
    if problem:
        ack(response_action="errors", errors={ids.ANSWER_BLOCK: problem})
        return
    if question:
        payload = workspace(body) | {"user_id": body["user"]["id"], "question_id": question.id, "text": text}
        keep("view", f"view:{view.get('id') or fingerprint(body)}", payload)
    ack()


def on_answers(body: dict[str, Any], view: dict[str, Any], ack: Ack) -> None:
    """Keep all answers of a form; without any it stays open, and what came too late is shown to its author."""
    asked = [int(number) for number in view.get("private_metadata", "").split(",") if number.isdecimal()]
    given = {said["question_id"]: said for said in read(view["state"]["values"]) if said["question_id"] in asked}
    if not given:
        ack(response_action="errors", errors={choice_block(number): ANSWERS_EMPTY for number in asked[:1]})
        return
    found = [question_in(workspace(body)["team_id"], number) for number in given]
    late = [question for question in found if question and closing(question)]
    if len(late) < len(given):
        payload = workspace(body) | {"user_id": body["user"]["id"], "answers": list(given.values())}
        keep("view", f"view:{view.get('id') or fingerprint(body)}", payload)
    if late:
        ack(response_action="update", view=late_modal([(question, given[question.id]["words"]) for question in late]))
    else:
        ack()


def on_report(body: dict[str, Any], view: dict[str, Any], ack: Ack) -> None:
    """Keep a report; one without words leaves the form open with a sentence."""
    sent = filled(view)
    if not sent.text:
        ack(response_action="errors", errors={ids.TEXT_BLOCK: REPORT_EMPTY})
        return
    said = {"user_id": body["user"]["id"], "kind": sent.kind, "text": sent.text, **sent.place.model_dump()}
    keep("form", f"view:{view.get('id') or fingerprint(body)}", workspace(body) | said)
    ack()


def ignore(ack: Ack) -> None:
    """Close a form that is none of ours."""
    ack()
