"""The life of a house rule: proposed by Inkling, decided by a person, switched, changed; each change is a version."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from bot.core.audit import INKLING, Actor, record
from bot.core.clock import now
from bot.core.errors import Conflict, Invalid, NotAllowed, NotFound
from bot.core.learning.effects import Effect, ShortTitle, effect_of
from bot.core.models import HouseRule, HouseRuleVersion
from bot.core.tickets.content import KINDS

MOST_WORDS, LONGEST = 25, 200
_SCOPE = re.compile(r"channel:[A-Z0-9]{1,40}|board:[^\n]{1,200}")


@dataclass(frozen=True)
class Meaning:
    """What a rule says, for which kind of ticket and where (both empty: all)."""

    text: str
    kind: str = ""
    scope: str = ""


@dataclass(frozen=True)
class Origin:
    """One review that a rule came from, with what stood there before and after."""

    ticket: int
    review: int
    before: str
    after: str


def propose(
    session: Session, workspace_id: int, meaning: Meaning, effect: Effect | None, origins: list[Origin]
) -> HouseRule | None:
    """Propose a rule to the reviewers; None when it is known already, also as a refused one."""
    meaning = checked(meaning)
    if any(_same(rule, meaning, effect) for rule in of(session, workspace_id)):
        return None
    rule = HouseRule(
        workspace_id=workspace_id,
        text=meaning.text,
        kind=meaning.kind,
        scope=meaning.scope,
        effect=effect.model_dump() if effect else {},
        origin={"effect": effect.model_dump() if effect else {}, "reviews": [vars(one) for one in origins]},
    )
    session.add(rule)
    _keep(session, rule, INKLING, "proposed", {})
    return rule


def _same(rule: HouseRule, meaning: Meaning, effect: Effect | None) -> bool:
    """Whether a rule is this one; a refused one stands for all kinds and places, another for those it covers."""
    found = effect_of(rule.origin.get("effect", {}))
    if effect is None:
        alike = rule.text.casefold() == meaning.text.casefold()
    elif isinstance(effect, ShortTitle):
        alike = isinstance(found, ShortTitle)
    else:
        alike = found == effect
    covers = rule.kind in ("", meaning.kind) and rule.scope in ("", meaning.scope)
    return alike and (rule.state == "refused" or covers)


def write(session: Session, workspace_id: int, actor: Actor, meaning: Meaning) -> HouseRule:
    """A rule in a reviewer's own words, on from the start."""
    _reviewer(actor)
    meaning = checked(meaning)
    rule = HouseRule(
        workspace_id=workspace_id,
        state="on",
        text=meaning.text,
        kind=meaning.kind,
        scope=meaning.scope,
        created_by=actor.person_id,
    )
    session.add(rule)
    _keep(session, rule, actor, "written", {})
    return rule


# Each verb with the states it starts from, the state it leads to, and the name of its event.
_VERBS = {
    "accept": (("proposed", "refused"), "on", "accepted"),
    "refuse": (("proposed",), "refused", "refused"),
    "on": (("off",), "on", "switched_on"),
    "off": (("on",), "off", "switched_off"),
}
VERBS = tuple(_VERBS)


def decide(session: Session, rule: HouseRule, actor: Actor, verb: str) -> None:
    """Give a rule one of VERBS; done twice it changes nothing more. Raises NotAllowed or Conflict."""
    _reviewer(actor)
    sources, target, event = _VERBS[verb]
    if rule.state == target:
        return
    if rule.state not in sources:
        raise Conflict(f"This rule is {rule.state} by now. Nothing was changed; load the page again.")
    before = _shown(rule)
    rule.state, rule.version = target, rule.version + 1
    _keep(session, rule, actor, event, before)


def change(session: Session, rule: HouseRule, actor: Actor, meaning: Meaning, *, version: int) -> None:
    """Let a rule say something else or hold elsewhere. In new words it is followed by a model alone.

    Raises Conflict when somebody changed it since `version`.
    """
    _reviewer(actor)
    meaning = checked(meaning)
    if rule.version != version:
        raise Conflict("Somebody changed this rule meanwhile. Nothing was changed; look at it again first.")
    if (rule.text, rule.kind, rule.scope) == (meaning.text, meaning.kind, meaning.scope):
        return
    before = _shown(rule)
    if rule.text != meaning.text:
        rule.effect = {}
    rule.text, rule.kind, rule.scope = meaning.text, meaning.kind, meaning.scope
    rule.version += 1
    _keep(session, rule, actor, "changed", before)


def checked(meaning: Meaning) -> Meaning:
    """The meaning on one line, if it can be used. Raises Invalid with a sentence."""
    text = " ".join(meaning.text.split())
    if not text:
        raise Invalid("The rule is empty. Nothing was changed; say in a sentence what drafts should do.")
    if len(text.split()) > MOST_WORDS or len(text) > LONGEST:
        raise Invalid(f"Keep a rule to {MOST_WORDS} words ({LONGEST} characters). Nothing was changed.")
    if meaning.kind not in ("", *KINDS):
        raise Invalid(f"The kind must be one of {', '.join(KINDS)}, or empty for all. Nothing was changed.")
    if meaning.scope and not _SCOPE.fullmatch(meaning.scope):
        raise Invalid("A rule holds everywhere, in one channel or for one board. Nothing was changed.")
    return Meaning(text, meaning.kind, meaning.scope)


def _reviewer(actor: Actor) -> None:
    if not actor.may("reviewer"):
        raise NotAllowed(f"Only a reviewer may decide on house rules. {actor.name} is a {actor.role}.")


def _shown(rule: HouseRule) -> dict[str, Any]:
    return {"state": rule.state, "text": rule.text, "kind": rule.kind, "scope": rule.scope}


def _keep(session: Session, rule: HouseRule, actor: Actor, event: str, before: dict[str, Any]) -> None:
    """The version and the audit event of a change that was just made."""
    rule.updated_at = now()
    session.flush()
    shown = _shown(rule)
    session.add(
        HouseRuleVersion(
            rule_id=rule.id, number=rule.version, person_id=actor.person_id, created_at=rule.updated_at, **shown
        )
    )
    after = {"rule": rule.id, "version": rule.version, **shown}
    record(session, actor, f"rule.{event}", workspace_id=rule.workspace_id, before=before, after=after)


def _of_workspace(workspace_id: int | None) -> ColumnElement[bool]:
    return true() if workspace_id is None else HouseRule.workspace_id == workspace_id


def of(session: Session, workspace_id: int | None) -> list[HouseRule]:
    """All rules of a workspace (None: of all), oldest first."""
    return list(session.scalars(select(HouseRule).where(_of_workspace(workspace_id)).order_by(HouseRule.id)))


def proposals(session: Session, workspace_id: int | None) -> int:
    """How many rules wait for a decision."""
    waiting = select(func.count()).where(_of_workspace(workspace_id), HouseRule.state == "proposed")
    return session.scalar(waiting) or 0


def held(session: Session, rule_id: int, workspace_id: int | None) -> HouseRule:
    """A rule that somebody of this workspace may see, locked. Raises NotFound."""
    query = select(HouseRule).where(HouseRule.id == rule_id, _of_workspace(workspace_id)).with_for_update()
    rule = session.scalars(query.execution_options(populate_existing=True)).first()
    if rule is None:
        raise NotFound(f"There is no house rule {rule_id}.")
    return rule


def in_force(session: Session, workspace_id: int, channel_id: str, board: str) -> list[HouseRule]:
    """The rules that hold for a report of this channel on its way to this board, for all kinds, oldest first."""
    scopes = ["", f"channel:{channel_id}", *([f"board:{board}"] if board else [])]
    query = select(HouseRule).where(
        HouseRule.workspace_id == workspace_id, HouseRule.state == "on", HouseRule.scope.in_(scopes)
    )
    return list(session.scalars(query.order_by(HouseRule.id)))


def versions(session: Session, rule_ids: list[int]) -> dict[int, list[HouseRuleVersion]]:
    """Every version of each rule, newest first."""
    query = select(HouseRuleVersion).where(HouseRuleVersion.rule_id.in_(rule_ids))
    found: dict[int, list[HouseRuleVersion]] = {}
    for version in session.scalars(query.order_by(HouseRuleVersion.number.desc())):
        found.setdefault(version.rule_id, []).append(version)
    return found
