"""The row of each step: what is finished is found again, what failed or was interrupted is counted."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.models import Run, Step
from workers.chain.data import Rung


@dataclass(frozen=True)
class Entry:
    """A step about to be done (`attempt` counts from 1), or its `output` from before."""

    id: int
    attempt: int
    rung: str
    output: dict[str, Any] | None


def hash_of(prompt: str, parts: list[BaseModel]) -> str:
    """What a step's output depends on: its prompt's version and its inputs."""
    text = json.dumps([prompt, *(part.model_dump(mode="json") for part in parts)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def begin(run: Run, name: str, input_hash: str, prompt: str, rung: str) -> Entry:
    """Find the finished step for the same input, or count one more attempt at it.

    An earlier run of the report serves too, unless it had to do with less than `rung`.
    """
    with transaction() as session:
        done = session.scalars(
            select(Step)
            .join(Run, Run.id == Step.run_id)
            .where(Step.name == name, Step.input_hash == input_hash, Step.state == "done")
            .where(Run.report_id == run.report_id, or_(Run.id == run.id, Step.rung == rung))
            .order_by(Step.id.desc())
            .limit(1)
        ).first()
        if done is not None:
            return Entry(done.id, done.attempt, done.rung, done.output)
        new = insert(Step).values(run_id=run.id, name=name, input_hash=input_hash, prompt=prompt, attempt=1)
        # Two workers may begin the same step at the same moment; the second finds the row of the first.
        made = session.execute(new.on_conflict_do_nothing().returning(Step.id)).scalar()
        row = session.scalars(
            select(Step)
            .where(Step.run_id == run.id, Step.name == name, Step.input_hash == input_hash)
            .with_for_update()
        ).one()
        if row.state == "done":
            return Entry(row.id, row.attempt, row.rung, row.output)
        if made is None and row.state != "waiting":
            # Failed, or still "running" because its process was killed.
            row.attempt += 1
        row.state, row.error = "running", ""
        session.flush()
        return Entry(row.id, row.attempt, "", None)


def finish(step_id: int, output: BaseModel | None, rung: Rung | None, latency_ms: int) -> None:
    """The step is done; `rung` says who did it, None for code that serves every rung."""
    with transaction() as session:
        row = session.get_one(Step, step_id)
        row.state, row.finished_at, row.latency_ms = "done", now(), latency_ms
        row.output = output.model_dump(mode="json") if output else {}
        row.rung = rung or ""


def fail(step_id: int, sentence: str) -> None:
    """This attempt came to nothing."""
    _end(step_id, "failed", sentence)


def wait(step_id: int, sentence: str) -> None:
    """Nothing was wrong with the attempt, there was only nobody to ask; it does not count."""
    _end(step_id, "waiting", sentence)


def _end(step_id: int, state: str, sentence: str) -> None:
    with transaction() as session:
        row = session.get_one(Step, step_id)
        row.state, row.error = state, sentence[:500]


def current(session: Session, ticket_id: int, purpose: str = "draft") -> Run | None:
    """The newest run of a ticket, for this purpose, that is not over."""
    going = Run.state.in_(("running", "waiting"))
    query = select(Run).where(Run.ticket_id == ticket_id, Run.purpose == purpose, going)
    return session.scalars(query.order_by(Run.id.desc()).limit(1)).first()
