"""The modal that answers all open questions of a round at once, and what somebody chose and wrote in it."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.models.blocks import InputBlock, Option, PlainTextInputElement, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.core.outgoing import tame
from bot.core.slack import ids
from bot.core.slack.blocks import MOST_BUTTON, Json, Span, rich
from bot.core.slack.notes import answered_already
from bot.core.slack.questions import MOST_ANSWER, MOST_LABEL, QuestionView, closing, offered
from bot.core.slack.text import brief

CHOICE, WORDS = "choice", "words"
_BLOCK = re.compile(r"inkling\.(choice|words)\.(\d{1,18})")


def answers_modal(questions: Sequence[QuestionView]) -> Json:
    """A menu of suggested answers and a line for own words per question; what stays empty stays open.

    https://docs.slack.dev/reference/views/modal-views
    """
    return View(
        type="modal",
        callback_id=ids.ANSWERS_MODAL,
        private_metadata=",".join(str(question.id) for question in questions),
        title="Your answers",
        submit="Send",
        close="Cancel",
        blocks=[block for question in questions for block in _blocks(question)],
    ).to_dict()


def _blocks(question: QuestionView) -> list[InputBlock]:
    label = brief(tame(question.text), MOST_LABEL) or "Question"
    known = [(str(at), text) for at, text in offered(question)]
    menu = StaticSelectElement(
        action_id=CHOICE,
        options=[_option(text, value) for value, text in [*known, (ids.UNKNOWN, "Don't know")]],
        placeholder=PlainTextObject(text="Choose, or leave it open"),
    )
    line = PlainTextInputElement(action_id=WORDS, multiline=True, max_length=MOST_ANSWER)
    return [
        InputBlock(block_id=choice_block(question.id), label=label, element=menu, optional=True),
        InputBlock(block_id=f"inkling.words.{question.id}", label="In your own words", element=line, optional=True),
    ]


def choice_block(question_id: int) -> str:
    """The block id of a question's menu."""
    return f"inkling.choice.{question_id}"


def late_modal(late: Sequence[tuple[QuestionView, str]]) -> Json:
    """What somebody reads whose answers came after another's: how each question ended, and the words they wrote."""
    lines = []
    for question, words in late:
        lines.append(rich([Span(brief(question.text, 600), "bold")], quote=brief(words, 1_000)))
        lines.append(rich([Span(answered_already(closing(question, 600)))]))
    title = "Answered meanwhile"
    return View(type="modal", callback_id=ids.LATE_MODAL, title=title, close="Close", blocks=lines).to_dict()


def _option(text: str, value: str) -> Option:
    return Option(text=PlainTextObject(text=brief(tame(text), MOST_BUTTON)), value=value)


def read(values: dict[str, dict[str, dict[str, Any]]]) -> Iterator[Json]:
    """Per question that got an answer its id, the choice (a number from 0, "unknown" or nothing) and own words."""
    found: dict[int, Json] = {}
    for block_id, fields in values.items():
        if not (match := _BLOCK.fullmatch(block_id)):
            continue
        field = fields.get(match[1]) or {}
        said = (field.get("selected_option") or {}).get("value") if match[1] == CHOICE else field.get("value")
        if said and said.strip():
            found.setdefault(int(match[2]), {CHOICE: "", WORDS: ""})[match[1]] = said.strip()
    for question_id, said in found.items():
        yield {"question_id": question_id, **said}
