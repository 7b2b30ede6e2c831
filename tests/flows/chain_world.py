"""A scripted model, a report in the database and the chain run over it by hand; for tests of the chain."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from bot.core import access, reports
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.models import Draft, Person, Step, Ticket
from bot.core.tickets.content import DraftContent
from tests.support.http import call
from workers.base import Job
from workers.chain import advance

OPENING = (
    "The label printer in the Elm Street kitchen prints yesterday's date since the update to 4.2. "
    "Staff throw away fresh food because of it."
)
REPLY = "It is the iPad app. We expect today's date on the label."


class Model:
    """The hands to a scripted model server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, method: str, path: str, body: object = None) -> Any:
        status, answer = call(method, f"{self.url.removesuffix('/v1')}/_control/{path}", body)
        assert status == 200, answer
        return answer

    def say(self, reply: object, *, match: str = "", times: int | None = 1) -> None:
        """Queue a reply for the next request whose messages contain `match`."""
        self.control("POST", "queue", {"reply": reply, "match": match, "times": times})

    def fail(self, fault: str, *, match: str = "", times: int | None = None, seconds: float = 1) -> None:
        self.control("POST", "faults", {"fault": fault, "match": match, "times": times, "seconds": seconds})

    def bodies(self) -> list[dict[str, Any]]:
        """Every request body so far."""
        return [entry["body"] for entry in self.control("GET", "calls")["calls"]]

    def reset(self) -> None:
        self.control("POST", "reset")


@contextmanager
def scripted(*options: str) -> Iterator[Model]:
    """A scripted model server of its own."""
    command = [sys.executable, "-m", "deploy.sandbox.model", "scripted", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Model(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait()


def receive(*texts: str, ts: str = "1700000000.000000", kind_hint: str | None = None, by: str = "cook") -> int:
    """A report with one message per text, all of the same person; its id."""
    with transaction() as session:
        team = access.workspace_of(session, "T1")
        person = access.person_of_slack(session, team.id, f"U-{by}", by)
        report, _ = reports.receive(
            session,
            person,
            workspace_id=team.id,
            channel_id="C1",
            thread_ts=ts,
            ts=ts,
            text=texts[0] if texts else OPENING,
            origin="mention",
            kind_hint=kind_hint,
        )
        for number, text in enumerate(texts[1:], 1):
            reports.add_message(session, report, person, ts=f"{ts[:-3]}{number:03d}", text=text)
        return report.id


def run(report_id: int) -> None:
    advance(Job({"report_id": report_id}, 1))


def answer_all(report_id: int, answers: dict[str, str | None] | None = None) -> list[str]:
    """Answer every open question (None: don't know); the fields that were asked."""
    with transaction() as session:
        person = session.scalars(select(Person)).first()
        waiting = reports.open_questions(session, report_id)
        assert person is not None
        for question in waiting:
            reports.answer(session, question.id, person, (answers or {}).get(question.field))
        return [question.field for question in waiting]


def finish(report_id: int, answers: dict[str, str | None] | None = None) -> DraftContent:
    """Run the chain to review, answering on the way; the draft. Whether it is the same as a ticket nobody says."""
    for _ in range(3):
        advance(Job({"report_id": report_id, "held": True}, 1))
        if not answer_all(report_id, answers):
            break
    return draft()[1]


def pm() -> Actor:
    with transaction() as session:
        return Actor.of(access.add_person(session, "pm", "reviewer"))


def ticket() -> Ticket:
    with transaction() as session:
        return session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()


def draft() -> tuple[Draft, DraftContent]:
    """The newest draft of all."""
    with transaction() as session:
        row = session.scalars(select(Draft).order_by(Draft.id.desc()).limit(1)).one()
        return row, DraftContent.model_validate(row.content)


def rows(kind: type[Any]) -> list[Any]:
    """All rows of a table by id."""
    with transaction() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def steps() -> dict[str, Step]:
    """The newest row of each step."""
    return {step.name: step for step in rows(Step)}
