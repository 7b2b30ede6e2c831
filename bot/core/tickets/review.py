"""What people and the chain do to a draft: submit, edit, approve, decline, send back; every rule of review is here."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.audit import INKLING, Actor, record
from bot.core.clock import now
from bot.core.errors import Conflict, Invalid, NotAllowed
from bot.core.models import Draft, Person, Review, Run, Ticket
from bot.core.outbox import enqueue, topics
from bot.core.outgoing import tamed
from bot.core.tickets.changes import outdate
from bot.core.tickets.content import DraftContent
from bot.core.tickets.life import locked, move, remember, reports_of, state_words
from bot.core.tickets.states import State
from bot.core.tickets.text import from_fields, to_fields

# Reviewers often save several times; what is to be learned is looked at once they are done (seconds).
_QUIET = 60
_MOMENT = timedelta(minutes=5)
# Each decision in a word, and where a ticket is while it is the newest thing that happened to it.
_DECIDED: dict[str, tuple[str, tuple[State, ...]]] = {
    "approve": ("Approved", (State.APPROVED, State.DELIVERING, State.ON_BOARD, State.SHIPPED, State.NEEDS_ATTENTION)),
    "decline": ("Declined", (State.DECLINED,)),
    "revise": ("Sent back", (State.DRAFTING, State.CLARIFYING)),
}


def latest_draft(session: Session, ticket_id: int) -> Draft | None:
    """The newest version of a ticket's text."""
    query = select(Draft).where(Draft.ticket_id == ticket_id).order_by(Draft.number.desc()).limit(1)
    return session.scalars(query).first()


def add_draft(
    session: Session, ticket: Ticket, content: DraftContent, rung: str, *, author: Actor, run_id: int | None = None
) -> Draft:
    """Write a new version of a locked ticket's text, tamed; older versions stay."""
    content = tamed(content)
    count = session.scalar(select(func.max(Draft.number)).where(Draft.ticket_id == ticket.id)) or 0
    draft = Draft(
        ticket_id=ticket.id,
        number=count + 1,
        author_id=author.person_id,
        run_id=run_id,
        rung=rung,
        content=content.model_dump(mode="json"),
    )
    session.add(draft)
    session.flush()
    ticket.title, ticket.kind = content.title, content.kind
    ticket.priority, ticket.priority_reason = content.priority, content.priority_reason
    remember(session, ticket.id)
    return draft


def submit(session: Session, ticket: Ticket, content: DraftContent, rung: str, run_id: int) -> Draft:
    """The chain hands a draft to review; it is announced to PMs once per version."""
    draft = add_draft(session, ticket, content, rung, author=INKLING, run_id=run_id)
    outdate(session, ticket.id)
    after = {"draft": draft.number, "title": content.title, "rung": rung, "run": run_id}
    move(session, ticket, "submit", INKLING, after)
    enqueue(session, topics.ANNOUNCE, ticket.id, {"ticket_id": ticket.id})
    return draft


def reviewable(session: Session, ticket_id: int, actor: Actor, number: int | None) -> tuple[Ticket, Draft]:
    """The locked ticket and its newest draft, if `actor` may review it and `number` (what they saw) is still newest.

    Raises NotAllowed, or Conflict with a sentence that says who was faster.
    """
    if not actor.may("reviewer"):
        raise NotAllowed(f"Only a reviewer may do this. {actor.name} is a {actor.role}.")
    ticket = locked(session, ticket_id)
    draft = latest_draft(session, ticket_id)
    if ticket.state != State.IN_REVIEW or draft is None:
        raise Conflict(f"{_standing(session, ticket)} Nothing was changed.")
    if number is not None and draft.number != number:
        raise Conflict(
            f"There is a newer version of this draft ({draft.number}; you saw {number}). "
            "Nothing was changed. Look at the newer version first."
        )
    return ticket, draft


def last_review(session: Session, ticket_id: int) -> Review | None:
    """What a person did to a ticket's drafts last."""
    query = select(Review).where(Review.ticket_id == ticket_id).order_by(Review.id.desc()).limit(1)
    return session.scalars(query).first()


def _standing(session: Session, ticket: Ticket) -> str:
    """How a ticket that is not in review (any more) stands, in a sentence; with who decided it, if that was all."""
    last = last_review(session, ticket.id)
    word, states = _DECIDED.get(last.decision if last else "", ("", ()))
    if last is None or ticket.state not in states:
        return f"Ticket {ticket.id} is {state_words(ticket.state)} already."
    name = session.get_one(Person, last.person_id).label
    return f"{word} by {name} {_when(last.created_at)}."


def _when(at: datetime) -> str:
    if now() - at < _MOMENT:
        return "a moment ago"
    return "today" if at.date() == now().date() else f"on {at.day} {at:%B}"


def _keep(
    session: Session, ticket: Ticket, draft: Draft | None, actor: Actor, *, decision: str, reason: str = ""
) -> None:
    assert actor.person_id is not None
    draft_id = draft.id if draft else None
    session.add(
        Review(ticket_id=ticket.id, draft_id=draft_id, person_id=actor.person_id, decision=decision, reason=reason)
    )
    if decision != "approve":
        # An approval without changes teaches nothing new.
        about = {"workspace_id": ticket.workspace_id, "kind": ticket.kind}
        enqueue(session, topics.LEARN, ticket.workspace_id, about, delay=_QUIET)


def approve(
    session: Session, ticket_id: int, actor: Actor, *, number: int | None = None, board: str = "", card_list: str = ""
) -> Ticket:
    """Approve the newest draft: the ticket goes to the board. Raises Conflict when somebody was faster."""
    ticket, draft = reviewable(session, ticket_id, actor, number)
    ticket.route_board, ticket.route_list = board, card_list
    _keep(session, ticket, draft, actor, decision="approve")
    move(session, ticket, "approve", actor, {"draft": draft.number, "board": board, "list": card_list})
    enqueue(session, topics.DELIVER, ticket.id, {"ticket_id": ticket.id})
    enqueue(session, topics.ANNOUNCE, ticket.id, {"ticket_id": ticket.id})
    return ticket


def reroute(session: Session, ticket: Ticket, actor: Actor, board: str, card_list: str) -> None:
    """Send an approved, held ticket to another board or list; with neither named it stays as it is."""
    board, card_list = board.strip(), card_list.strip()
    if not board and not card_list:
        return
    before = {"board": ticket.route_board, "list": ticket.route_list}
    ticket.route_board, ticket.route_list = board or ticket.route_board, card_list
    after = {"board": ticket.route_board, "list": ticket.route_list}
    where = {"workspace_id": ticket.workspace_id, "ticket_id": ticket.id}
    record(session, actor, "ticket.rerouted", **where, before=before, after=after)


def decline(session: Session, ticket_id: int, actor: Actor, reason: str, *, number: int | None = None) -> Ticket:
    """Decline with a reason that the reporter will read; with `number`, only the draft that the person saw."""
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("Say why in a sentence: the reporter will read it. Nothing was changed.")
    if len(reason) > 1000:
        raise Invalid("Keep the reason under 1,000 characters. Nothing was changed.")
    ticket = locked(session, ticket_id) if number is None else reviewable(session, ticket_id, actor, number)[0]
    # Rights and state first: a review is kept only for a decision that took effect.
    move(session, ticket, "decline", actor, {"reason": reason})
    _keep(session, ticket, latest_draft(session, ticket_id), actor, decision="decline", reason=reason)
    ticket.decline_reason = reason
    outdate(session, ticket_id)
    enqueue(session, topics.ANNOUNCE, ticket.id, {"ticket_id": ticket.id})
    for report_id in reports_of(session, ticket_id):
        # Questions that are still open in the thread end with it.
        enqueue(session, topics.CHAIN, report_id, {"report_id": report_id})
    return ticket


def edit(
    session: Session, ticket_id: int, actor: Actor, changes: dict[str, str], *, number: int | None = None
) -> Draft:
    """Save a person's changes as a new version; `changes` has keys of tickets.text.to_fields."""
    ticket, draft = reviewable(session, ticket_id, actor, number)
    old = DraftContent.model_validate(draft.content)
    new = from_fields(old, changes)
    before, after = to_fields(old), to_fields(new)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return draft
    version = add_draft(session, ticket, new, "person", author=actor)
    _keep(session, ticket, version, actor, decision="edit")
    record(
        session,
        actor,
        "ticket.edit",
        workspace_id=ticket.workspace_id,
        ticket_id=ticket.id,
        before={"draft": draft.number, **{name: before[name] for name in changed}},
        after={"draft": version.number, **{name: after[name] for name in changed}},
    )
    enqueue(session, topics.ANNOUNCE, ticket.id, {"ticket_id": ticket.id})
    for report_id in reports_of(session, ticket.id):
        enqueue(session, topics.STATUS, report_id, {"report_id": report_id})
    return version


def revise(session: Session, ticket_id: int, actor: Actor, instruction: str, *, number: int | None = None) -> Ticket:
    """Send the draft back to be written again with an instruction; the versions so far stay."""
    instruction = " ".join(instruction.split())
    if not instruction or len(instruction) > 2000:
        raise Invalid("Say what should be different, in at most 2,000 characters. Nothing was changed.")
    ticket, draft = reviewable(session, ticket_id, actor, number)
    report_id = reports_of(session, ticket_id)[0]
    session.add(Run(report_id=report_id, ticket_id=ticket.id, instruction=instruction))
    _keep(session, ticket, draft, actor, decision="revise", reason=instruction)
    move(session, ticket, "revise", actor, {"instruction": instruction})
    enqueue(session, topics.CHAIN, report_id, {"report_id": report_id})
    enqueue(session, topics.ANNOUNCE, ticket.id, {"ticket_id": ticket.id})
    return ticket
