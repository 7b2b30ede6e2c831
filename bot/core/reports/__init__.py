"""A report and its conversation: receiving it, its messages, our questions and their answers; no network."""

from bot.core.reports.files import files_of, told
from bot.core.reports.questions import Ask, answer, answer_by_reply, ask, expire, open_questions, questions_of
from bot.core.reports.receive import (
    OPENED_LATER,
    add_message,
    change_message,
    direct_to,
    is_to_be_opened,
    messages_of,
    receive,
    report_in_thread,
    wake,
)
from bot.core.reports.usual import usual_answers

__all__ = [
    "OPENED_LATER",
    "Ask",
    "add_message",
    "answer",
    "answer_by_reply",
    "ask",
    "change_message",
    "direct_to",
    "expire",
    "files_of",
    "is_to_be_opened",
    "messages_of",
    "open_questions",
    "questions_of",
    "receive",
    "report_in_thread",
    "told",
    "usual_answers",
    "wake",
]
