"""The parts of a card, each with the one request that makes it and the look that finds it; no states, no rows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sqlalchemy import select

from bot.core.audit import INKLING, record
from bot.core.db import transaction
from bot.core.models import AuditEvent
from bot.core.settings import settings
from bot.core.tickets.content import DraftContent
from bot.core.tickets.life import locked
from workers.trello.attach import MOST, Attached, file_part, remove_twins
from workers.trello.board import labels_of, resolve
from workers.trello.card import CHECKLIST, LINK_NAME, Card, compose, marker
from workers.trello.errors import Refused, Stuck
from workers.trello.parts import Detail, Made, Part, Sending, forget_done, in_flight, make, sent_again
from workers.trello.session import Params, Row, Trello

Answer = TypeVar("Answer")
_PAGE = 1000  # most cards Trello shows at once


@dataclass(frozen=True)
class Work:
    """What is to be brought where: version `number` of the text, its thread's address (or "") and the place (or "").

    `related` names the other tickets of its report, as they are now: a card is not written again when they land.
    """

    ticket_id: int
    number: int
    content: DraftContent
    thread_url: str
    board: str
    list: str
    related: str = ""
    files: tuple[Attached, ...] = ()

    def card(self, op_id: str = "") -> Card:
        """The card as it is sent under `op_id`."""
        desk_url = f"{settings().url}/tickets/{self.ticket_id}"
        links = {"thread_url": self.thread_url, "desk_url": desk_url, "related": self.related}
        return compose(self.content, op_id=op_id, **links, unattached=[file.name for file in self.files[MOST:]])


def build(trello: Trello, work: Work) -> Made:
    """Make what is still missing of the card; raises as parts.make does."""
    made = make(work.ticket_id, _card(trello, work))
    card = work.card()
    try:
        link = _link(trello, made.id, card.link)
        if card.link and not _extra(work, "the link", lambda: make(work.ticket_id, link)):
            # Refused perhaps because the card itself is gone.
            trello.get(f"/cards/{made.id}", fields="name")
        if card.items:
            checklist = make(work.ticket_id, checklist_part(trello, made.id))
            for number, text in enumerate(card.items, 1):
                make(work.ticket_id, item_part(trello, checklist.id, f"item:{number}", text))
        attach_files(trello, work, made.id)
    except Refused as refused:
        if refused.code != 404:
            raise
        raise Stuck(
            "Somebody deleted the card, or its checklist, before it was complete.",
            "Decline the ticket, and report it again if it is still needed.",
        ) from refused
    _remove_twins(trello, work.ticket_id, made.id)
    return made


def attach_files(trello: Trello, work: Work, card_id: str) -> None:
    """Bring the files that the card does not have yet; one that Trello refuses is left to the desk."""
    for file in work.files[:MOST]:
        part = file_part(trello, card_id, file)
        if made := _extra(work, f"the file {file.name}", partial(make, work.ticket_id, part)):
            remove_twins(trello, work.ticket_id, card_id, file, made)


def _card(trello: Trello, work: Work) -> Part:
    def prepare() -> Detail:
        place = resolve(trello, work.board, work.list)
        labels = label_ids(trello, work, place.board)
        return {"board": place.board, "list": place.list, "labels": labels, "draft": work.number}

    def send(sending: Sending) -> Made:
        card, detail = work.card(sending.op_id), sending.detail
        return _card_made(
            trello.post("/cards", idList=detail["list"], idLabels=detail["labels"], name=card.name, desc=card.desc)
        )

    def look(sent: Sending) -> Made | None:
        return next(map(_card_made, _cards(trello, sent)), None)

    return Part("card", "card.created", send, look, prepare)


def _card_made(card: Row) -> Made:
    return Made(card["id"], card.get("shortUrl") or card.get("url", ""))


def label_ids(trello: Trello, work: Work, board_id: str) -> list[str]:
    """Ids of the card's labels; those the board does not have are made, without a colour."""
    known = _extra(work, "the board's labels", lambda: labels_of(trello, board_id))
    if known is None:
        return []
    ids = []
    for name in work.card().labels:
        label_id = known.get(name.casefold())
        if label_id is None or in_flight(work.ticket_id, f"label:{name}"):
            label_id = _extra(work, f"the label {name}", partial(_new_label, trello, work.ticket_id, board_id, name))
        ids += [label_id] if label_id else []
    return ids


def _extra(work: Work, what: str, ask: Callable[[], Answer]) -> Answer | None:
    """What a card can do without: when Trello refuses it (None) the card goes on, and the trail says so once."""
    try:
        return ask()
    except Refused as refused:
        if refused.code in (401, 403):
            raise
        about = {"without": what, "why": refused.what}
    with transaction() as session:
        workspace_id = locked(session, work.ticket_id).workspace_id
        told = select(AuditEvent.id).where(AuditEvent.ticket_id == work.ticket_id, AuditEvent.action == "card.without")
        if session.scalar(told.where(AuditEvent.after["without"].astext == what).limit(1)) is None:
            record(session, INKLING, "card.without", workspace_id=workspace_id, ticket_id=work.ticket_id, after=about)
    return None


def _new_label(trello: Trello, ticket_id: int, board_id: str, name: str) -> str:
    """Make a label. Two tickets may need the same one at once: both then take the older one."""
    part = _label(trello, board_id, name)
    forget_done(ticket_id, part.name)
    made = make(ticket_id, part)
    oldest = labels_of(trello, board_id).get(name.casefold(), made.id)
    if oldest != made.id:
        trello.delete(f"/labels/{made.id}")
    return oldest


def _label(trello: Trello, board_id: str, name: str) -> Part:
    def send(_: Sending) -> Made:
        return Made(trello.post("/labels", idBoard=board_id, name=name, color=None)["id"])

    def look(_: Sending) -> Made | None:
        found = labels_of(trello, board_id).get(name.casefold())
        return Made(found) if found else None

    return Part(f"label:{name}", "board.label_created", send, look)


def _link(trello: Trello, card_id: str, url: str) -> Part:
    path = f"/cards/{card_id}/attachments"

    def send(_: Sending) -> Made:
        return Made(trello.post(path, url=url, name=LINK_NAME)["id"])

    def look(_: Sending) -> Made | None:
        found = trello.rows(path, fields="url,name")
        return _first(found, "url", url) or _first(found, "name", LINK_NAME)

    return Part("link", "card.linked", send, look)


def checklist_part(trello: Trello, card_id: str) -> Part:
    """The card's checklist, empty."""
    path = f"/cards/{card_id}/checklists"

    def send(_: Sending) -> Made:
        return Made(trello.post(path, name=CHECKLIST)["id"])

    def look(_: Sending) -> Made | None:
        return _first(trello.rows(path, checkItems="none", fields="name"), "name", CHECKLIST)

    return Part("checklist", "card.checklist_created", send, look)


def item_part(trello: Trello, checklist_id: str, name: str, text: str) -> Part:
    """The part called `name`: one item of the checklist, at its end."""
    path = f"/checklists/{checklist_id}/checkItems"

    def send(_: Sending) -> Made:
        return Made(trello.post(path, name=text, pos="bottom")["id"])

    def look(_: Sending) -> Made | None:
        return _first(trello.rows(path), "name", text)

    return Part(name, "card.item_created", send, look)


def _first(rows: list[Row], field: str, value: str) -> Made | None:
    """The first row with this value, however Trello may have spaced it."""
    wanted = value.split()
    return next((Made(row["id"]) for row in rows if str(row.get(field, "")).split() == wanted), None)


def _cards(trello: Trello, sent: Sending) -> list[Row]:
    """Cards with our mark, oldest first: in the list they were sent to, then moved or archived ones on the board.

    Not by search, whose index learns of a card only later; a board that is gone has none.
    """
    for path in (f"/lists/{sent.detail['list']}/cards", f"/boards/{sent.detail['board']}/cards/all"):
        try:
            if found := _marked(trello, path, sent.op_id):
                return found
        except Refused as refused:
            if refused.code != 404:
                raise
    return []


def _marked(trello: Trello, path: str, op_id: str) -> list[Row]:
    page: Params = {"filter": "all", "fields": "desc,url,shortUrl", "limit": _PAGE}
    while rows := trello.rows(path, **page):
        found = [row for row in rows if marker(op_id) in row["desc"]]
        oldest = min(str(row["id"]) for row in rows)
        if found or len(rows) < _PAGE or page.get("before") == oldest:
            return sorted(found, key=lambda row: str(row["id"]))
        page["before"] = oldest
    return []


def _remove_twins(trello: Trello, ticket_id: int, card_id: str) -> None:
    """When the card had to be sent again and the first request came through late after all, only one stays."""
    again = sent_again(ticket_id, "card")
    if again is None:
        return
    for twin in [card["id"] for card in _cards(trello, again) if card["id"] != card_id]:
        trello.delete(f"/cards/{twin}")
        with transaction() as session:
            workspace_id, before = locked(session, ticket_id).workspace_id, {"id": twin}
            record(session, INKLING, "card.twin_removed", workspace_id=workspace_id, ticket_id=ticket_id, before=before)
