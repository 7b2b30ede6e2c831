"""People, reports and drafts for the desk's and the API's tests, made by the core's own functions; no tests here."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from bot import api, dashboard
from bot.core import access, reports
from bot.core.audit import INKLING
from bot.core.db import transaction
from bot.core.models import ModelCall, Person, Report, Run, Step, Ticket
from bot.core.reports import Ask
from bot.core.tickets import changes, life, review
from bot.core.tickets.content import DraftContent, Evidence, Removed, Statement, Verdict
from bot.dashboard.visit import cookie_name

TITLE = "Door panel confirms a booking while offline; the same slot is sold again"
MESSAGES = (
    "Two people hold confirmed bookings for Heron, 10:00 to 11:00, today. See https://roomquill.example/b/RQ-88120",
    "One was made on the door panel, RQ-88120, the other in the web app, RQ-88121.",
    "The panel showed the orange cloud the whole time.\nA client stood in the corridor.",
)


def app() -> FastAPI:
    """The desk and the API, as the web process has them."""
    made = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    made.include_router(api.router)
    dashboard.install(made)
    return made


def client(*, raising: bool = True) -> TestClient:
    """Nobody's browser."""
    html = {"accept": "text/html"}
    return TestClient(
        app(),
        base_url="http://127.0.0.1:8000",
        headers=html,
        follow_redirects=False,
        raise_server_exceptions=raising,
    )


@dataclass
class Browser:
    """Somebody's signed-in browser."""

    http: TestClient
    csrf: str

    def post(self, path: str, **form: str) -> tuple[int, str]:
        """Send a form with this session's token; the status and where it leads, or the page."""
        answer = self.http.post(path, data={"csrf": self.csrf, **form})
        return answer.status_code, answer.headers.get("location", answer.text)


def browser(name: str, role: str, *, raising: bool = True) -> Browser:
    """A browser in which the person called `name` is signed in."""
    with transaction() as session:
        cookie, _ = access.sign_in(session, access.issue_link(session, access.add_person(session, name, role)))
        found = access.session_of(session, cookie)
        assert found
        csrf = found[0].csrf_token
    http = client(raising=raising)
    http.cookies.set(cookie_name(), cookie)
    return Browser(http, csrf)


def token(name: str, role: str) -> dict[str, str]:
    """The header of somebody's bearer token."""
    with transaction() as session:
        access.add_person(session, name, role)
        return {"Authorization": f"Bearer {access.issue_api_token(session, name)}"}


def reporter(session: Session, team: str = "T1", name: str = "csm-north") -> Person:
    """Somebody in Slack."""
    workspace = access.workspace_of(session, team)
    return access.person_of_slack(session, workspace.id, f"U{name}", name)


def receive(session: Session, *, team: str = "T1", ts: str = "1795000000.000100", name: str = "csm-north") -> Report:
    """A report with a thread of three messages."""
    person = reporter(session, team, name)
    assert person.workspace_id
    start = float(ts)
    place: dict[str, Any] = {"channel_id": "C1", "channel_name": "customers", "thread_ts": ts}
    report, _ = reports.receive(
        session, person, workspace_id=person.workspace_id, ts=ts, text=MESSAGES[0], origin="mention", **place
    )
    for number, text in enumerate(MESSAGES[1:], 1):
        reports.add_message(session, report, person, ts=f"{start + number * 60:.6f}", text=text)
    report.permalink = f"https://acme.slack.example/archives/C1/p{ts.replace('.', '')}"
    return report


def ticket_of(session: Session, report: Report) -> Ticket:
    """The ticket of a report, held."""
    return life.locked(session, life.tickets_of(session, report.id)[0])


def ask(session: Session, report: Report) -> None:
    """Ask two questions; the first is answered by the reporter, the second is not known."""
    asks = [Ask("environment", "Was the panel offline?", ["Yes", "No"]), Ask("versions", "Which versions?")]
    reports.ask(session, report, ticket_of(session, report), asks)
    session.flush()
    person = session.get_one(Person, report.reporter_id)
    first, second = reports.questions_of(session, report.id)
    reports.answer(session, first.id, person, "Yes, the orange cloud showed")
    reports.answer(session, second.id, person, None)


def evidence(session: Session, report: Report) -> list[Evidence]:
    """Every message and answer of a report as evidence, and one document."""
    said = [
        Evidence(mark=f"m{n}", source="message", source_id=item.id, label="csm-north", quote=item.text)
        for n, item in enumerate(reports.messages_of(session, report.id), 1)
    ]
    answers = [
        Evidence(mark=f"q{n}", source="answer", source_id=item.id, label=item.text, quote=item.answer)
        for n, item in enumerate(reports.questions_of(session, report.id), 1)
        if item.state == "answered"
    ]
    quote = "The panel keeps working for 10 minutes without network."
    document = Evidence(mark="d1", source="document", source_id=1, label="Architecture overview", quote=quote)
    return [*said, *answers, document]


def content(found: list[Evidence], **changes: object) -> DraftContent:
    """A finished draft in the manner of a good ticket."""
    both = "Two people hold confirmed bookings for Heron, 10:00 to 11:00, today."
    made = DraftContent(
        kind="bug",
        title=TITLE,
        sections={
            "summary": [
                Statement(text=both, marks=["m1", "m2"]),
                Statement(text="The panel showed the orange cloud, that is, it was offline.", marks=["m3", "q1"]),
            ],
            "why": [Statement(text="A client stood in the corridor.", marks=["m3"])],
            "steps": [
                Statement(text="Let the panel lose its network until the orange cloud shows.", marks=["m3"]),
                Statement(text="Book a free slot on the panel.", assumed=True),
            ],
            "where": [Statement(text="The panel keeps working for 10 minutes without network.", marks=["d1"])],
        },
        criteria=[
            Statement(text="A slot that is taken elsewhere ends with exactly one confirmed booking."),
            Statement(text="The person whose booking is not kept is told on the surface they used."),
        ],
        open_questions=["Does the panel promise a confirmation while offline?"],
        assumptions=["The web app was online."],
        priority="P2",
        priority_reason="a main task fails, no way around it",
        evidence=found,
        removed=[Removed(text="All panels are affected.", why="No source names more than one panel.")],
        verdicts=[
            Verdict(criterion="faithful", passed=True, by="model"),
            Verdict(criterion="scope", passed=False, reason="“sold again”: nobody said sold.", by="model"),
            Verdict(criterion="sourced", passed=True),
        ],
    )
    return DraftContent.model_validate(made.model_dump() | changes)


def go_on(number: int) -> None:
    """The thread of a waiting ticket goes on, and asks for a change of title, summary, criteria and priority."""
    text = "It happened at Tallow & Finch as well, on the phone app."
    with transaction() as session:
        report = session.get_one(Report, life.reports_of(session, number)[0])
        reports.add_message(session, report, reporter(session, name="support-lead"), ts="1795009999.000100", text=text)
        message = reports.messages_of(session, report.id)[-1]
        run = Run(report_id=report.id, ticket_id=number, purpose="change", state="done")
        session.add(run)
        session.flush()
        old = changes.version(session, number, 1)
        fresh = Statement(text="It happened on the phone app as well.", marks=["m9"])
        made = {
            "title": "Panel and phone app confirm a booking while offline",
            "priority": "P1",
            "priority_reason": "several customers are affected",
            "sections": {**old.sections, "summary": [old.sections["summary"][0], fresh]},
            "criteria": [*old.criteria, Statement(text="The phone app refuses to book while offline.", marks=["m9"])],
            "evidence": [
                *old.evidence,
                Evidence(mark="m9", source="message", source_id=message.id, label="support-lead", quote=text),
            ],
        }
        seen = changes.newest_event(session, number, report.id)
        found = changes.Found(1, seen, "model", old.model_copy(update=made), {message.id: "new"})
        changes.keep(session, life.locked(session, number), run, found)


@dataclass
class Options:
    """How a waiting draft differs from the usual one."""

    rung: str = "model"
    team: str = "T1"
    ts: str = "1795000000.000100"
    changes: dict[str, object] = field(default_factory=dict)


def waiting(options: Options | None = None) -> int:
    """The id of a ticket whose draft waits for review, with its questions, its run and its price."""
    chosen = options or Options()
    with transaction() as session:
        report = receive(session, team=chosen.team, ts=chosen.ts)
        ask(session, report)
        ticket = ticket_of(session, report)
        life.move(session, ticket, "draft", INKLING)
        run = Run(report_id=report.id, ticket_id=ticket.id, state="done")
        session.add(run)
        session.flush()
        step = Step(run_id=run.id, name="draft", input_hash="x", state="done", prompt="draft/v1", latency_ms=4200)
        session.add(step)
        session.flush()
        for cost in ("0.0040", "0.0080"):
            call = ModelCall(step_id=step.id, tier="smart", model="m-1", prompt="draft/v1", outcome="ok")
            call.tokens_in, call.tokens_out, call.cost_usd = 1200, 300, Decimal(cost)
            session.add(call)
        made = content(evidence(session, report), **chosen.changes)
        review.submit(session, ticket, made, chosen.rung, run.id)
        return ticket.id
