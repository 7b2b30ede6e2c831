"""A report's thread as the chain sees it: read from the rows, with secrets masked and links to each message."""

import hashlib
import re

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core import reports
from bot.core.models import File, Message, Person, Question, Report
from bot.core.redact import Masker
from bot.core.tickets.joining import heard_in
from bot.core.tickets.life import tickets_of
from bot.core.tickets.review import latest_draft
from workers.chain.data import Asked, Source, Thread

# https://docs.slack.dev/reference/methods/chat.getPermalink: /archives/<channel>/p<ts without its dot>
_PERMALINK = re.compile(r"(https?://[^/]+/archives/[A-Z0-9]+)/p\d+")
_TS = re.compile(r"\d{10}\.\d{6}")


def load(session: Session, report: Report, ticket_id: int | None = None) -> tuple[Thread, Masker]:
    """The thread as it is now, and the masker that knows what was masked in it.

    For a ticket that is everything it may use: the thread it was made for, then what joined it.
    """
    heard = heard_in(session, ticket_id) if ticket_id else [report]
    report, threads = heard[0], {one.id: one for one in heard}
    messages = [message for one in heard for message in reports.messages_of(session, one.id)]
    told = _told(session, messages)
    asked_here = reports.questions_of(session, report.id)
    # What was asked about another ticket is settled there; what came back is told.
    elsewhere = [question for one in heard[1:] for question in reports.questions_of(session, one.id)]
    questions = [*asked_here, *(question for question in elsewhere if question.state == "answered")]
    words = [told[message.id] for message in messages] + [question.answer for question in questions]
    masker = _masker(session, report, "\n".join(words))
    writers = {message.author_id for message in messages} | {question.answered_by for question in questions}
    people = {person.id: person.label for person in session.scalars(select(Person).where(Person.id.in_(writers)))}
    said = [
        Source(
            mark=f"m{number}",
            source="message",
            source_id=message.id,
            label=f"{people[message.author_id]}, message {number}",
            text=masker.mask(told[message.id]),
            url=_link(threads[message.report_id], message),
            who=_who(message.author_id, report, messages),
        )
        for number, message in enumerate(messages, 1)
        if told[message.id].strip()
    ]
    asked, answers = _answers(questions, people, masker)
    thread = Thread(
        report_id=report.id,
        kind_hint=report.kind_hint,
        messages=said,
        answers=answers,
        asked=asked,
        note=report.thread_note,
        masked=masker.found,
        digests=masker.digests,
    )
    return thread, masker


def _told(session: Session, messages: list[Message]) -> dict[int, str]:
    """What each message says together with its files."""
    files: dict[int, list[File]] = {message.id: [] for message in messages}
    for file in reports.files_of(session, files):
        files[file.message_id].append(file)
    return {message.id: reports.told(message.text, files[message.id]) for message in messages}


def _masker(session: Session, report: Report, text: str) -> Masker:
    """A masker with the placeholders of the drafts so far, and with the people of the workspace whom `text` names."""
    known: dict[str, str] = {}
    for ticket_id in tickets_of(session, report.id):
        if draft := latest_draft(session, ticket_id):
            known |= draft.content.get("masked", {})
    named = select(Person.display_name).where(Person.workspace_id == report.workspace_id, Person.display_name != "")
    named = named.where(func.strpos(func.lower(text), func.lower(Person.display_name)) > 0)
    return Masker(known, session.scalars(named))


def fingerprint(thread: Thread) -> str:
    """Changes whenever somebody said something new, edited or deleted something, or answered."""
    said = [f"{source.mark}\0{source.source_id}\0{source.text}" for source in thread.said]
    fates = [f"{asked.field}\0{asked.round}\0{asked.state}" for asked in thread.asked]
    return hashlib.sha256("\1".join([*said, *fates]).encode()).hexdigest()


def _who(author_id: int, report: Report, messages: list[Message]) -> str:
    """A name for a model that names nobody: reporter, or colleague with a number."""
    if author_id == report.reporter_id:
        return "reporter"
    others = dict.fromkeys(message.author_id for message in messages if message.author_id != report.reporter_id)
    return f"colleague {list(others).index(author_id) + 1}"


def _link(report: Report, message: Message) -> str:
    """The message's own address when the thread's has Slack's form, else the thread's."""
    base = _PERMALINK.match(report.permalink)
    if base is None or not _TS.fullmatch(message.ts):
        return report.permalink
    link = f"{base[1]}/p{message.ts.replace('.', '')}"
    if not report.thread_ts or message.ts == report.thread_ts:
        return link
    return f"{link}?thread_ts={report.thread_ts}&cid={report.channel_id}"


def _answers(questions: list[Question], people: dict[int, str], masker: Masker) -> tuple[list[Asked], list[Source]]:
    """What was asked and what came back. One reply to several questions is only a message: it may not answer all."""
    replies = [question.message_id for question in questions if question.message_id is not None]
    asked: list[Asked] = []
    answers: list[Source] = []
    for number, question in enumerate(questions, 1):
        shared = question.message_id is not None and replies.count(question.message_id) > 1
        same = [other for other in questions if other.message_id == question.message_id]
        own = question.state == "answered" and not (shared and len({other.answer for other in same}) == 1)
        if own:
            who = people.get(question.answered_by or 0, "somebody")
            answers.append(
                Source(
                    mark=f"q{number}",
                    source="answer",
                    source_id=question.id,
                    label=f"{who}, answer to “{question.text}”",
                    text=masker.mask(question.answer),
                    who=question.text,
                )
            )
        fate = {"field": question.field, "text": question.text, "state": question.state, "round": question.round}
        asked.append(Asked.model_validate(fate | {"mark": f"q{number}" if own else ""}))
    return asked, answers
