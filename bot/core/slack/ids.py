"""The ids that tie a click in Slack to what it answers; both the builders and the listeners read them from here."""

import re
from dataclasses import dataclass

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
APPROVE, EDIT, DECLINE, AGAIN = "approve", "edit", "decline", "again"
_REVIEW = re.compile(r"inkling\.review\.(approve|edit|decline|again)\.([0-9]{1,18})\.([0-9]{1,9})")
# What is typed or chosen in a form about a draft.
REVIEW_INPUT = "inkling.review_input"


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


@dataclass(frozen=True)
class Verb:
    """What somebody wants with a draft (APPROVE, EDIT, DECLINE or AGAIN), and the version they saw."""

    name: str
    ticket_id: int
    number: int

    @property
    def id(self) -> str:
        """The action id of its button, which is the callback id of its form too."""
        return f"inkling.review.{self.name}.{self.ticket_id}.{self.number}"


def parse_verb(given: str) -> Verb | None:
    """What a button or form under a draft stands for; None when it is none."""
    match = _REVIEW.fullmatch(given)
    return Verb(match[1], int(match[2]), int(match[3])) if match else None


def review_block(name: str) -> str:
    """The block id of one field of a form about a draft."""
    return f"inkling.review.{name}"
