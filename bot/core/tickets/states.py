"""A ticket's life as data: states, and which command leads from where to where; the docs' diagram is made from it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a ticket is. `terminal` ones are ends; `answered` means that no ticket was needed."""

    RECEIVED = "received"
    CLARIFYING = "clarifying"
    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    DELIVERING = "delivering"
    ON_BOARD = "on_board"
    SHIPPED = "shipped"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    NEEDS_ATTENTION = "needs_attention"


S = State
OPEN = (S.RECEIVED, S.CLARIFYING, S.DRAFTING, S.IN_REVIEW)
# Where there may be a text that what is said later can change.
AFTER_DRAFT = (S.IN_REVIEW, S.APPROVED, S.DELIVERING, S.ON_BOARD, S.SHIPPED, S.NEEDS_ATTENTION)


@dataclass(frozen=True)
class Transition:
    """`who` is the least role that may give the command: reviewer, reporter, or inkling (the machine itself)."""

    command: str
    sources: tuple[State, ...]
    target: State
    who: str


TRANSITIONS = (
    Transition("ask", (S.RECEIVED, S.DRAFTING), S.CLARIFYING, "inkling"),
    Transition("draft", (S.RECEIVED, S.CLARIFYING), S.DRAFTING, "inkling"),
    Transition("submit", (S.DRAFTING,), S.IN_REVIEW, "inkling"),
    Transition("revise", (S.IN_REVIEW,), S.DRAFTING, "reviewer"),
    Transition("approve", (S.IN_REVIEW,), S.APPROVED, "reviewer"),
    Transition("decline", (*OPEN, S.NEEDS_ATTENTION), S.DECLINED, "reviewer"),
    Transition("deliver", (S.APPROVED,), S.DELIVERING, "inkling"),
    Transition("land", (S.DELIVERING,), S.ON_BOARD, "inkling"),
    Transition("ship", (S.ON_BOARD,), S.SHIPPED, "inkling"),
    Transition("join", OPEN, S.DUPLICATE, "reporter"),
    Transition("answer", OPEN, S.ANSWERED, "inkling"),
    Transition("withdraw", OPEN, S.WITHDRAWN, "reporter"),
    Transition("drop", OPEN, S.WITHDRAWN, "inkling"),
    Transition("hold", (*OPEN, S.APPROVED, S.DELIVERING), S.NEEDS_ATTENTION, "inkling"),
)

BY_COMMAND = {transition.command: transition for transition in TRANSITIONS}
TERMINAL = frozenset(State) - {source for transition in TRANSITIONS for source in transition.sources}


def diagram() -> str:
    """The life of a ticket as a Mermaid state diagram.

    `hold` returns to where it was once the cause is gone, `join` when somebody says that it was none of the same.
    """
    lines = ["stateDiagram-v2", f"    [*] --> {S.RECEIVED}"]
    for transition in TRANSITIONS:
        lines += [f"    {source} --> {transition.target}: {transition.command}" for source in transition.sources]
    lines += [f"    {state} --> [*]" for state in State if state in TERMINAL]
    return "\n".join(lines)
