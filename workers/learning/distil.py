"""From reviews to proposed house rules: habits that code sees, and at most one rule a time that a model words."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import log
from bot.core.db import transaction
from bot.core.learning.reviewed import Reviewed, reviewed
from bot.core.learning.rules import Meaning, Origin, of, propose
from bot.core.models import HouseRule, Report, Review, Ticket, TicketReport
from bot.core.settings import settings
from bot.core.tickets.content import DraftContent
from bot.core.tickets.text import to_fields
from workers.base import Job
from workers.chain.context import PROMPTS
from workers.chain.quoting import block
from workers.chain.words import clip_words
from workers.learning.checks import facts, known, people_of, refusal
from workers.learning.patterns import fits, patterns
from workers.llm import Masker, ModelOutputError, ModelUnavailable, load, structured

# Tickets that are looked back on, and changes that a model is shown.
SAMPLE, SHOWN = 20, 12
_LINES = 5  # of one ticket, before and after each
_log = log.get("workers.learning")


@dataclass(frozen=True)
class Seen:
    """What a reviewer did to one ticket: lines that went and lines that came, or only what they said about it."""

    ticket_id: int
    review_id: int
    channel_id: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """All of it, as a model is shown it."""
        return f"before:\n{self.before}\nafter:\n{self.after}" if self.before else self.after


class RuleAnswer(BaseModel):
    """What a model says."""

    model_config = ConfigDict(extra="forbid")

    rule: str
    seen_in: list[str]
    every_kind: bool


def handle(job: Job) -> None:
    """Look at the reviews of a workspace after one of a ticket of this kind."""
    learn(int(job.payload["workspace_id"]), str(job.payload["kind"]))


def learn(workspace_id: int, kind: str) -> list[int]:
    """Propose what there is to propose; the ids of the new rules. A model that is away is asked another time."""
    with transaction() as session:
        people = people_of(session, workspace_id)
        sample = reviewed(session, workspace_id, limit=SAMPLE)
        made = [
            propose(session, workspace_id, found.meaning, found.effect, found.origins)
            for found in patterns(sample)
            if fits(found.effect) and not refusal(found.meaning.text, people)
        ]
        seen = _seen(session, workspace_id, kind, sample)
        rules = of(session, workspace_id)
    proposed = [rule.id for rule in made if rule is not None]
    config = settings()
    if config.has_model and config.inkling_model_profile == "full" and len({one.ticket_id for one in seen}) > 1:
        try:
            proposed += _worded(workspace_id, kind, seen, rules, people)
        except (ModelUnavailable, ModelOutputError) as error:
            _log.info("no rule from the model", reason=error.message)
    return proposed


def _worded(workspace_id: int, kind: str, seen: list[Seen], rules: list[HouseRule], people: set[str]) -> list[int]:
    """Ask the model, and propose its rule if it holds."""
    answer = _asked(kind, seen, rules)
    text = " ".join(answer.rule.split())
    marks = {mark.strip("[] ") for mark in answer.seen_in}
    cited = [one for number, one in enumerate(seen, 1) if f"e{number}" in marks]
    why = refusal(text, people) or facts(text, [one.text for one in cited])
    if why or known(text, rules) or len({one.ticket_id for one in cited}) < 2:
        _log.info("rule not proposed", reason=why or "known, or seen in one review only")
        return []
    channels = {one.channel_id for one in cited}
    scope = f"channel:{channels.pop()}" if len(channels) == 1 else ""
    origins = [
        Origin(one.ticket_id, one.review_id, clip_words(one.before, 40), clip_words(one.after, 40)) for one in cited
    ]
    with transaction() as session:
        rule = propose(session, workspace_id, Meaning(text, "" if answer.every_kind else kind, scope), None, origins)
        return [rule.id] if rule else []


def _asked(kind: str, seen: list[Seen], rules: list[HouseRule]) -> RuleAnswer:
    changes = [f"[e{number}]\n{block(one.text)}" for number, one in enumerate(seen, 1)]
    variables = {
        "kind": kind,
        "changes": "\n".join(changes),
        "known": "\n".join(f"- {rule.text}" for rule in rules) or "(none)",
    }
    prompt = load(PROMPTS, "learn/v1")
    return structured("smart", prompt, variables, RuleAnswer, masker=Masker(), max_tokens=2000)


def _seen(session: Session, workspace_id: int, kind: str, sample: list[Reviewed]) -> list[Seen]:
    """What reviewers did to tickets of a kind, oldest first: edits as lines, other decisions by their reason."""
    edits = [
        Seen(pair.ticket_id, pair.review_id, pair.channel_id, *lines)
        for pair in sample
        if pair.before.kind == kind and any(lines := _difference(pair))
    ]
    query = (
        select(Review, Ticket.title, Report.channel_id)
        .join(Ticket, Ticket.id == Review.ticket_id)
        .join(TicketReport, TicketReport.ticket_id == Ticket.id)
        .join(Report, Report.id == TicketReport.report_id)
        .where(Ticket.workspace_id == workspace_id, Ticket.kind == kind, Review.decision.in_(("decline", "revise")))
        .where(TicketReport.joined_at.is_(None))
        .order_by(Review.id.desc())
        .limit(SHOWN)
    )
    words = {"decline": "declined", "revise": "sent back"}
    reasons = {
        review.id: Seen(
            review.ticket_id, review.id, channel, "", f"{words[review.decision]} “{title}”: {review.reason}"
        )
        for review, title, channel in session.execute(query)
    }
    return sorted([*edits, *reasons.values()], key=lambda one: one.review_id)[-SHOWN:]


def _difference(pair: Reviewed) -> tuple[str, str]:
    """The lines that a reviewer took out, and those that came in."""
    before, after = (_lines(content) for content in (pair.before, pair.after))
    gone = [line for line in before if line not in after]
    new = [line for line in after if line not in before]
    return "\n".join(gone[:_LINES]), "\n".join(new[:_LINES])


def _lines(content: DraftContent) -> list[str]:
    return [
        f"{name}: {clip_words(line, 40)}" for name, value in to_fields(content).items() for line in value.splitlines()
    ]
