"""The ids that tie a click in Slack to what it answers; both the builders and the listeners read them from here."""

import re

ANSWER_MODAL = "inkling.answer_modal"
ANSWER_BLOCK, ANSWER_INPUT = "inkling.answer", "inkling.text"
# Buttons that only open an address; Slack reports the click all the same.
OPEN_DRAFT, OPEN_CARD = "inkling.open_draft", "inkling.open_card"

UNKNOWN, OTHER = "unknown", "other"
_ANSWER = re.compile(r"inkling\.answer\.(\d{1,18})\.(\d|unknown|other)")


def answer_action(question_id: int, choice: int | str) -> str:
    """The action id of one answer button: the number of a suggestion from 0, UNKNOWN or OTHER."""
    return f"inkling.answer.{question_id}.{choice}"


def parse_answer(action_id: str) -> tuple[int, str] | None:
    """(question id, choice) behind an action id; None when it is no answer button."""
    match = _ANSWER.fullmatch(action_id)
    return (int(match[1]), match[2]) if match else None
