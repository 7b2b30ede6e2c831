"""The files of a ticket as attachments of its card: each is one part, told apart by its mark in the file's name."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.audit import INKLING, record
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import DeliveryPart, File
from bot.core.tickets.files import files_of_ticket
from bot.core.tickets.life import locked
from workers.trello.card import clipped
from workers.trello.parts import Made, Part, Sending, sent_again
from workers.trello.session import Row, Trello

# A card with more is no help; the others stand on the desk, and the description names them.
MOST = 20
_NAME_MAX = 256  # Trello's own limit for an attachment's name


@dataclass(frozen=True)
class Attached:
    """A file that belongs on the card; its content is read when it is sent, so that there is never more than one."""

    id: int
    name: str
    media_type: str

    @property
    def part(self) -> str:
        """What its part of the delivery is called."""
        return f"file:{self.id}"


def attached(session: Session, ticket_id: int) -> tuple[Attached, ...]:
    """The files of a ticket in their order, also those that are too many for a card."""
    return tuple(Attached(file.id, file.name, file.media_type) for file in files_of_ticket(session, ticket_id))


def missing(session: Session, ticket_id: int, files: tuple[Attached, ...]) -> bool:
    """Whether a file that fits on the card was not brought there yet."""
    query = select(DeliveryPart.part).where(DeliveryPart.ticket_id == ticket_id, DeliveryPart.state == "done")
    done = set(session.scalars(query))
    return any(file.part not in done for file in files[:MOST])


def file_part(trello: Trello, card_id: str, file: Attached) -> Part:
    """One file as an attachment of the card."""

    def send(sending: Sending) -> Made:
        name = f"{sending.op_id}-{re.sub(r'[^A-Za-z0-9._-]+', '-', file.name)[-80:]}"
        with transaction() as session:
            content = session.scalar(select(File.content).where(File.id == file.id, File.state == "kept"))
        if content is None:
            raise Later("A file was deleted while its card was made.", 1, counts=False)
        shown = clipped(" ".join(file.name.split()), _NAME_MAX)
        return Made(trello.upload(_path(card_id), (name, content, file.media_type), name=shown)["id"])

    def look(sent: Sending) -> Made | None:
        return next((Made(row["id"]) for row in _marked(trello, card_id, sent.op_id)), None)

    return Part(file.part, "card.file_attached", send, look)


def remove_twins(trello: Trello, ticket_id: int, card_id: str, file: Attached, made: Made) -> None:
    """When the file had to be sent again and the first request came through late after all, only one stays."""
    again = sent_again(ticket_id, file.part)
    for twin in [row["id"] for row in _marked(trello, card_id, again.op_id) if row["id"] != made.id] if again else []:
        trello.delete(f"{_path(card_id)}/{twin}")
        with transaction() as session:
            workspace_id, before = locked(session, ticket_id).workspace_id, {"file": file.name}
            action = "card.file_twin_removed"
            record(session, INKLING, action, workspace_id=workspace_id, ticket_id=ticket_id, before=before)


def _path(card_id: str) -> str:
    return f"/cards/{card_id}/attachments"


def _marked(trello: Trello, card_id: str, op_id: str) -> list[Row]:
    """Attachments that went out as this part: two files of a thread are often both called image.png."""
    rows = trello.rows(_path(card_id), fields="name,fileName,url")
    return [row for row in rows if f"{op_id}-" in f"{row.get('fileName') or ''} {row.get('url') or ''}"]
