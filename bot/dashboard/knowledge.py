"""What the page of sources says about each: what it is, how much of it is known, how it stands; changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.knowledge import NO_PLACE, UPLOADED
from bot.core.models import AuditEvent, Document, Embedding, EmbeddingModel, Passage, Report, Source
from bot.core.settings import settings
from bot.dashboard.visit import Visit

# Each kind with what one and several of its things are called, in the order of the page.
_KINDS = {
    "docs": ("Documents", "document", "documents"),
    "code": ("Code", "file", "files"),
    "board": ("Board", "card", "cards"),
    NO_PLACE: ("Tickets", "ticket", "tickets"),
}
_FRESH = timedelta(minutes=10)
# Newest audit events among which that of a moment ago is.
_NEWEST = 1_000


@dataclass(frozen=True)
class Shown:
    """A source. `channels` may use it, everybody where there are none; `more` could not be read beyond the named."""

    source: Source
    kind: str
    amount: str
    passages: int
    fresh: datetime | None
    channels: list[str]
    outcome: str
    more: int

    @property
    def uploaded(self) -> bool:
        """Whether it is a file that was handed over."""
        return self.source.location.startswith(UPLOADED)

    @property
    def remembered(self) -> bool:
        """Whether it is remembered by itself, so that nobody can change it."""
        return self.source.kind == NO_PLACE

    @property
    def busy(self) -> bool:
        """Whether it is being read, or about to be."""
        return self.source.state in ("waiting", "running")


@dataclass(frozen=True)
class _Held:
    documents: int = 0
    passages: int = 0
    newest: datetime | None = None


def sources(session: Session, workspace_id: int | None) -> list[Shown]:
    """All sources, by kind and name; channels are named as far as somebody of this workspace may know."""
    found = session.scalars(select(Source)).all()
    order = list(_KINDS)
    known = [source for source in found if source.kind in _KINDS]
    known.sort(key=lambda source: (order.index(source.kind), source.name.casefold(), source.id))
    return _shown(session, known, workspace_id)


def shown(session: Session, source: Source) -> Shown:
    """One source."""
    return _shown(session, [source], None)[0]


def _shown(session: Session, found: Sequence[Source], workspace_id: int | None) -> list[Shown]:
    held = _held(session, [source.id for source in found])
    names = _channels(session, {channel for source in found for channel in source.audience or []}, workspace_id)
    return [_line(source, held.get(source.id, _Held()), names) for source in found]


def _line(source: Source, held: _Held, names: dict[str, str]) -> Shown:
    kind, one, several = _KINDS[source.kind]
    channels = [f"#{names[channel]}" if names.get(channel) else channel for channel in source.audience or []]
    problems = int(source.outcome.get("problems", 0))
    return Shown(
        source=source,
        kind=kind,
        amount=f"{held.documents:,} {one if held.documents == 1 else several}",
        passages=held.passages,
        fresh=held.newest if source.kind == NO_PLACE else source.refreshed_at,
        channels=channels,
        outcome=_outcome(source),
        more=max(problems - len(source.problems), 0),
    )


def _outcome(source: Source) -> str:
    """`3 added, 20 unchanged`: what the last reading did, without what it did not."""
    counts = {name: int(source.outcome.get(name, 0)) for name in ("added", "changed", "removed", "unchanged")}
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)


def _held(session: Session, ids: list[int]) -> dict[int, _Held]:
    """How much is known of each source."""
    documents = select(Document.source_id, func.count(), func.max(Document.indexed_at))
    passages = select(Document.source_id, func.count()).join(Passage, Passage.document_id == Document.id)
    one_of = Document.source_id.in_(ids)
    counts = {row[0]: row[1] for row in session.execute(passages.where(one_of).group_by(Document.source_id))}
    rows = session.execute(documents.where(one_of).group_by(Document.source_id))
    return {row[0]: _Held(row[1], counts.get(row[0], 0), row[2]) for row in rows}


def _channels(session: Session, ids: set[str], workspace_id: int | None) -> dict[str, str]:
    """The names of channels that reports came from."""
    if not ids:
        return {}
    query = select(Report.channel_id, func.max(Report.channel_name)).where(Report.channel_id.in_(ids))
    if workspace_id is not None:
        query = query.where(Report.workspace_id == workspace_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(Report.channel_id))}


@dataclass(frozen=True)
class Meaning:
    """The model that is asked which passages are near in meaning, and the one that will be; empty: there is none."""

    asked: str = ""
    done: int = 0
    coming: str = ""
    ahead: int = 0
    possible: bool = True


def meaning(session: Session) -> Meaning:
    """How many passages are embedded, as far as the rows tell: which model answers, only a worker can try."""
    config = settings()
    if not (config.inkling_embedder or (config.inkling_model_embed and config.has_model)):
        return Meaning(possible=False)
    rows = session.scalars(select(EmbeddingModel).order_by(EmbeddingModel.created_at.desc())).all()
    ready = next((row for row in rows if row.ready), None)
    newer = rows[: rows.index(ready)] if ready else rows
    filling = newer[0] if newer else None
    asked = ready or filling
    if asked is None:
        return Meaning()
    if ready and filling:
        return Meaning(_called(ready), _embedded(session, ready), _called(filling), _embedded(session, filling))
    return Meaning(_called(asked), _embedded(session, asked))


def _embedded(session: Session, model: EmbeddingModel) -> int:
    return session.scalar(select(func.count()).select_from(Embedding).where(Embedding.model == model.name)) or 0


def _called(model: EmbeddingModel) -> str:
    """The name of a model for people; vectors are stored under where it is asked, and the name it has there."""
    where, _, name = model.name.partition("-")
    return name if where == "served" else "the packaged model"


def forgotten(here: Visit) -> str:
    """The name of the source that this person forgot just now, from the audit trail; empty when there is none."""
    newest = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(_NEWEST).subquery()
    query = (
        select(newest.c.after)
        .where(newest.c.actor == here.actor.id, newest.c.action == "source.remove", newest.c.at > now() - _FRESH)
        .order_by(newest.c.id.desc())
    )
    found = here.session.scalars(query.limit(1)).first()
    return str(found["name"]) if found else ""
