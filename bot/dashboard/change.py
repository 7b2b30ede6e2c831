"""What a ticket page shows of a change: who said what since, and each field as lines taken out, kept and added."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.models import Change
from bot.core.tickets.accepting import merged
from bot.core.tickets.changes import Cause, FieldChange, asked_for, causes_of, open_change, version
from bot.core.tickets.content import DraftContent
from bot.dashboard.visit import Visit
from bot.dashboard.words import FIELDS

_FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class FieldView:
    """One field. `lines` are (out, in or same) with the text; `edited` says that a person changed it since."""

    name: str
    label: str
    lines: list[tuple[str, str]]
    why: str
    edited: bool


@dataclass(frozen=True)
class ChangeView:
    """An open change."""

    id: int
    at: datetime
    causes: list[Cause]
    fields: list[FieldView]


def change_view(session: Session, ticket_id: int, content: DraftContent | None) -> ChangeView | None:
    """The change of a ticket that waits for a decision, against its text as it is now."""
    change = open_change(session, ticket_id)
    if change is None or content is None:
        return None
    base, wanted = version(session, ticket_id, change.base), DraftContent.model_validate(change.content)
    fields = [
        FieldView(
            item.name, FIELDS[item.name], _lines(item), item.why, bool(merged(base, wanted, content, [item.name])[1])
        )
        for item in asked_for(session, change)
    ]
    return ChangeView(change.id, change.created_at, causes_of(session, change), fields)


def _lines(item: FieldChange) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    matcher = SequenceMatcher(a=item.before, b=item.after, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found += [("same", line) for line in item.before[a:b]]
        else:
            found += [("out", line) for line in item.before[a:b]] + [("in", line) for line in item.after[c:d]]
    return found


def just_decided(here: Visit, ticket_id: int) -> str:
    """A sentence about the change that this person decided on a moment ago; empty when there is none."""
    query = select(Change).where(
        Change.ticket_id == ticket_id, Change.decided_by == here.person.id, Change.decided_at > now() - _FRESH
    )
    change = here.session.scalars(query.order_by(Change.decided_at.desc()).limit(1)).first()
    if change is None:
        return ""
    if change.state == "refused":
        return "Refused. The text stays as it was."
    taken, left = (", ".join(FIELDS[name] for name in names) for names in (change.fields, change.left))
    return f"Accepted: {taken}." + (f" Left as it was edited since: {left}." if left else "")
