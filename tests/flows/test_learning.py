"""Learning on real parts: three edits become a proposal, a person accepts it, drafts follow until it is off."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.errors import Conflict, Invalid, NotAllowed
from bot.core.learning import rules
from bot.core.learning.rules import Meaning
from bot.core.models import AuditEvent, HouseRule, OutboxItem, Report, Workspace
from bot.core.outbox import topics
from bot.core.tickets import review
from bot.core.tickets.content import DraftContent
from bot.core.tickets.life import locked
from tests.flows import chain_world as world
from workers.base import Job
from workers.tasks import handlers

pytestmark = pytest.mark.usefixtures("database")
_stamps = iter(range(1_700_000_000, 1_800_000_000, 1000))


def drafted(text: str = world.OPENING, channel: str = "C1") -> DraftContent:
    """A report in a channel, brought to review without a model; its draft."""
    report_id = world.receive(text, ts=f"{next(_stamps)}.000000")
    with transaction() as session:
        session.get_one(Report, report_id).channel_id = channel
    return world.finish(report_id)


def edited(title: str, channel: str = "C1") -> None:
    """A draft whose title a reviewer rewrites before approving it."""
    drafted(channel=channel)
    number, actor = world.ticket().id, world.pm()
    with transaction() as session:
        review.edit(session, number, actor, {"title": title})
        review.approve(session, number, actor)


def learn() -> list[HouseRule]:
    """Do the work that the last review promised; all rules there are."""
    with transaction() as session:
        item = session.scalars(select(OutboxItem).where(OutboxItem.topic == topics.LEARN)).one()
        payload = item.payload
    handlers({"chain"})[topics.LEARN](Job(payload, 1))
    with transaction() as session:
        return rules.of(session, None)


def decide(rule: HouseRule, verb: str, actor: Actor | None = None) -> None:
    with transaction() as session:
        rules.decide(session, rules.held(session, rule.id, None), actor or world.pm(), verb)


def proposal() -> HouseRule:
    """The rule that comes of three shortened titles."""
    for title in ("Wrong date printed", "Labels carry yesterday", "Printer is late"):
        edited(title)
    (rule,) = learn()
    return rule


def test_from_three_edits_to_a_rule_and_back() -> None:
    """Proposed with its reviews; it holds once accepted, in its own channel alone, until it is switched off."""
    edited("Wrong date printed")
    edited("Labels carry yesterday")
    assert learn() == []
    edited("Printer is late")
    (rule,) = learn()
    assert (rule.state, rule.text, rule.kind, rule.scope) == (
        "proposed",
        "Keep titles to 3 words.",
        "bug",
        "channel:C1",
    )
    assert rule.origin["reviews"][0]["after"] == "Wrong date printed"
    assert len({one["review"] for one in rule.origin["reviews"]}) == 3
    assert rule.created_by is None
    before = drafted()
    assert (len(before.title.split()) > 3, before.house_rules) == (True, [])

    decide(rule, "accept")
    after = drafted()
    assert (len(after.title.split()), [one.rule for one in after.house_rules]) == (3, [rule.id])
    assert drafted(channel="C2").title == before.title

    decide(rule, "off")
    assert drafted().title == before.title
    learn()
    assert len(world.rows(HouseRule)) == 1


def test_a_refused_rule_is_never_proposed_again() -> None:
    """Not in this channel, and not when others make the same change elsewhere; a person may still take it."""
    rule = proposal()
    decide(rule, "refuse")
    for title in ("Date is wrong", "Old date again", "Fresh food wasted"):
        edited(title, channel="C2")
    (same,) = learn()
    assert same.state == "refused"
    with pytest.raises(Conflict):
        decide(rule, "off")
    decide(rule, "accept")
    assert world.rows(HouseRule)[0].state == "on"


def test_every_change_is_a_version_and_an_event() -> None:
    """The old words stay readable, somebody else's change is not written over, and new words have no effect by code."""
    rule = proposal()
    decide(rule, "accept")
    decide(rule, "accept")  # twice is once
    with transaction() as session:
        held = rules.held(session, rule.id, None)
        rules.change(session, held, world.pm(), Meaning("Titles name the site.", "", ""), version=2)
        with pytest.raises(Conflict):
            rules.change(session, held, world.pm(), Meaning("Too late.", "", ""), version=2)
        with pytest.raises(Invalid):
            rules.change(session, held, world.pm(), Meaning("word " * 26), version=3)
        with pytest.raises(Invalid):
            rules.change(session, held, world.pm(), Meaning("Fine.", "", "house:3"), version=3)
    with transaction() as session:
        found = rules.versions(session, [rule.id])[rule.id]
        events = list(session.scalars(select(AuditEvent).where(AuditEvent.action.startswith("rule."))))
        changed = session.get_one(HouseRule, rule.id)
    assert [(one.number, one.state, one.text) for one in found] == [
        (3, "on", "Titles name the site."),
        (2, "on", "Keep titles to 3 words."),
        (1, "proposed", "Keep titles to 3 words."),
    ]
    assert [event.action for event in events] == ["rule.proposed", "rule.accepted", "rule.changed"]
    assert (events[0].actor, events[2].before["text"]) == ("inkling", "Keep titles to 3 words.")
    assert (changed.effect, changed.scope) == ({}, "")
    assert len(drafted().title.split()) > 3


def test_only_a_reviewer_decides() -> None:
    """A reporter reads a sentence, and the rule stays as it is."""
    rule = proposal()
    with pytest.raises(NotAllowed, match="Only a reviewer"):
        decide(rule, "accept", Actor("person:9", "cook", "reporter", 9))
    assert world.rows(HouseRule)[0].state == "proposed"


def test_the_board_and_the_kind_are_scopes_too(settings_of: Callable[..., None]) -> None:
    """A rule for another board or another kind does not hold; one for this board does."""
    settings_of(TRELLO_BOARD="Product")
    drafted()
    with transaction() as session:
        team = session.scalars(select(Workspace)).one()
        for meaning in (
            Meaning("For this board.", "", "board:Product"),
            Meaning("For another board.", "", "board:Sales"),
            Meaning("For ideas.", "idea", ""),
        ):
            rules.write(session, team.id, world.pm(), meaning)
    (used,) = drafted().house_rules
    with transaction() as session:
        assert session.get_one(HouseRule, used.rule).text == "For this board."
    settings_of(INKLING_LEARNING="off")
    assert drafted().house_rules == []


def test_what_people_wrote_is_not_overruled() -> None:
    """A revision after a rule was accepted leaves the title that a person wrote."""
    rule = proposal()
    decide(rule, "accept")
    drafted()
    number, actor = world.ticket().id, world.pm()
    with transaction() as session:
        review.edit(session, number, actor, {"title": "A longer title that somebody wrote"})
        review.revise(session, number, actor, "say more")
        assert locked(session, number).state == "drafting"
    world.run(world.rows(Report)[-1].id)
    assert world.draft()[1].title == "A longer title that somebody wrote"
