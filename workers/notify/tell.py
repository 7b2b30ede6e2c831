"""A word to one person about a shortcut: where they used it, or by direct message where Slack gave no address."""

from sqlalchemy.orm import Session

from bot.core import access, log
from bot.core.db import transaction
from bot.core.models import InboxItem, Report, Ticket
from bot.core.slack import notes
from bot.core.slack.blocks import Rendered, Span, rich
from bot.core.tickets.life import standing, state_words, tickets_of
from workers.base import Job
from workers.notify.client import configured, whisper
from workers.notify.to_report import to_person

_log = log.get("slack.tell")


def handle(job: Job) -> None:
    """Say `job.payload["word"]` to who sent inbox row `inbox_id`; "known" tells how report `report_id` stands."""
    if not configured():
        return
    with transaction() as session:
        item = session.get_one(InboxItem, job.payload["inbox_id"])
        sentence = _sentence(session, item, job.payload)
        workspace = access.workspace_of(session, item.payload["team_id"], item.payload.get("enterprise_id"))
        person = access.person_of_slack(session, workspace.id, item.payload["user_id"])
    if url := item.payload.get("response_url"):
        if not whisper(url, sentence):
            _log.info("not told")
        return
    to_person(person.id, workspace.id, f"tell:{item.id}", Rendered(sentence, [rich([Span(sentence)])]))


def _sentence(session: Session, item: InboxItem, payload: dict[str, object]) -> str:
    match payload["word"]:
        case "known":
            report = session.get_one(Report, payload["report_id"])
            tickets = [session.get_one(Ticket, ticket) for ticket in tickets_of(session, report.id)]
            # What goes on in somebody's direct message is not told in full to others.
            here = report.channel_id == item.payload["channel_id"]
            return notes.known_already([standing(one) if here else state_words(one.state) for one in tickets])
        case "absent":
            name = item.payload.get("channel_name") or ""
            return notes.absent(f"#{name}" if name else "that channel")
        case "ours":
            return notes.OURS
        case "nothing read":
            return notes.NOTHING_READ
        case _:
            return notes.FORM_FAILED_EVERYWHERE
