"""The ids that tie a click in Slack to what it answers; both the builders and the listeners read them from here."""

import re

ANSWER_MODAL, ANSWERS_MODAL, LATE_MODAL = "inkling.answer_modal", "inkling.answers_modal", "inkling.late_modal"
ANSWER_BLOCK, ANSWER_INPUT = "inkling.answer", "inkling.text"
REPORT_FORM = "inkling.report_form"
KIND_BLOCK, KIND_INPUT = "inkling.kind", "inkling.choice"
TEXT_BLOCK, TEXT_INPUT = "inkling.what", "inkling.text"
MAKE_TICKET, REPORT = "inkling.make_ticket", "inkling.report"
# Buttons that only open an address; Slack reports the click all the same.
OPEN_DRAFT, OPEN_CARD = "inkling.open_draft", "inkling.open_card"

YES, NO = "yes", "no"
_MATCH = re.compile(r"inkling\.match\.(\d{1,18})\.(yes|no)")
# ALL opens a form for every open question of the round.
UNKNOWN, OTHER, ALL = "unknown", "other", "all"
_ANSWER = re.compile(r"inkling\.answer\.(\d{1,18})\.(\d|unknown|other|all)")


def answer_action(question_id: int, choice: int | str) -> str:
    """The action id of one answer button: the number of a suggestion from 0, UNKNOWN, OTHER or ALL."""
    return f"inkling.answer.{question_id}.{choice}"


def match_action(match_id: int, choice: str) -> str:
    """The action id of a button under a match: YES or NO."""
    return f"inkling.match.{match_id}.{choice}"


def parse_match(action_id: str) -> tuple[int, bool] | None:
    """(match id, whether it is the same) behind an action id; None when it is no such button."""
    match = _MATCH.fullmatch(action_id)
    return (int(match[1]), match[2] == YES) if match else None


def parse_answer(action_id: str) -> tuple[int, str] | None:
    """(question id, choice) behind an action id; None when it is no answer button."""
    match = _ANSWER.fullmatch(action_id)
    return (int(match[1]), match[2]) if match else None
