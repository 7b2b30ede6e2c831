"""The queue: what waits for a decision first, everything else a tab away, fifty a page."""

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.learning import rules
from bot.core.models import Person, Problem, Report, Ticket
from bot.core.redact import Masker
from bot.core.tickets import queries
from bot.core.tickets.changes import open_changes
from bot.core.tickets.families import Family, families
from bot.core.tickets.states import State
from bot.dashboard.notices import notice
from bot.dashboard.visit import Visit, visit

router = APIRouter()
PAGE = 50
S = State


@dataclass(frozen=True)
class Tab:
    """A tab of the queue; no states means all. `empty` is said when there is nothing in it, `hint` what to do then."""

    name: str
    label: str
    states: tuple[State, ...]
    empty: str
    hint: str = "Mention Inkling in any Slack thread to report something."


TABS = (
    Tab(
        "waiting",
        "Waiting",
        queries.WAITING,
        "Nothing waits for you.",
        "New drafts will be here when they are written.",
    ),
    Tab(
        "talking", "In conversation", (S.RECEIVED, S.CLARIFYING, S.DRAFTING), "No report is being worked on right now."
    ),
    Tab("board", "On the board", (S.APPROVED, S.DELIVERING, S.ON_BOARD, S.SHIPPED), "No ticket is on the board yet."),
    Tab(
        "declined", "Declined", (S.DECLINED,), "Nothing was declined.", "Declined drafts are kept here with the reason."
    ),
    Tab("all", "All", (), "Nothing was reported yet."),
)
BY_NAME = {tab.name: tab for tab in TABS}


@dataclass(frozen=True)
class Row:
    """One line of the queue. `opening` stands in for a title that is not written yet; `place` is that in its family."""

    ticket: Ticket
    reporter: str
    channel: str
    others: int
    rung: str
    opening: str
    place: str
    changing: bool


def _reporters(session: Session, reports: list[Report]) -> dict[int, str]:
    people = select(Person).where(Person.id.in_({report.reporter_id for report in reports}))
    return {person.id: person.label for person in session.scalars(people)}


def _place(family: Family | None) -> str:
    """`2 of 3` for what came from one report, in words that also say when it is a plan."""
    if family is None or family.dropped or not family.others:
        return ""
    if family.parent:
        return f"part {family.position} of {family.count}"
    return f"{family.position} of {family.count} from one report" if family.position else f"plan of {family.count}"


def _rows(session: Session, tickets: list[Ticket]) -> list[Row]:
    ids = [ticket.id for ticket in tickets]
    reports = queries.reports_by_ticket(session, ids)
    drafts = queries.latest_drafts(session, ids)
    first = {ticket_id: found[0] for ticket_id, found in reports.items()}
    names = _reporters(session, list(first.values()))
    untitled = [first[ticket.id].id for ticket in tickets if not ticket.title and ticket.id in first]
    openings = queries.first_messages(session, untitled)
    found = families(session, ids)
    changes = open_changes(session, ids)
    rows = []
    for ticket in tickets:
        report = first.get(ticket.id)
        rows.append(
            Row(
                ticket=ticket,
                reporter=names[report.reporter_id] if report else "",
                channel=report.channel_name if report else "",
                others=max(len(reports.get(ticket.id, [])) - 1, 0),
                rung=drafts[ticket.id].rung if ticket.id in drafts else "",
                place=_place(found.get(ticket.id)),
                opening=Masker().mask(openings[report.id].text)[:200] if report and report.id in openings else "",
                changing=ticket.id in changes,
            )
        )
    return rows


def _page(here: Visit, tab: Tab, after: str) -> tuple[list[Ticket], str | None]:
    """The tickets of a page and the key of the next; a key that cannot be read means the first page."""
    key = re.fullmatch(r"(P[1-4])?\.(\d{1,18})", after, re.ASCII)
    workspace = here.person.workspace_id
    if tab.name == "waiting":
        position = (key[1] or "", int(key[2])) if key else None
        found = queries.waiting(here.session, workspace, after=position, limit=PAGE + 1)
    else:
        before = int(key[2]) if key else None
        found = queries.newest(here.session, tab.states, workspace, before=before, limit=PAGE + 1)
    if len(found) <= PAGE:
        return found, None
    return found[:PAGE], f"{found[PAGE - 1].priority}.{found[PAGE - 1].id}"


@router.get("/")
def queue(request: Request, tab: str = "waiting", after: str = "", done: str = "") -> Response:
    """The queue page; `tab` is one of TABS, `after` the key of the page before, `done` a ticket just decided."""
    with visit(request) as here:
        chosen = BY_NAME.get(tab, TABS[0])
        tickets, following = _page(here, chosen, after)
        counts = queries.counts(here.session, here.person.workspace_id)
        more = {"waiting": queries.changing(here.session, here.person.workspace_id)}
        return here.page(
            "queue.html",
            tabs=[
                (each, sum(counts.get(state, 0) for state in each.states or State) + more.get(each.name, 0))
                for each in TABS
            ],
            chosen=chosen,
            rows=_rows(here.session, tickets),
            following=following,
            later=bool(after),
            problems=list(here.session.scalars(select(Problem).order_by(Problem.since))),
            held=counts.get(S.NEEDS_ATTENTION, 0),
            proposals=rules.proposals(here.session, here.person.workspace_id) if here.may_decide else 0,
            notice=notice(here, done),
        )
