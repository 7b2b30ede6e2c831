"""A source under a person's hand: added, read again, changed, forgotten; each with its audit event, by admins only."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.core.audit import Actor, record
from bot.core.errors import Conflict, Invalid, NotAllowed, NotFound
from bot.core.knowledge.links import check_link
from bot.core.models import Source
from bot.core.outbox import enqueue, topics
from bot.core.tickets.life import remember

# Whoever reads a source holds the advisory lock of this number and its id.
LOCKS = 0x1D1E04
# The kind of source that is no place to read from: Inkling's own tickets, and those handed over once.
NO_PLACE = "tickets"
_LONGEST = 300
_CITING = text("""
    select distinct d.ticket_id from drafts d, jsonb_array_elements(d.content -> 'evidence') as cited
    where cited ->> 'source' not in ('message', 'answer') and (cited ->> 'source_id')::bigint in (
        select p.id from passages p join documents on documents.id = p.document_id where source_id = :source
    )
""")


@dataclass(frozen=True)
class Settings:
    """What can be set of a source: for whom it is, and where people can read it."""

    audience: list[str] | None
    link: str


def held(session: Session, source_id: int) -> Source:
    """A source, locked. Raises NotFound."""
    query = select(Source).where(Source.id == source_id).with_for_update()
    source = session.scalars(query.execution_options(populate_existing=True)).first()
    if source is None:
        raise NotFound("That source is not there any more. What Inkling knows now is on its page.")
    return source


def only_admin(actor: Actor) -> None:
    """Raise NotAllowed for whoever may not decide what Inkling knows."""
    if not actor.may("admin"):
        raise NotAllowed(f"Only an admin may change what Inkling knows. {actor.name} is a {actor.role}.")


def promise(session: Session, source: Source) -> None:
    """Promise that a source will be read."""
    source.state, source.note = "waiting", ""
    enqueue(session, topics.INGEST, source.id, {"source_id": source.id})


def add_board(session: Session, actor: Actor, board: str, audience: list[str] | None) -> Source:
    """A board by its id, short link, address or name; one that is known already stays as it is. Raises Invalid."""
    only_admin(actor)
    board = board.strip()
    if not board or len(board) > _LONGEST or not board.isprintable():
        raise Invalid("Name the board by its address on Trello, its id or its name. Nothing was added.")
    if (known := located(session, "board", board)) is not None:
        return known
    return add(session, actor, Source(kind="board", location=board, name=board, audience=audience))


def located(session: Session, kind: str, location: str) -> Source | None:
    """The source of a place, locked, if it is known; whoever adds sources takes turns."""
    session.execute(text("select pg_advisory_xact_lock(:room, 0)"), {"room": LOCKS})
    return session.scalars(
        select(Source).where(Source.kind == kind, Source.location == location).with_for_update()
    ).first()


def add(session: Session, actor: Actor, source: Source) -> Source:
    """Keep a new source, and promise to read it."""
    session.add(source)
    session.flush()
    promise(session, source)
    record_source(session, actor, "source.add", source, after={"audience": source.audience})
    return source


def read_again(session: Session, source: Source, actor: Actor) -> None:
    """Promise to look at a source again. Raises Conflict while it is read."""
    only_admin(actor)
    _with_a_place(source)
    _nobody_reads(session, source)
    promise(session, source)
    record_source(session, actor, "source.refresh", source)


def change(session: Session, source: Source, actor: Actor, wanted: Settings) -> None:
    """Give a source other settings; it need not be read again for that. Raises Invalid for a link that is none."""
    only_admin(actor)
    _with_a_place(source)
    check_link(wanted.link)
    if wanted.audience != source.audience:
        told, source.audience = source.audience, wanted.audience
        _remember_citing(session, source)
        after = {"audience": wanted.audience}
        record_source(session, actor, "source.audience", source, before={"audience": told}, after=after)
    if wanted.link != source.link:
        was, source.link = source.link, wanted.link
        record_source(session, actor, "source.link", source, before={"link": was}, after={"link": wanted.link})


def forget(session: Session, source: Source, actor: Actor) -> None:
    """Forget a source with all that it holds; drafts keep what they quote. Raises Conflict while it is read."""
    only_admin(actor)
    _with_a_place(source)
    _nobody_reads(session, source)
    record_source(session, actor, "source.remove", source, before={"audience": source.audience, "link": source.link})
    # Half a million passages take half a minute, longer than other statements may.
    session.execute(text("set local statement_timeout = '10min'"))
    session.delete(source)
    session.flush()


def _remember_citing(session: Session, source: Source) -> None:
    """Tickets that cite a source are remembered for those who may use it, so for others from now on."""
    for ticket_id in session.scalars(_CITING, {"source": source.id}):
        remember(session, ticket_id)


def _with_a_place(source: Source) -> None:
    if source.kind == NO_PLACE:
        raise Conflict("Tickets are remembered by themselves: they are neither read again nor forgotten here.")


def _nobody_reads(session: Session, source: Source) -> None:
    """Whoever reads says so in the row, but may have died since; the lock tells. Kept to the transaction's end."""
    values = {"room": LOCKS, "id": source.id}
    if not session.scalar(text("select pg_try_advisory_xact_lock(:room, :id)"), values):
        raise Conflict(f"{source.name} is being read right now. Nothing was changed; wait until that is done.")


def record_source(
    session: Session,
    actor: Actor,
    action: str,
    source: Source,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add the audit event, which has to say which source it was also when the row is gone."""
    which = {"source": source.id, "kind": source.kind, "location": source.location, "name": source.name}
    record(session, actor, action, before=before, after=which | (after or {}))
