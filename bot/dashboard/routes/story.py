"""The story of a ticket: everything that happened, and what each step of its runs took."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from bot.core.models import AuditEvent, Run
from bot.core.redact import Masker
from bot.core.tickets import queries
from bot.core.tickets.queries import Work
from bot.dashboard.routes.ticket import TicketId
from bot.dashboard.visit import visit
from bot.dashboard.words import STATES

router = APIRouter()

SENTENCES = {
    "report.received": "reported this",
    "report.message_added": "wrote in the thread",
    "report.message_edited": "edited a message",
    "report.message_deleted": "deleted a message",
    "report.thread_read": "read the thread",
    "report.file_kept": "kept a file",
    "report.file_refused": "could not keep a file",
    "question.answered": "answered a question",
    "question.expired": "stopped waiting for answers",
    "ticket.received": "opened a ticket",
    "ticket.ask": "asked back",
    "ticket.draft": "began to write",
    "ticket.submit": "handed in a draft",
    "ticket.edit": "edited the draft",
    "ticket.revise": "sent the draft back",
    "ticket.approve": "approved the draft",
    "ticket.decline": "declined",
    "ticket.deliver": "began to bring it to the board",
    "ticket.land": "brought it to the board",
    "ticket.ship": "marked it as shipped",
    "ticket.join": "joined it to another ticket",
    "ticket.left": "took it out of the other ticket again",
    "report.joined": "added another report",
    "report.left": "took a report out again",
    "match.shown": "asked whether it is the same as an earlier ticket",
    "match.decided": "said whether it is the same",
    "ticket.answer": "answered it without a ticket",
    "ticket.withdraw": "withdrew it",
    "ticket.drop": "withdrew it",
    "ticket.split": "made several tickets of the report",
    "ticket.unplanned": "found that the thread asks for it no more",
    "ticket.hold": "could not go on",
    "ticket.resume": "went on",
    "ticket.rerouted": "chose another place on the board",
    "change.proposed": "found a change in the thread",
    "change.accepted": "accepted a change",
    "change.refused": "refused a change",
    "change.outdated": "put a change aside that nobody decided on",
    "card.followed": "brought the card up to date",
    "ticket.personal_shown": "looked at personal data",
    "card.twin_removed": "removed a second card of the same ticket",
    "card.file_attached": "attached a file to the card",
    "card.file_twin_removed": "removed a second copy of a file from the card",
}


# Kept for the record, but no part of the story: the sentence says it, or only a machine cares.
UNTOLD = {"state", "ts", "characters", "channel", "origin", "op_id", "round", "run", "sha256"}
NAMES = {"draft": "version", "rung": "written by"}


@dataclass(frozen=True)
class Change:
    """One value before and after; empty when there was none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Happening:
    """An event as a line of the story."""

    event: AuditEvent
    sentence: str
    moved: str
    changes: list[Change]


def _text(value: object) -> str:
    if value is None:
        return ""
    return "\n".join(_text(item) for item in value) if isinstance(value, list) else str(value)


def _happening(event: AuditEvent, masker: Masker) -> Happening:
    before, after = event.before, event.after
    names = [name for name in {**before, **after} if name not in UNTOLD]
    names.sort(key=lambda name: name != "question")  # rows forget the order of names; an answer follows its question
    pairs = [
        (NAMES.get(name, name.replace("_", " ")), *(masker.mask(_text(of.get(name))) for of in (before, after)))
        for name in names
    ]
    sentence = SENTENCES.get(event.action, event.action.replace(".", ": ").replace("_", " "))
    if event.action == "question.answered" and after.get("state") == "unknown":
        sentence = "did not know an answer"
    state = str(after.get("state", "")) if event.action.startswith("ticket.") else ""
    return Happening(
        event,
        sentence,
        STATES.get(state, state) if before.get("state") != after.get("state") else "",
        [Change(*pair) for pair in pairs if pair[1] != pair[2]],
    )


@router.get("/tickets/{ticket_id}/story")
def story(request: Request, ticket_id: TicketId) -> Response:
    """The audit trail of the ticket and its reports as a timeline, then its runs as tables."""
    with visit(request) as here:
        ticket = queries.seen(here.session, ticket_id, here.person.workspace_id)
        runs: list[Run] = queries.runs_by_ticket(here.session, [ticket_id]).get(ticket_id, [])
        masker = Masker()
        work: dict[int, list[Work]] = queries.work_of(here.session, [run.id for run in runs])
        return here.page(
            "story.html",
            ticket=ticket,
            happenings=[_happening(event, masker) for event in queries.history(here.session, ticket_id)],
            runs=[(run, work.get(run.id, [])) for run in runs],
        )
