"""Events that came before what they are about: remembered, and found again when that comes; decides nothing."""

from collections.abc import Iterable

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.core.models import InboxItem, Workspace


def one_by_one(session: Session, workspace: Workspace, channel: str, thread_ts: str) -> None:
    """Let what happens in a thread be handled one after the other, until this transaction ends.

    Of a message and its edit at the same moment neither would see the other.
    """
    key = _about(workspace, channel, thread_ts)
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 1))"), {"key": key})


def keep(workspace: Workspace, item: InboxItem, channel: str, ts: str) -> str:
    """Remember that an event is about a message or thread that nobody knows yet; returns the outcome."""
    item.about = _about(workspace, channel, ts)
    return "about nothing known yet"


def take(session: Session, workspace: Workspace, channel: str, stamps: Iterable[str]) -> list[InboxItem]:
    """Events that waited for these messages or threads, in the order in which they happened; each is given once."""
    keys = [_about(workspace, channel, ts) for ts in stamps]
    items = list(session.scalars(select(InboxItem).where(InboxItem.about.in_(keys)).with_for_update()))
    for item in items:
        item.about = None
    return sorted(items, key=lambda item: str(item.payload["event"].get("ts", "")))


def _about(workspace: Workspace, channel: str, ts: str) -> str:
    return f"{workspace.id}:{channel}:{ts}"
