"""Bringing what is known of a source up to date: bit by bit, visibly, by one process at a time."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePosixPath

from sqlalchemy import text

from bot.core.clock import now
from bot.core.db import engine, transaction
from bot.core.errors import Conflict, InklingError, Invalid
from bot.core.knowledge import LOCKS
from bot.core.models import Source
from workers.retrieval import embedding
from workers.retrieval.sources import board, code, uploads
from workers.retrieval.sources.feed import Entry, Feed, Unreadable
from workers.retrieval.store import Counts, Item, digest, forget, known, put_all

# What one transaction takes in: entries at most, and no more after as many passages or seconds.
BATCH, BATCH_PASSAGES, BATCH_SECONDS = 200, 2_000, 2.0
# More problems than anybody reads are counted, not named.
MOST_PROBLEMS = 200
# Bytes of a path that Postgres keeps in an index.
_LONGEST_PATH = 2_000
_LONGEST_SHOWN = 300  # characters of a path
_FEEDS: dict[str, Callable[[str], Feed]] = {"docs": uploads.feed, "code": code.feed, "board": board.feed}

Say = Callable[[int, int], None]


def refresh(source_id: int, say: Say = lambda _seen, _total: None) -> Counts:
    """Take in what a source holds now; what is gone is forgotten, what cannot be read is named and stays as it was.

    `say` hears how far it is: seen, total. Raises Conflict while another process does the same, and Invalid or
    NeedsAttention when the source cannot be taken in at all; then what is known of it stays.
    """
    with _alone(source_id):
        kind, location = _begin(source_id)
        try:
            feed = _FEEDS[kind](location)
            try:
                counts = _Run(source_id, feed).take_in(say)
            finally:
                feed.close()
        except InklingError as error:
            _end(source_id, "failed", error.message)
            raise
        except BaseException as error:
            why = f"Reading it was interrupted ({type(error).__name__}). What was read by then stays; begin it again."
            _end(source_id, "failed", why)
            raise
        _end(source_id, "ready", "", counts, feed)
    return counts


@contextmanager
def _alone(source_id: int) -> Iterator[None]:
    """Nobody else refreshes this source meanwhile; the lock goes with the connection, so no death keeps it."""
    values = {"room": LOCKS, "id": source_id}
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("select pg_try_advisory_lock(:room, :id)"), values):
            raise Conflict("This source is being read already. Nothing was changed; wait until that is done.")
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:room, :id)"), values)


def _begin(source_id: int) -> tuple[str, str]:
    with transaction() as session:
        source = session.get(Source, source_id)
        if source is None or source.kind not in _FEEDS:
            raise Invalid("That source is not there any more.")
        source.state, source.note, source.started_at = "running", "", now()
        source.seen = source.total = 0
        return source.kind, source.location


@dataclass
class _Run:
    """One pass over what a source gives."""

    source_id: int
    feed: Feed
    counts: Counts = field(default_factory=Counts)

    def take_in(self, say: Say) -> Counts:
        """Write batch by batch; nothing is read while a transaction is open, so that none waits for a slow file."""
        with transaction() as session:
            before = known(session, self.source_id)
        entries = list({entry.path: entry for entry in self.feed.entries}.values())
        waiting, seen = iter(entries), 0
        while seen < len(entries):
            read, items = self._batch(waiting, before)
            seen += read
            with transaction() as session:
                source = session.get_one(Source, self.source_id)
                source.seen, source.total = seen, len(entries)
                if items:
                    put_all(session, self.source_id, items, self.counts)
                    embedding.promise(session)
            say(seen, len(entries))
        self._forget(set(before) - {entry.path for entry in entries})
        if self.counts.added or self.counts.changed or self.counts.removed:
            with transaction() as session:
                # How rare a word is, search knows from these figures.
                session.execute(text("analyze passages"))
        return self.counts

    def _batch(self, waiting: Iterator[Entry], before: dict[str, str]) -> tuple[int, list[tuple[Item, str]]]:
        """How many entries were looked at, and what is new of them, with its hash."""
        until, passages, read = time.monotonic() + BATCH_SECONDS, 0, 0
        items: list[tuple[Item, str]] = []
        for entry in islice(waiting, BATCH):
            read += 1
            try:
                if (made := self._made(entry, before.get(entry.path, ""))) is not None:
                    items.append(made)
                    passages += len(made[0].pieces)
            except OSError as error:
                self.feed.problems[entry.path] = f"It cannot be read ({error.strerror or error})."
            except Unreadable as error:
                self.feed.problems[entry.path] = str(error)
            if passages > BATCH_PASSAGES or time.monotonic() > until:
                break
        return read, items

    def _made(self, entry: Entry, before: str) -> tuple[Item, str] | None:
        if len(entry.path.encode()) > _LONGEST_PATH:
            raise Unreadable("Its name is too long.")
        content = entry.version.encode() or entry.read()
        if (content_hash := digest(content)) == before:
            self.counts.unchanged += 1
            return None
        return self.feed.make(entry.path, entry.read() if entry.version else content), content_hash

    def _forget(self, gone: Iterable[str]) -> None:
        """Forget what is not there any more; what is below a folder that could not be read may be there."""
        unread = self.feed.problems
        left = (path for path in gone if not any(str(part) in unread for part in (path, *PurePosixPath(path).parents)))
        while some := list(islice(left, BATCH)):
            with transaction() as session:
                self.counts.removed += forget(session, self.source_id, some)


def _end(source_id: int, state: str, note: str, counts: Counts | None = None, feed: Feed | None = None) -> None:
    with transaction() as session:
        source = session.get_one(Source, source_id)
        source.state, source.note = state, note
        if feed is not None and counts is not None:
            named = sorted(feed.problems.items())[:MOST_PROBLEMS]
            source.problems = {path[:_LONGEST_SHOWN]: why for path, why in named}
            source.outcome = vars(counts) | {"problems": len(feed.problems)}
            source.commit, source.refreshed_at = feed.commit, now()
