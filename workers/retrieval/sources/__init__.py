"""What knowledge is read from: documents, code and boards, as rows that are refreshed; searching is next door."""

from pathlib import Path

from sqlalchemy import select

from bot.core.db import transaction
from bot.core.errors import Conflict, Invalid, NeedsAttention
from bot.core.knowledge import check_link
from bot.core.models import Source
from workers.base import Job
from workers.retrieval.sources.run import Say, refresh
from workers.retrieval.store import Counts

__all__ = ["Say", "add_source", "handle", "ingest_docs", "refresh"]


def add_source(
    kind: str, location: str, *, name: str = "", audience: list[str] | None = None, link: str | None = None
) -> int:
    """The id of a source, new or known; `audience` and `link` replace what was set where they are given.

    An empty audience lets all reports use it. Raises Invalid for a link that is no pattern.
    """
    if kind != "board":
        location = str(Path(location).resolve())
    check_link(link or "")
    with transaction() as session:
        found = session.scalars(select(Source).where(Source.kind == kind, Source.location == location)).first()
        if found is None:
            found = Source(kind=kind, location=location, name=location if kind == "board" else Path(location).name)
            session.add(found)
        found.name = name or found.name
        if audience is not None:
            found.audience = audience or None
        found.link = link if link is not None else found.link
        session.flush()
        return found.id


def handle(job: Job) -> None:
    """Bring the source `job.payload["source_id"]` up to date; what is wrong with it, its row says."""
    try:
        refresh(int(job.payload["source_id"]))
    except (Conflict, Invalid, NeedsAttention):
        # Nothing that trying again would help; the page of sources shows the sentence.
        return


def ingest_docs(path: Path) -> Counts:
    """Take in the documents at a path now; see `refresh` for what may go wrong."""
    return refresh(add_source("docs", str(path)))
