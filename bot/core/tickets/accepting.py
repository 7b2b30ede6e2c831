"""What a reviewer does with a change that the thread asks for: accept some of its fields, or refuse it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.core.audit import Actor, record
from bot.core.clock import now
from bot.core.errors import Conflict, Invalid, NotAllowed
from bot.core.models import Change, Ticket
from bot.core.outbox import enqueue, topics
from bot.core.tickets.changes import asked_for, open_change, tell, version
from bot.core.tickets.content import SECTIONS, DraftContent, Statement, with_kind
from bot.core.tickets.life import locked, reports_of, state_words
from bot.core.tickets.review import add_draft, latest_draft
from bot.core.tickets.states import AFTER_DRAFT, State
from bot.core.tickets.text import to_fields

_SINGLE = ("title", "kind", "priority")
MOST_REASON = 1000  # characters


def accept(
    session: Session, ticket_id: int, actor: Actor, fields: Sequence[str], *, change_id: int | None = None
) -> Change:
    """Take over the named fields of the open change as a new version; a card that exists follows.

    What a person changed meanwhile is left alone and named in the change's `left`. `change_id` is the change they
    saw. Raises Conflict when it is not open any more, or nothing of it could be taken over.
    """
    ticket, change = _open(session, ticket_id, actor, change_id)
    offered = [item.name for item in asked_for(session, change)]
    if unknown := set(fields) - set(offered):
        raise Invalid(f"This change does not touch {min(unknown)}. It touches: {', '.join(offered)}.")
    if not fields:
        raise Invalid("Choose at least one field, or refuse the change. Nothing was changed.")
    before = latest_draft(session, ticket_id)
    assert before is not None, "a change is held against a draft"
    old = DraftContent.model_validate(before.content)
    wanted = DraftContent.model_validate(change.content)
    new, left = merged(version(session, ticket_id, change.base), wanted, old, [one for one in offered if one in fields])
    change.fields, change.left = [name for name in offered if name in fields and name not in left], left
    if not change.fields:
        raise Conflict(f"Somebody has edited {', '.join(left)} since, and that text stays. Nothing was changed.")
    draft = add_draft(session, ticket, new, change.rung, author=actor, run_id=change.run_id)
    _decide(session, change, actor, "accepted")
    was, now_is = to_fields(old), to_fields(new)
    record(
        session,
        actor,
        "change.accepted",
        workspace_id=ticket.workspace_id,
        ticket_id=ticket.id,
        before={"draft": before.number, **{name: was[name] for name in change.fields}},
        after={"draft": draft.number, **{name: now_is[name] for name in change.fields}, "left alone": ", ".join(left)},
    )
    if ticket.state != State.IN_REVIEW:
        enqueue(session, topics.FOLLOW, ticket.id, {"ticket_id": ticket.id})
    tell(session, ticket)
    return change


def refuse(session: Session, ticket_id: int, actor: Actor, reason: str = "", *, change_id: int | None = None) -> Change:
    """Leave the ticket as it is; the same words in the thread do not come up again."""
    ticket, change = _open(session, ticket_id, actor, change_id)
    change.reason = " ".join(reason.split())
    if len(change.reason) > MOST_REASON:
        raise Invalid(f"Keep the reason under {MOST_REASON:,} characters. Nothing was changed.")
    _decide(session, change, actor, "refused")
    about = {"fields": [item.name for item in asked_for(session, change)], "reason": change.reason}
    record(session, actor, "change.refused", workspace_id=ticket.workspace_id, ticket_id=ticket.id, after=about)
    tell(session, ticket)
    return change


def _open(session: Session, ticket_id: int, actor: Actor, change_id: int | None) -> tuple[Ticket, Change]:
    if not actor.may("reviewer"):
        raise NotAllowed(f"Only a reviewer may do this. {actor.name} is a {actor.role}.")
    ticket = locked(session, ticket_id)
    change = open_change(session, ticket_id)
    if change is None:
        raise Conflict(f"No change of ticket {ticket_id} waits for a decision (any more). Nothing was changed.")
    if change_id is not None and change.id != change_id:
        raise Conflict("The thread went on since you saw this change. Nothing was changed; look at the newer one.")
    if ticket.state not in AFTER_DRAFT:
        raise Conflict(f"Ticket {ticket_id} is {state_words(ticket.state)}, so its text stays as it is now.")
    return ticket, change


def _decide(session: Session, change: Change, actor: Actor, state: str) -> None:
    """Close the change; what other reports of the ticket said meanwhile has its turn now."""
    change.state, change.decided_by, change.decided_at = state, actor.person_id, now()
    for report_id in reports_of(session, change.ticket_id):
        enqueue(session, topics.CHANGE, report_id, {"report_id": report_id})


def merged(
    base: DraftContent, wanted: DraftContent, present: DraftContent, names: Sequence[str]
) -> tuple[DraftContent, list[str]]:
    """`present` with the named fields changed as from `base` to `wanted`, and the names of those left alone.

    A field is left alone when a person changed since `base` the very lines that the change replaces; other lines
    that people changed stay, and the change is made around them.
    """
    left, update = [], dict[str, object]()
    sections = dict(present.sections)
    for name in names:
        if name in _SINGLE:
            same = getattr(present, name) == getattr(base, name)
            update |= _single(wanted, present, name) if same else {}
        else:
            lines = _lines(_of(base, name), _of(wanted, name), _of(present, name))
            same = lines is not None
            if lines is not None and name in SECTIONS:
                sections[name] = lines
            elif lines is not None:
                update[name] = lines if name == "criteria" else [line.text for line in lines]
        left += [] if same else [name]
    evidence = {item.mark: item for item in [*present.evidence, *wanted.evidence]}
    update["sections"] = {name: sections[name] for name in SECTIONS if sections.get(name)}
    update["evidence"] = list(evidence.values())
    new = present.model_copy(update=update)
    texts = [one.text for one in new.statements()]
    gone = [item for item in wanted.removed if item not in present.removed and not _stands(item.text, texts)]
    # What was judged of the old text says nothing about the new one.
    rest = {"removed": [*present.removed, *gone], "masked": present.masked | wanted.masked, "verdicts": []}
    return new.model_copy(update=rest), left


def _stands(removed: str, texts: list[str]) -> bool:
    """Whether a text listed as removed, perhaps clipped, is still there: its field was not chosen."""
    return any(text.startswith(removed.removesuffix("…")) for text in texts)


def _single(wanted: DraftContent, present: DraftContent, name: str) -> dict[str, object]:
    if name == "priority":
        return {"priority": wanted.priority, "priority_reason": wanted.priority_reason}
    if name == "kind":
        return {"kind": wanted.kind, "labels": with_kind(present.labels, present.kind, wanted.kind)}
    return {name: getattr(wanted, name)}


def _of(content: DraftContent, name: str) -> list[Statement]:
    """The lines of a field as statements, also where they are plain text."""
    if name in SECTIONS:
        return content.sections.get(name, [])
    lines: list[Statement | str] = getattr(content, name)
    return [Statement(text=line) if isinstance(line, str) else line for line in lines]


def _lines(base: list[Statement], wanted: list[Statement], present: list[Statement]) -> list[Statement] | None:
    """The lines of a field after the change; None when a person changed a line that it replaces."""
    if present == base:
        return wanted
    texts = {one.text for one in wanted}
    gone = {one.text for one in base} - texts
    if not gone <= {one.text for one in present}:
        return None
    old, there = {one.text for one in base}, {one.text for one in present}
    fresh = [one for one in wanted if one.text not in old and one.text not in there]
    return [*(one for one in present if one.text not in gone), *fresh]
