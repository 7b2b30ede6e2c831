"""From the parts of a report to its tickets: each part learns what the others have, each ticket what it is about."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.core.models import Report, Run, Ticket
from bot.core.tickets import links
from bot.core.tickets.parts import Part, Piece
from workers.chain.data import Parts


def part_of(session: Session, run: Run) -> Part | None:
    """What a run's ticket is about; None for all of the report, and for the first one, whose drafts divide it anew."""
    place = links.place_of(session, run.ticket_id)
    anew = place is not None and place.ticket_id == run.ticket_id and run.purpose == "draft"
    return Part.model_validate(place.part) if place and not anew else None


def settle(session: Session, report: Report, first: Ticket, parts: Parts) -> Part | None:
    """Let the tickets of a locked report follow its parts; what `first` is about, None when that is all of it."""
    planned = parts.relation == "plan"
    links.divide(session, report, first, knowing(parts), "child" if planned else "sibling")
    if planned:
        return _told(Part(title=parts.goal or first.title or "Plan"), parts)
    place = links.place_of(session, first.id)
    return Part.model_validate(place.part) if place else None


def knowing(parts: Parts) -> list[Part]:
    """The parts, each with what belongs to the others; what was left out is said once, in the first ticket's scope."""
    left_out = [] if parts.relation == "plan" else parts.left_out
    return [
        _told(part, parts, parts.opening).model_copy(update={"left_out": left_out if place == 0 else []})
        for place, part in enumerate(parts.items)
    ]


def _told(part: Part, parts: Parts, besides: Sequence[Piece] = ()) -> Part:
    others = [other for other in parts.items if other is not part]
    pieces = [piece for other in others for piece in other.own if piece not in part.own]
    return part.model_copy(
        update={
            "other": [*pieces, *parts.aside, *besides],
            "others": [other.title for other in others],
            "left_out": parts.left_out,
        }
    )
