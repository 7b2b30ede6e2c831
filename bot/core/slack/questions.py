"""Our questions as one message with answer buttons, and the modal for an answer in one's own words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import ButtonElement, InputBlock, PlainTextInputElement, PlainTextObject
from slack_sdk.models.views import View

from bot.core.outgoing import tame
from bot.core.slack import ids
from bot.core.slack.blocks import Json, Part, Rendered, Span, button, fit, rich, row, words
from bot.core.slack.text import brief

MOST_SUGGESTIONS = 4
MOST_LABEL = 2_000
MOST_ANSWER = 3_000


@dataclass(frozen=True)
class QuestionView:
    """One question as it stands. `state`: open, answered, unknown, expired or moot."""

    id: int
    position: int
    text: str
    reason: str = ""
    suggestions: Sequence[str] = field(default_factory=list)
    state: str = "open"
    answer: str = ""


def questions_message(questions: Sequence[QuestionView]) -> Rendered:
    """The round's one message: open questions have buttons, closed ones a check mark and what was answered."""

    def build(room: int) -> Rendered:
        lines: list[Sequence[Part]] = []
        blocks: list[Json] = []
        for question in questions:
            lines.append(_line(question, room))
            blocks.append(rich(lines[-1]))
            if question.state == "open":
                blocks += row(_buttons(question), f"inkling.question.{question.id}")
        still = [question for question in questions if question.state == "open"]
        if len(still) > 1:
            all_of_them = button("Answer all at once…", ids.answer_action(still[0].id, ids.ALL))
            blocks += row([all_of_them], f"inkling.questions.{still[0].id}")
        return Rendered(words(*lines), blocks)

    return fit(build)


def closing(question: QuestionView, room: int = MOST_LABEL) -> str:
    """How a closed question ended, in a line; empty while it is open."""
    return {
        "open": "",
        "answered": f"✓ {brief(question.answer, room)}",
        "unknown": "✓ Not known. It stays an open question.",
        "expired": "No answer in time. It stays an open question.",
        "moot": "Not needed any more.",
    }[question.state]


def _line(question: QuestionView, room: int) -> list[Part]:
    line: list[Part] = [Span(f"{question.position}. ", "bold"), Span(brief(question.text, room))]
    if question.reason and question.state == "open":
        line.append(Span(f"\n{brief(question.reason, room)}", "italic"))
    if ending := closing(question, room):
        line.append(Span(f"\n{ending}"))
    return line


def offered(question: QuestionView) -> list[tuple[int, str]]:
    """The answers that are offered, each with its number among the question's suggestions."""
    return [(at, text) for at, text in enumerate(question.suggestions[:10]) if tame(text).strip()][:MOST_SUGGESTIONS]


def _buttons(question: QuestionView) -> list[ButtonElement]:
    buttons = [button(text, ids.answer_action(question.id, at)) for at, text in offered(question)]
    other = "Something else…" if buttons else "Answer…"
    return [
        *buttons,
        button(other, ids.answer_action(question.id, ids.OTHER)),
        button("Don't know", ids.answer_action(question.id, ids.UNKNOWN)),
    ]


def answer_modal(question_id: int, text: str) -> Json:
    """The modal for an answer in one's own words (https://docs.slack.dev/reference/views/modal-views)."""
    return View(
        type="modal",
        callback_id=ids.ANSWER_MODAL,
        private_metadata=str(question_id),
        title="Your answer",
        submit="Send",
        close="Cancel",
        blocks=[
            InputBlock(
                block_id=ids.ANSWER_BLOCK,
                label=PlainTextObject(text=brief(tame(text), MOST_LABEL) or "Question"),
                element=PlainTextInputElement(action_id=ids.ANSWER_INPUT, multiline=True, max_length=MOST_ANSWER),
            )
        ],
    ).to_dict()
