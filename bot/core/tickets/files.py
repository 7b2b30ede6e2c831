"""Which files belong to a ticket, and so to its card; changes nothing of either."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import reports
from bot.core.models import DeliveryPart, File, Message, Report, Ticket, TicketReport
from bot.core.outbox import enqueue, topics
from bot.core.tickets.joining import heard_in
from bot.core.tickets.links import place_of
from bot.core.tickets.parts import Part, Piece
from bot.core.tickets.states import State


def files_of_ticket(session: Session, ticket_id: int) -> list[File]:
    """The kept files of the messages that a ticket may use, in the order they were shared, without their content.

    Of a report with several tickets only what is told about this one; a message that no ticket claims is told to all.
    """
    messages = [one for report in heard_in(session, ticket_id) for one in reports.messages_of(session, report.id)]
    by_message: dict[int, list[File]] = {message.id: [] for message in messages}
    for file in reports.files_of(session, by_message):
        by_message[file.message_id].append(file)
    place = place_of(session, ticket_id)
    part = Part.model_validate(place.part) if place else None
    return [
        file
        for message in messages
        if part is None or _belongs(reports.told(message.text, by_message[message.id]), part)
        for file in by_message[message.id]
        if file.state == "kept"
    ]


def _belongs(text: str, part: Part) -> bool:
    """Whether a message is about this part. Pieces are masked: one that cannot be found again claims nothing."""
    said = " ".join(text.split())

    def claimed(pieces: list[Piece]) -> bool:
        return any(" ".join(piece.text.split()) in said for piece in pieces)

    return claimed(part.own) or not claimed(part.other)


def carry_late(session: Session, file: File, report: Report) -> None:
    """A file that came after the card was made, but was shared before: the cards that may have it are to follow."""
    query = (
        select(Ticket.id)
        .join(TicketReport, TicketReport.ticket_id == Ticket.id)
        .join(DeliveryPart, (DeliveryPart.ticket_id == Ticket.id) & (DeliveryPart.part == "card"))
        .where(TicketReport.report_id == report.id, Ticket.state.in_((State.ON_BOARD, State.SHIPPED)))
        .where(
            DeliveryPart.created_at > select(Message.created_at).where(Message.id == file.message_id).scalar_subquery()
        )
    )
    for ticket_id in session.scalars(query).all():
        enqueue(session, topics.FOLLOW, ticket_id, {"ticket_id": ticket_id})
