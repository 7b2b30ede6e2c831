"""What was learned that bears on a report, from the rows: house rules that hold for it, approved tickets like it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.learning.effects import effect_of
from bot.core.learning.rules import in_force
from bot.core.models import Draft, Report, Review, Run, Ticket, TicketReport
from bot.core.settings import settings
from bot.core.tickets.content import SECTIONS, DraftContent
from workers.chain.data import Thread
from workers.chain.house import Example, Learned, Rule
from workers.chain.words import content_words
from workers.llm import Masker

# What one draft is told: more rules than this no writer follows, more examples cost more than they teach.
MOST_RULES, MOST_EXAMPLES, EXAMPLE_LENGTH = 20, 2, 1500
# Approved tickets that are looked through for examples, the newest of the channel.
_CANDIDATES = 300


def learned_of(session: Session, run: Run, thread: Thread, masker: Masker) -> Learned:
    """The rules in force for the report of a run, and examples of every kind; nothing when learning is off."""
    if settings().inkling_learning == "off":
        return Learned()
    report, ticket = session.get_one(Report, run.report_id), session.get_one(Ticket, run.ticket_id)
    board = ticket.route_board or settings().trello_board
    rules = [
        Rule(id=rule.id, version=rule.version, text=rule.text, kind=rule.kind, effect=effect_of(rule.effect))
        for rule in in_force(session, report.workspace_id, report.channel_id, board)[:MOST_RULES]
    ]
    # Quotations and a small model's two lines have no use for examples.
    writes = settings().has_model and settings().inkling_model_profile == "full"
    return Learned(rules=rules, examples=_examples(session, report, ticket, thread, masker) if writes else [])


def _examples(session: Session, report: Report, ticket: Ticket, thread: Thread, masker: Masker) -> list[Example]:
    """Of each kind the approved tickets whose titles share most with the thread, from this very channel.

    Who reads this ticket may read that channel; a ticket that a report from elsewhere is part of stays out.
    """
    of_ticket = select(TicketReport.ticket_id).join(Report, Report.id == TicketReport.report_id)
    here = of_ticket.where(Report.workspace_id == report.workspace_id, Report.channel_id == report.channel_id)
    elsewhere = of_ticket.where(Report.channel_id != report.channel_id)
    query = (
        select(Review.draft_id, Ticket.id, Ticket.kind, Ticket.title)
        .join(Ticket, Ticket.id == Review.ticket_id)
        .where(Review.decision == "approve", Ticket.workspace_id == report.workspace_id, Ticket.id != ticket.id)
        .where(Ticket.id.in_(here), Ticket.id.not_in(elsewhere))
        .order_by(Review.id.desc())
        .limit(_CANDIDATES)
    )
    told, chosen, count = content_words(thread.text), dict[int, int](), dict[str, int]()
    alike = [(len(content_words(row.title) & told), row) for row in session.execute(query)]
    for shared, row in sorted(alike, key=lambda pair: -pair[0]):
        if shared and row.id not in chosen and count.get(row.kind, 0) < MOST_EXAMPLES:
            chosen[row.id], count[row.kind] = row.draft_id, count.get(row.kind, 0) + 1
    drafts = session.scalars(select(Draft).where(Draft.id.in_(chosen.values())).order_by(Draft.id))
    return [_example(draft, masker) for draft in drafts]


def _example(draft: Draft, masker: Masker) -> Example:
    content = DraftContent.model_validate(draft.content)
    lines = [f"title: {content.title}"]
    lines += [f"{name}: {one.text}" for name in SECTIONS for one in content.sections.get(name, [])]
    lines += [f"criterion: {one.text}" for one in content.criteria]
    text = masker.mask("\n".join(lines))
    return Example(ticket_id=draft.ticket_id, kind=content.kind, text=text[:EXAMPLE_LENGTH])
