"""The left side of a ticket: what was said, in order, each entry with the marks under which the draft cites it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import reports
from bot.core.media import PICTURES
from bot.core.models import File, Message, Person, Question, Report
from bot.core.tickets.content import DraftContent, Evidence
from bot.dashboard.words import size


@dataclass(frozen=True)
class Shared:
    """A file beside its message; `about` says its type and size, or why it is not here. `shown`: as a small picture."""

    id: int
    name: str
    about: str
    here: bool
    shown: bool
    width: int | None
    height: int | None

    @classmethod
    def of(cls, file: File) -> "Shared":
        """What a reader is told of a file."""
        here = file.state == "kept"
        about = file.note or (f"{file.media_type}, {size(file.size)}" if here else "Not fetched from Slack yet.")
        shown = here and file.media_type in PICTURES
        return cls(file.id, file.name, about, here, shown, file.width, file.height)


@dataclass(frozen=True)
class Entry:
    """A message, or one of our questions with its answer (`question` is set then)."""

    id: str
    who: str
    at: datetime
    text: str
    cited: list[Evidence]
    edited: bool = False
    question: Question | None = None
    answer: str = ""
    answered_by: str = ""
    files: list[Shared] = field(default_factory=list)

    @property
    def marks(self) -> list[str]:
        """The marks under which the draft cites this entry."""
        return [item.mark for item in self.cited]

    @property
    def quote(self) -> str:
        """The part of it that is evidence."""
        return self.cited[0].quote if self.cited else ""

    def reads(self, change: Callable[[str], str]) -> "Entry":
        """The same entry with its words, the names of its files, and what is quoted of it, changed."""
        files = [replace(file, name=change(file.name)) for file in self.files]
        cited = [item.model_copy(update={"quote": change(item.quote)}) for item in self.cited]
        return replace(self, text=change(self.text), answer=change(self.answer), cited=cited, files=files)


@dataclass(frozen=True)
class Conversation:
    """One report with its whole thread."""

    report: Report
    reporter: str
    entries: list[Entry]


@dataclass(frozen=True)
class Thread:
    """Everything that was said about a ticket, and the quotations from elsewhere (documents, tickets, code)."""

    conversations: list[Conversation]
    quotations: list[Evidence] = field(default_factory=list)

    def reads(self, change: Callable[[str], str]) -> "Thread":
        """The same thread with all that was said in it changed."""
        talks = [replace(talk, entries=[entry.reads(change) for entry in talk.entries]) for talk in self.conversations]
        quotations = [item.model_copy(update={"quote": change(item.quote)}) for item in self.quotations]
        return Thread(talks, quotations)

    @property
    def marks(self) -> set[str]:
        """Every mark that can be found on this side."""
        said = {mark for talk in self.conversations for entry in talk.entries for mark in entry.marks}
        return said | {item.mark for item in self.quotations}


def _when(message: Message) -> datetime:
    """When Slack took the message: its ts is seconds since 1970 (https://docs.slack.dev/messaging/retrieving-messages)."""
    try:
        return datetime.fromtimestamp(float(message.ts), UTC)
    except (ValueError, OverflowError, OSError):
        return message.created_at


def _names(session: Session, people: set[int]) -> dict[int, str]:
    return {person.id: person.label for person in session.scalars(select(Person).where(Person.id.in_(people)))}


def _conversation(session: Session, report: Report, cited: dict[tuple[str, int], list[Evidence]]) -> Conversation:
    messages, questions = reports.messages_of(session, report.id), reports.questions_of(session, report.id)
    people = {message.author_id for message in messages} | {item.answered_by for item in questions if item.answered_by}
    names = _names(session, people | {report.reporter_id})
    files: dict[int, list[Shared]] = {message.id: [] for message in messages}
    for file in reports.files_of(session, files):
        files[file.message_id].append(Shared.of(file))
    entries = [
        Entry(
            id=f"message-{message.id}",
            who=names[message.author_id],
            at=_when(message),
            text=message.text,
            cited=cited.get(("message", message.id), []),
            edited=message.edited_at is not None,
            files=files[message.id],
        )
        for message in messages
    ] + [
        Entry(
            id=f"question-{question.id}",
            who="Inkling",
            at=question.created_at,
            text=question.text,
            cited=cited.get(("answer", question.id), []),
            question=question,
            answer=question.answer,
            answered_by=names[question.answered_by] if question.answered_by else "",
        )
        for question in questions
    ]
    return Conversation(report, names[report.reporter_id], sorted(entries, key=lambda entry: entry.at))


def thread_of(session: Session, found: list[Report], content: DraftContent | None) -> Thread:
    """What was said in these reports, with the marks of `content`.

    Evidence whose message is gone from the thread stays readable: its quotation joins those from elsewhere.
    """
    cited: dict[tuple[str, int], list[Evidence]] = {}
    for item in content.evidence if content else []:
        cited.setdefault((item.source, item.source_id), []).append(item)
    talks = [_conversation(session, report, cited) for report in found]
    here = Thread(talks).marks
    elsewhere = [item for item in (content.cited() if content else []) if item.mark not in here]
    return Thread(talks, elsewhere)
