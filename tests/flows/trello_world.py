"""What tests of deliveries share: the Trello sandbox as a process, approved tickets, and a look at the board."""

import base64
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from limits import RateLimitItemPerSecond
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import access, audit, reports
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import DeliveryPart, File, Problem, Report, Run, Ticket
from bot.core.reports import messages_of
from bot.core.tickets import review
from bot.core.tickets.content import DraftContent, Statement
from bot.core.tickets.life import locked, move
from tests.support.pictures import png
from workers.base import Job
from workers.trello import board, deliver, limiter

KEY, TOKEN, SECRET = "key-0123456789", "token-abcdef0123", "app-secret"
BOARD, LIST = "Roomquill product", "Inbox"
CRITERIA = ("An offline panel refuses to book.", "The panel says that it is offline.")
THREAD = "https://roomquill.example/archives/C1/p1001"


@dataclass(frozen=True)
class Sandbox:
    """A running Trello sandbox and its control API."""

    url: str

    def control(self, method: str, path: str, **values: object) -> Any:
        answer = requests.request(method, f"{self.url}/_control/{path}", json=values or None, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fault(self, match: str, kind: str, **more: object) -> None:
        self.control("POST", "faults", match=match, kind=kind, **more)

    def requests(self) -> list[str]:
        """What was asked since the log was emptied, as "METHOD /path"."""
        return [f"{line['method']} {line['path']}" for line in self.control("GET", "requests")]

    def state(self) -> Any:
        return self.control("GET", "state")

    def ask(self, method: str, path: str, **values: object) -> Any:
        """Do something on the board as a person would."""
        auth = {"key": KEY, "token": TOKEN}
        answer = requests.request(method, f"{self.url}/1{path}", params=auth, json=values, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def list_id(self, name: str) -> str:
        return str(next(row["id"] for row in self.state()["lists"] if row["name"] == name))


@contextmanager
def sandbox(folder: Path) -> Iterator[Sandbox]:
    """The sandbox in a process of its own, with rates that do not slow tests down."""
    flags = ["--port", "0", "--state", str(folder / "trello.json"), "--key", KEY, "--secret", SECRET, "--token", TOKEN]
    command = [sys.executable, "-m", "deploy.sandbox.trello", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        running = Sandbox(process.stdout.readline().split()[-1])
        running.control("POST", "config", key_limit=100_000, token_limit=100_000, members_limit=100_000)
        try:
            yield running
        finally:
            process.terminate()


def use(running: Sandbox, settings_of: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Point this process to the sandbox, with a limiter that is not in the way and short timeouts."""
    from workers.trello import session

    settings_of(
        TRELLO_API_KEY=KEY, TRELLO_TOKEN=TOKEN, TRELLO_API_URL=running.url, TRELLO_BOARD=BOARD, TRELLO_LIST=LIST
    )
    monkeypatch.setattr(limiter, "ALONE", RateLimitItemPerSecond(100_000, 10))
    monkeypatch.setattr(session, "TIMEOUT", (1.0, 0.7))
    forget()


def forget() -> None:
    """Forget what this process knows of Trello: found boards, and pauses it asked for."""
    board._known.clear()
    limiter._made.cache_clear()


_numbers = iter(range(1, 100_000))


def approved(
    *, thread: str = THREAD, labels: tuple[str, ...] = ("panel",), files: tuple[str, ...] = (), **route: str
) -> int:
    """A ticket that a reviewer approved just now, with pictures of these names; returns its id."""
    number = next(_numbers)
    content = DraftContent(
        kind="bug",
        title=f"Door panel confirms a booking while offline ({number})",
        sections={"summary": [Statement(text="Two people hold the same slot.")]},
        criteria=[Statement(text=text) for text in CRITERIA],
        priority="P2",
        priority_reason="a main task fails",
        labels=list(labels),
    )
    with transaction() as session:
        team = access.workspace_of(session, "T1")
        person = access.person_of_slack(session, team.id, "U1", "csm-north")
        ts = f"{number}.1"
        report, _ = reports.receive(
            session,
            person,
            workspace_id=team.id,
            channel_id="C1",
            thread_ts=ts,
            ts=ts,
            text="offline",
            origin="mention",
        )
        session.get_one(Report, report.id).permalink = thread
        for position, name in enumerate(files):
            share(session, report.id, name, position)
        ticket = session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()
        run = Run(report_id=report.id, ticket_id=ticket.id)
        session.add(run)
        session.flush()
        move(session, locked(session, ticket.id), "draft", audit.INKLING)
        review.submit(session, ticket, content, "none", run.id)
    with transaction() as session:
        review.approve(session, ticket.id, reviewer(), board=route.get("board", ""), card_list=route.get("list", ""))
    return ticket.id


def share(session: Session, report_id: int, name: str, position: int = 0) -> File:
    """A kept picture of the first message of a report; its shade is its position."""
    message = messages_of(session, report_id)[0]
    file = File(message_id=message.id, slack_id=f"F{message.id}-{position}", position=position, name=name)
    file.state, file.media_type, file.content = "kept", "image/png", png(shade=position)
    session.add(file)
    session.flush()
    return file


def reviewer() -> Actor:
    with transaction() as session:
        person = access.person_of_slack(session, access.workspace_of(session, "T1").id, "U-PM", "pm")
        person.role = "reviewer"
        return Actor.of(person)


def run(ticket_id: int) -> Later | None:
    """One try of the worker; what it waits for, or None when it is finished."""
    try:
        deliver(Job({"ticket_id": ticket_id}, 1))
    except Later as later:
        return later
    return None


def run_to_the_end(ticket_id: int, tries: int = 12) -> list[float]:
    """Try until it is finished, as the outbox would; returns the seconds it would have waited in all."""
    waits: list[float] = []
    while (later := run(ticket_id)) is not None:
        waits.append(later.seconds)
        limiter._made.cache_clear()
        assert len(waits) < tries, later.message
    return waits


def ticket_of(ticket_id: int) -> Ticket:
    with transaction() as session:
        return session.get_one(Ticket, ticket_id)


def problems() -> list[str]:
    with transaction() as session:
        return [problem.sentence for problem in session.scalars(select(Problem))]


def parts(ticket_id: int) -> dict[str, DeliveryPart]:
    with transaction() as session:
        rows = session.scalars(select(DeliveryPart).where(DeliveryPart.ticket_id == ticket_id))
        return {row.part: row for row in rows}


def uploads(running: Sandbox, ticket_id: int) -> list[tuple[str, bytes]]:
    """Name and content of each file on the ticket's card, in the order they came."""
    rows = [row for row in running.state()["attachments"] if row["idCard"] == ticket_of(ticket_id).card_id]
    return [(row["name"], base64.b64decode(row["content"])) for row in rows if row["isUpload"]]


def assert_one_whole_card(running: Sandbox, ticket_id: int, labels: tuple[str, ...] = ("panel",)) -> None:
    """Exactly one card, open or archived, with all its parts exactly once; and the ticket knows it."""
    state, ticket = running.state(), ticket_of(ticket_id)
    made = parts(ticket_id)
    cards = [card for card in state["cards"] if f"ref: {made['card'].op_id}" in card["desc"]]
    assert len(cards) == 1, f"{len(cards)} cards"
    card = cards[0]
    assert (ticket.state, ticket.card_id) == ("on_board", card["id"])
    assert card["shortLink"] in ticket.card_url
    assert card["name"] == ticket.title
    checklists = [row for row in state["checklists"] if row["idCard"] == card["id"]]
    assert [row["name"] for row in checklists] == ["Acceptance criteria"]
    assert [item["name"] for item in checklists[0]["checkItems"]] == list(CRITERIA)
    links = [row["url"] for row in state["attachments"] if row["idCard"] == card["id"] and not row["isUpload"]]
    assert links == [THREAD]
    names = {row["id"]: row["name"] for row in state["labels"]}
    assert sorted(names[key] for key in card["idLabels"]) == sorted(["bug", *labels])
    on_board = [row["name"] for row in state["labels"] if row["idBoard"] == card["idBoard"]]
    assert all(on_board.count(name) == 1 for name in ("bug", *labels)), on_board
    assert {row.state for row in made.values()} == {"done"}
    assert problems() == []
