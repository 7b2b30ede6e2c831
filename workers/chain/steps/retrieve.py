"""Retrieve: what the company knows that may bear on the report; whether it does, the writer and verification decide."""

from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import Report, Ticket
from bot.core.tickets.content import Statement
from bot.core.tickets.states import State
from workers.chain.context import Context, Made
from workers.chain.data import Passages, Source
from workers.chain.places import places
from workers.retrieval import Found, Scope, search

_MARKS = {"document": "d", "ticket": "t", "code": "c"}
# Passages that a writer gets.
_MOST = 6
_APPROVED = (State.APPROVED, State.DELIVERING, State.ON_BOARD, State.SHIPPED)
# Passages of code among which those that a thread gives a reason for are looked for.
_CODE = 24


def by_search(made: Made, context: Context) -> Passages:
    """The nearest passages, masked like everything else, marked d1.. (documents) and t1.. (past tickets); c1.. code."""
    said = made.thread.text
    with transaction() as session:
        scope = Scope.of(session, session.get_one(Report, made.thread.report_id))
    found = _reviewed(search(said, scope, kinds=("document", "ticket"), limit=2 * _MOST))[:_MOST]
    looked = places(search(said, scope, kinds=("code",), limit=_CODE), said)
    code = _sources([place.found for place in looked], context)
    where = [
        Statement(text=f"`{_place(place.found)}`: {place.why}.", marks=[source.mark])
        for place, source in zip(looked, code, strict=True)
    ]
    return Passages(items=_sources(found, context), code=code, where=where)


def _reviewed(found: list[Found]) -> list[Found]:
    """Without tickets of our own that nobody has approved: what one report says is no evidence for another."""
    own = [one.ticket_id for one in found if one.ticket_id]
    with transaction() as session:
        query = select(Ticket.id).where(Ticket.id.in_(own), Ticket.state.in_(_APPROVED))
        approved = set(session.scalars(query))
    return [one for one in found if one.ticket_id is None or one.ticket_id in approved]


def _place(found: Found) -> str:
    """`path:line symbol`, as an engineer jumps there."""
    return f"{found.title}:{found.line} {found.symbol}".rstrip()


def _sources(found: list[Found], context: Context) -> list[Source]:
    items: list[Source] = []
    for passage in found:
        number = sum(item.source == passage.kind for item in items) + 1
        items.append(
            Source.model_validate(
                {
                    "mark": f"{_MARKS[passage.kind]}{number}",
                    "source": passage.kind,
                    "source_id": passage.id,
                    "label": context.masker.mask(_label(passage)),
                    "text": context.masker.mask(passage.text),
                    "url": passage.url,
                }
            )
        )
    return items


def _label(passage: Found) -> str:
    if passage.kind == "code":
        return _place(passage)
    place = passage.heading if passage.title in passage.heading else f"{passage.title}: {passage.heading}"
    return place.rstrip(": ")
