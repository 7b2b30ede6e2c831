"""Questions: whether to ask, and what; at most three at once, two rounds in all, nothing twice."""

from bot.core.db import transaction
from bot.core.reports import usual_answers
from bot.core.reports.questions import MAX_QUESTIONS, MAX_ROUNDS
from workers.chain.asking import LONGEST_ANSWER, template
from workers.chain.context import Context, Made
from workers.chain.data import Asking, Query

_MOST_SUGGESTIONS = 3


def by_code(made: Made, _: Context) -> Asking:
    """Questions about what is missing and was not asked before, the one that would change the ticket most first."""
    if not _may_ask(made):
        return Asking(queries=[])
    gaps, before = made.gaps, {asked.field for asked in made.thread.asked}
    proposed = {query.field: query for query in gaps.queries}
    fresh = [field for field in gaps.missing if field not in before][:MAX_QUESTIONS]
    queries = [proposed.get(field) or template(field, made.triage.kind, made.thread) for field in fresh]
    return Asking(queries=[_with_usual(query, made.thread.report_id) for query in queries])


def _with_usual(query: Query, report_id: int) -> Query:
    """Where it was is often where it was before: such answers of this channel are offered first."""
    if query.field != "environment":
        return query
    with transaction() as session:
        usual = usual_answers(session, report_id, query.field, longest=LONGEST_ANSWER)
    return query.model_copy(
        update={"suggestions": list(dict.fromkeys([*usual, *query.suggestions]))[:_MOST_SUGGESTIONS]}
    )


def _may_ask(made: Made) -> bool:
    """Whether a round is due: not after a reviewer spoke, not against silence, at most two in all."""
    rounds = max((asked.round for asked in made.thread.asked), default=0)
    if made.wish.instruction or rounds >= MAX_ROUNDS:
        return False
    last = [asked for asked in made.thread.asked if asked.round == rounds]
    return not last or any(asked.state == "answered" for asked in last)
