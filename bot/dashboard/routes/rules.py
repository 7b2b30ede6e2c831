"""House rules: what is proposed and why, what holds where, and how much people still change."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.errors import Invalid, NotFound
from bot.core.learning import rules
from bot.core.learning.places import place, places
from bot.core.learning.reviewed import reviewed
from bot.core.learning.rules import Meaning
from bot.core.models import HouseRule, HouseRuleVersion, Person, Workspace
from bot.dashboard.curve import curve
from bot.dashboard.guard import Form
from bot.dashboard.visit import deciding, go, visit

router = APIRouter()
RuleId = Annotated[int, Path(ge=1, le=2**63 - 1)]
# Approved tickets that the curve shows.
SHOWN = 100
STATES = {"proposed": "Proposed", "on": "On", "off": "Off", "refused": "Refused"}


@dataclass(frozen=True)
class Line:
    """A rule as the page shows it; `versions` are newest first, with who made each."""

    rule: HouseRule
    where: str
    versions: list[tuple[HouseRuleVersion, str, str]]
    places: dict[str, str]


def _lines(session: Session, workspace_id: int | None) -> list[Line]:
    found = rules.of(session, workspace_id)
    versions = rules.versions(session, [rule.id for rule in found])
    ids = {one.person_id for several in versions.values() for one in several}
    people = {person.id: person.label for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
    known = {number: places(session, number) for number in {rule.workspace_id for rule in found}}
    return [
        Line(
            rule,
            place(rule.scope, known[rule.workspace_id]),
            [
                (one, people.get(one.person_id or 0, "Inkling"), place(one.scope, known[rule.workspace_id]))
                for one in versions[rule.id]
            ],
            {rule.scope: place(rule.scope, known[rule.workspace_id])} | known[rule.workspace_id],
        )
        for rule in found
    ]


def _own_workspace(session: Session, workspace_id: int | None) -> int | None:
    """Where somebody's own rules belong: their workspace, or the only one there is."""
    if workspace_id is not None:
        return workspace_id
    ids = list(session.scalars(select(Workspace.id).limit(2)))
    return ids[0] if len(ids) == 1 else None


@router.get("/rules")
def show(request: Request) -> Response:
    """The page: proposals first, then what holds, then the curve."""
    with visit(request) as here:
        workspace = here.person.workspace_id
        lines = _lines(here.session, workspace)
        accepted = [
            next((one.created_at for one, _, _ in reversed(line.versions) if one.state == "on"), None) for line in lines
        ]
        own = _own_workspace(here.session, workspace)
        return here.page(
            "rules.html",
            proposed=[line for line in lines if line.rule.state == "proposed"],
            decided=[line for line in lines if line.rule.state in ("on", "off")],
            refused=[line for line in lines if line.rule.state == "refused"],
            states=STATES,
            curve=curve(
                reviewed(here.session, workspace, limit=SHOWN, decisions=("approve",)), [at for at in accepted if at]
            ),
            own=own,
            own_places=places(here.session, own) if own else {},
        )


@router.post("/rules/{rule_id}/{verb}")
def decide(request: Request, rule_id: RuleId, verb: str, form: Form) -> Response:
    """Accept, refuse, switch or change a rule; what was written is shown again when it cannot be done."""
    request.state.kept = form.get("text", "")
    with deciding(request, form) as here:
        rule = rules.held(here.session, rule_id, here.person.workspace_id)
        if verb == "change":
            rules.change(here.session, rule, here.actor, _meaning(form), version=_version(form))
        elif verb in rules.VERBS:
            rules.decide(here.session, rule, here.actor, verb)
        else:
            raise NotFound("There is nothing at this address.")
        return go(f"/rules#rule-{rule_id}")


@router.post("/rules")
def write(request: Request, form: Form) -> Response:
    """A rule in somebody's own words."""
    request.state.kept = form.get("text", "")
    with deciding(request, form) as here:
        own = _own_workspace(here.session, here.person.workspace_id)
        if own is None:
            raise Invalid("It is not clear for which workspace this rule is. Sign in from that workspace.")
        rule = rules.write(here.session, own, here.actor, _meaning(form))
        return go(f"/rules#rule-{rule.id}")


def _meaning(form: dict[str, str]) -> Meaning:
    return Meaning(form.get("text", ""), form.get("kind", ""), form.get("scope", ""))


def _version(form: dict[str, str]) -> int:
    value = form.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
