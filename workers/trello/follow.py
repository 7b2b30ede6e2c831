"""Bringing a card up to date after a change of its ticket was accepted; what people made of the card stays theirs.

What is ours on a card is told by comparison: a name, description, item or label that some version of the ticket had
is ours, everything else somebody's own. Run again after any interruption, it changes only what is still missing.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import log
from bot.core.audit import INKLING, record
from bot.core.db import transaction
from bot.core.models import Change, DeliveryPart, Draft, Person, Review
from bot.core.settings import settings
from bot.core.tickets.content import DraftContent
from bot.core.tickets.families import families
from bot.core.tickets.life import locked
from bot.core.tickets.related import is_related, related_line
from bot.core.tickets.text import card_comment
from workers.base import Job
from workers.trello.attach import attached, missing
from workers.trello.board import labels_of
from workers.trello.build import Work, attach_files, checklist_part, item_part, label_ids
from workers.trello.card import TEXT_MAX, Card, clipped, marker
from workers.trello.deliver import thread_of
from workers.trello.errors import NoAnswer, Refused, Stuck
from workers.trello.parts import Made, Part, Sending, make, shown, shows
from workers.trello.session import Row, Trello, connect
from workers.trello.trouble import behind, forget_problem, is_there, up_to_date

# Two criteria this much alike are one that was reworded, so its tick stays.
ALIKE = 0.6
_log = log.get("trello")


@dataclass(frozen=True)
class _Task:
    """Bring card `card_id` from the version it shows to `work`; `before` and `versions` are cards as we made them."""

    card_id: str
    op_id: str
    work: Work
    old: DraftContent
    before: Card
    versions: list[Card]
    checklist_id: str
    accepted_by: str
    files_missing: bool

    @property
    def wanted(self) -> Card:
        """The card as it shall be."""
        return self.work.card(self.op_id)


def follow(job: Job) -> None:
    """Handle FOLLOW {"ticket_id"}: the card says what the newest version says. Raises Later when to run again."""
    ticket_id = int(job.payload["ticket_id"])
    with transaction() as session:
        task = _task(session, ticket_id)
        if task is None:
            up_to_date(session, ticket_id)
            return
    try:
        with connect() as trello:
            changed, left = _bring(trello, task)
    except (Stuck, NoAnswer) as error:
        raise behind(ticket_id, error) from error
    with transaction() as session:
        ticket = locked(session, ticket_id)
        shows(session, ticket_id, task.work.number)
        about = {"draft": task.work.number, "changed": changed, "left alone": left}
        record(session, INKLING, "card.followed", workspace_id=ticket.workspace_id, ticket_id=ticket_id, after=about)
        up_to_date(session, ticket_id)
        forget_problem(session)
    _log.info("followed", ticket=ticket_id, draft=task.work.number)


def _task(session: Session, ticket_id: int) -> _Task | None:
    """What to do; None without a card, and when it shows the newest version already."""
    ticket = locked(session, ticket_id)
    drafts = list(session.scalars(select(Draft).where(Draft.ticket_id == ticket_id).order_by(Draft.number)))
    parts = {row.part: row for row in session.scalars(select(DeliveryPart).where(DeliveryPart.ticket_id == ticket_id))}
    if not is_there(ticket) or "card" not in parts:
        return None
    on_card = shown(session, ticket_id) or _approved(session, ticket_id)
    files = attached(session, ticket_id)
    files_missing = missing(session, ticket_id, files)
    if on_card == drafts[-1].number and not files_missing:
        return None
    thread = thread_of(session, ticket_id)
    contents = {draft.number: DraftContent.model_validate(draft.content) for draft in drafts}
    related = related_line(families(session, [ticket_id]).get(ticket_id), settings().url)
    works = {
        number: Work(ticket_id, number, content, thread, "", "", related, files) for number, content in contents.items()
    }
    checklist = parts.get("checklist")
    return _Task(
        card_id=ticket.card_id,
        op_id=parts["card"].op_id,
        work=works[drafts[-1].number],
        old=contents[on_card],
        before=works[on_card].card(),
        versions=[work.card() for work in works.values()],
        checklist_id=checklist.external_id if checklist else "",
        accepted_by=_accepted_by(session, ticket_id),
        files_missing=files_missing,
    )


def _approved(session: Session, ticket_id: int) -> int:
    """The version that was approved: a card made by an earlier Inkling shows it."""
    query = select(Draft.number).join(Review, Review.draft_id == Draft.id)
    query = query.where(Review.ticket_id == ticket_id, Review.decision == "approve").order_by(Review.id.desc())
    return session.scalars(query.limit(1)).first() or 1


def _accepted_by(session: Session, ticket_id: int) -> str:
    query = select(Person).join(Change, Change.decided_by == Person.id)
    query = query.where(Change.ticket_id == ticket_id, Change.state == "accepted").order_by(Change.id.desc())
    person = session.scalars(query.limit(1)).first()
    return person.label if person else "somebody"


def _bring(trello: Trello, task: _Task) -> tuple[list[str], list[str]]:
    """Change what is ours and differs; returns what was changed and what was left to people."""
    try:
        card = trello.get(f"/cards/{task.card_id}", fields="name,desc,idBoard,idLabels")
    except Refused as refused:
        if refused.code != 404:
            raise
        return [], ["the card, which somebody deleted"]
    changed, left = _text(trello, task, card)
    if task.before.labels != task.wanted.labels:
        _labels(trello, task, card)
        changed.append("labels")
    if task.before.items != task.wanted.items:
        (changed if _items(trello, task) else left).append("checklist")
    if task.files_missing:
        attach_files(trello, task.work, task.card_id)
        changed.append("files")
    return changed, left


def _text(trello: Trello, task: _Task, card: Row) -> tuple[list[str], list[str]]:
    """Name and description; where somebody wrote their own description, the change is a comment."""
    wanted, changes, left = task.wanted, dict[str, str](), list[str]()
    if _words(card["name"]) != _words(wanted.name):
        ours = any(_words(card["name"]) == _words(version.name) for version in task.versions)
        if ours:
            changes["name"] = wanted.name
        elif wanted.name != task.before.name:
            left.append("name")
    if _own(card["desc"]) != _own(wanted.desc):
        if any(_own(card["desc"]) == _own(version.desc) for version in task.versions):
            changes["desc"] = wanted.desc
        elif _own(wanted.desc) != _own(task.before.desc):
            left.append("description")
    if changes:
        trello.put(f"/cards/{task.card_id}", **changes)
    if left:
        make(task.work.ticket_id, _comment(trello, task))
    return [*changes], left


def _words(text: str) -> str:
    return " ".join(text.split())


def _own(desc: str) -> str:
    """A description without its last lines (other tickets, links, our mark), however Trello may have spaced it."""
    parts = desc.strip().split("\n\n")
    paragraphs = [part for part in parts if not part.startswith("ref:") and not is_related(part)]
    return _words(" ".join(part for part in paragraphs if "[Draft and evidence](" not in part))


def _comment(trello: Trello, task: _Task) -> Part:
    path = f"/cards/{task.card_id}/actions"

    def send(sending: Sending) -> Made:
        tail = f"\n\n{marker(sending.op_id)}"
        text = card_comment(task.old, task.work.content, task.accepted_by)
        return Made(trello.post(f"{path}/comments", text=clipped(text, TEXT_MAX - len(tail)) + tail)["id"])

    def look(sent: Sending) -> Made | None:
        rows = trello.rows(path, filter="commentCard", limit=1000)
        return next((Made(row["id"]) for row in rows if marker(sent.op_id) in row["data"].get("text", "")), None)

    return Part(f"comment:{task.work.number}", "card.commented", send, look)


def _labels(trello: Trello, task: _Task, card: Row) -> None:
    """Put on what is new, take off what the ticket had and has no more; people's own labels stay."""
    before, wanted = task.before.labels, task.wanted.labels
    label_ids(trello, task.work, card["idBoard"])
    known = labels_of(trello, card["idBoard"])
    gone = {known.get(name.casefold()) for name in before if name not in wanted}
    fresh = [known[name.casefold()] for name in wanted if name not in before and name.casefold() in known]
    ids = [label_id for label_id in dict.fromkeys([*card["idLabels"], *fresh]) if label_id not in gone]
    if ids != card["idLabels"]:
        trello.put(f"/cards/{task.card_id}", idLabels=ids)


def _items(trello: Trello, task: _Task) -> bool:
    """The checklist; items that people wrote or reworded are theirs. False when somebody took the checklist away."""
    before, wanted = task.before.items, task.wanted.items
    checklist_id = task.checklist_id or make(task.work.ticket_id, checklist_part(trello, task.card_id)).id
    try:
        rows = trello.rows(f"/checklists/{checklist_id}/checkItems")
    except Refused as refused:
        if refused.code != 404:
            raise
        return False
    there = {_words(row["name"]): row["id"] for row in rows}
    fresh = [text for text in wanted if text not in before and _words(text) not in there]
    for text in before:
        item_id = there.get(_words(text))
        if text in wanted or item_id is None:
            continue
        new = max(fresh, key=lambda one: _alike(one, text), default="")
        if new and _alike(new, text) >= ALIKE:
            fresh.remove(new)
            trello.put(f"/cards/{task.card_id}/checkItem/{item_id}", name=new)
        else:
            trello.delete(f"/checklists/{checklist_id}/checkItems/{item_id}")
    for text in fresh:
        name = f"item:{task.work.number}:{wanted.index(text) + 1}"
        make(task.work.ticket_id, item_part(trello, checklist_id, name, text))
    return True


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(a=one, b=other, autojunk=False).ratio()
