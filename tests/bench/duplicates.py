"""How well the ticket that somebody reported before is found, on a public tracker, by the product's own search.

GitBugs, Hadoop (Patil 2025, arXiv 2504.09651): each pair of duplicates that are both there; the later one asks,
everything reported before it may be found; recall@k is the share of those that find a duplicate among the first k.
"""

import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.core.db import transaction
from bot.core.models import Document, Passage
from workers.chain.likewise import says_the_same
from workers.chain.steps.duplicates import SURE
from workers.retrieval import Asking, PastTicket, Scope, Similar, ingest_tickets, similar
from workers.retrieval.embedding import embed_all

RANKS = (1, 3, 5, 10)


@dataclass(frozen=True)
class Tracker:
    """All reports by time, and for those that ask, the keys of their duplicates."""

    reports: list[PastTicket]
    duplicates: dict[str, set[str]]


def tracker(folder: Path) -> Tracker:
    """Read `reports.csv` and `duplicates.csv`."""
    csv.field_size_limit(sys.maxsize)
    with (folder / "reports.csv").open(encoding="utf-8") as file:
        rows = [_report(row) for row in csv.DictReader(file)]
    reports = sorted(rows, key=lambda report: (report.happened_at, int(report.key)))
    place = {report.key: number for number, report in enumerate(reports)}
    duplicates: dict[str, set[str]] = {}
    with (folder / "duplicates.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pair = [row["Issue id"].strip(), row["Duplicate id"].strip()]
            if all(key in place for key in pair):
                before, after = sorted(pair, key=place.__getitem__)
                duplicates.setdefault(after, set()).add(before)
    return Tracker(reports, duplicates)


def _report(row: dict[str, str]) -> PastTicket:
    made = datetime.strptime(row["Created"], "%d/%b/%y %H:%M").replace(tzinfo=UTC)
    return PastTicket(
        row["Issue id"], row["Summary"].replace("\0", ""), row["Description"].replace("\0", ""), happened_at=made
    )


@dataclass(frozen=True)
class Asked:
    """A report that asks: the place of its first duplicate from 1 (None: not found), and milliseconds.

    `hint` says whether what was found first would be shown to its reporter without a judge.
    """

    key: str
    place: int | None
    took: float
    hint: bool


def ranks(data: Tracker, *, most: int = max(RANKS)) -> Iterator[Asked]:
    """What each report that asks finds.

    The database grows as the tracker did, so nothing is found that came later.
    """
    waiting: list[PastTicket] = []
    for report in data.reports:
        if report.key in data.duplicates:
            ingest_tickets(waiting)
            waiting.clear()
            embed_all()
            with transaction() as session:
                session.execute(text("analyze passages"))
            began = time.perf_counter()
            found = similar(Asking(report.title, report.text, report.happened_at), Scope(), limit=most)
            with transaction() as session:
                keys = [session.get_one(Document, one.document).path for one in found]
                hint = bool(found) and _hint(session, report, found[0])
            took = (time.perf_counter() - began) * 1000
            wanted = data.duplicates[report.key]
            place = next((number for number, key in enumerate(keys, 1) if key in wanted), None)
            yield Asked(report.key, place, took, hint)
        waiting.append(report)


def _hint(session: Session, report: PastTicket, found: Similar) -> bool:
    query = select(Passage.text).where(Passage.document_id == found.document).order_by(Passage.position)
    said = f"{report.title}\n{report.text}"
    return found.score >= SURE and says_the_same(said, "\n".join(session.scalars(query)))
