"""What happens while the model is down: people are told, the report waits, and after a while quotations serve."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import Problem, Run
from bot.core.outbox import enqueue, topics
from bot.core.settings import settings
from workers.llm import ModelUnavailable

PROBLEM = "model"
_SHORTEST, _LONGEST = 15.0, 60.0  # seconds between two looks


def wait_or_do_without(run_id: int, error: ModelUnavailable) -> None:
    """Raise Later while there is patience left; return when the report has waited long enough."""
    with transaction() as session:
        run = session.get_one(Run, run_id, with_for_update=True)
        if run.model_down_since is None:
            run.model_down_since = now()
            enqueue(session, topics.STATUS, run.report_id, {"report_id": run.report_id})
        down = now() - run.model_down_since
        problem = insert(Problem).values(key=PROBLEM, sentence=f"{error.message} Reports wait and are safe.")
        update = {"sentence": problem.excluded.sentence}
        session.execute(problem.on_conflict_do_update(index_elements=["key"], set_=update))
        run.error = error.message
    if down >= settings().inkling_model_patience:
        return
    seconds = max(min(max(_SHORTEST, down.total_seconds() / 2), _LONGEST), error.retry_after or 0)
    raise Later(f"{error.message} The report is safe and goes on when the model answers.", seconds, counts=False)


def answered(run_id: int) -> None:
    """The model answers again."""
    with transaction() as session:
        session.execute(delete(Problem).where(Problem.key == PROBLEM))
        run = session.get_one(Run, run_id, with_for_update=True)
        if run.model_down_since is not None:
            run.model_down_since, run.error = None, ""
            enqueue(session, topics.STATUS, run.report_id, {"report_id": run.report_id})
