"""House rules at the desk: what is proposed and why, every verb, who may, and the curve with its table."""

import pytest
from sqlalchemy import select

from bot.core import access
from bot.core.audit import Actor
from bot.core.db import transaction
from bot.core.learning import rules
from bot.core.learning.effects import LeaveOut
from bot.core.learning.rules import Meaning, Origin
from bot.core.models import HouseRule
from bot.core.tickets import review
from tests.flows import desk_world as world

pytestmark = pytest.mark.usefixtures("database")


def proposed(ticket: int = 1, team: str = "T1") -> int:
    """A proposed rule that comes from a review of this ticket; its id."""
    with transaction() as session:
        effect = LeaveOut(section="where")
        origins = [Origin(ticket, 1, "The panel keeps <b>working</b>.", "")]
        team_id = access.workspace_of(session, team).id
        rule = rules.propose(session, team_id, Meaning(effect.sentence(), "bug", "channel:C1"), effect, origins)
        assert rule
        return rule.id


def rule(number: int) -> HouseRule:
    with transaction() as session:
        return session.get_one(HouseRule, number)


def test_an_empty_page_explains_itself() -> None:
    """No rules, no curve: it says when there will be some."""
    page = world.browser("mara", "reviewer").http.get("/rules").text
    assert "Inkling proposes one when reviewers have made the same change on three tickets." in page
    assert "Nothing to show yet." in page
    assert '<svg viewBox="0 0 1000' not in page


def test_a_proposal_shows_why_and_is_decided() -> None:
    """The reviews it comes from are linked with what stood there; accepted, switched off, on again, and on record."""
    ticket = world.waiting()
    number, mara = proposed(ticket), world.browser("mara", "reviewer")
    assert 'Inkling proposes 1 house rule. <a href="/rules">' in mara.http.get("/").text
    page = mara.http.get("/rules").text
    assert "Leave out “Where to look”." in page
    assert f'<a href="/tickets/{ticket}">Ticket {ticket}</a> <del dir="auto">The panel keeps &lt;b&gt;working' in page
    assert "in #customers" in page
    for verb, state in (("accept", "on"), ("off", "off"), ("on", "on")):
        assert mara.post(f"/rules/{number}/{verb}") == (303, f"/rules#rule-{number}")
        assert rule(number).state == state
    assert "Inkling proposes" not in mara.http.get("/").text
    page = mara.http.get("/rules").text
    assert "History: 4 versions" in page
    assert mara.post(f"/rules/{number}/refuse")[0] == 409
    assert mara.post(f"/rules/{number}/explode")[0] == 404


def test_changing_a_rule() -> None:
    """Kind and place change freely; new words take its effect by code away, and are not lost when it cannot be done."""
    world.waiting()
    number, mara = proposed(), world.browser("mara", "reviewer")
    same = {"text": "Leave out “Where to look”.", "kind": "", "scope": ""}
    assert mara.post(f"/rules/{number}/change", version="1", **same)[0] == 303
    assert (rule(number).kind, rule(number).scope, bool(rule(number).effect)) == ("", "", True)
    status, page = mara.post(f"/rules/{number}/change", version="1", **same | {"text": "Too late"})
    assert (status, "Too late" in page, "Somebody changed this rule" in page) == (409, True, True)
    assert mara.post(f"/rules/{number}/change", version="2", **same | {"text": "Name the place."})[0] == 303
    assert rule(number).effect == {}
    assert "followed by a model only" in mara.http.get("/rules").text
    assert mara.post(f"/rules/{number}/change", version="x", **same)[0] == 409


def test_a_rule_in_ones_own_words() -> None:
    """It is on at once, and says who wrote it."""
    world.waiting()
    mara = world.browser("mara", "reviewer")
    status, where = mara.post("/rules", text="Titles name the customer.", kind="bug", scope="channel:C1")
    assert (status, where.startswith("/rules#rule-")) == (303, True)
    with transaction() as session:
        made = session.scalars(select(HouseRule)).one()
    assert (made.state, made.kind, made.scope) == ("on", "bug", "channel:C1")
    answer = mara.http.get("/rules")
    assert (answer.status_code, "Titles name the customer." in answer.text) == (200, True)
    status, page = mara.post("/rules", text="word " * 30, kind="", scope="")
    assert (status, "25 words" in page) == (422, True)


def test_who_may() -> None:
    """A reporter reads but has no buttons; a form without this session's token changes nothing; strangers sign in."""
    world.waiting()
    number, cook = proposed(), world.browser("cook", "reporter")
    page = cook.http.get("/rules").text
    assert "Leave out “Where to look”." in page
    assert "/accept" not in page
    assert "Inkling proposes" not in cook.http.get("/").text
    assert "Write a rule" not in page
    assert cook.post(f"/rules/{number}/accept")[0] == 403
    assert cook.post("/rules", text="Mine.", kind="", scope="")[0] == 403
    mara = world.browser("mara", "reviewer")
    assert mara.http.post(f"/rules/{number}/accept", data={"csrf": "x"}).status_code == 403
    assert rule(number).state == "proposed"
    assert world.client().get("/rules").headers["location"].startswith("/sign-in")


def test_rules_of_another_workspace_are_out_of_reach() -> None:
    """Somebody of one workspace neither sees nor decides on the rules of another."""
    with transaction() as session:
        person = world.reporter(session, "T2", "other")
        person.role, person.name = "reviewer", "other"
    number, other = proposed(), world.browser("other", "reviewer")
    assert "Leave out" not in other.http.get("/rules").text
    assert other.post(f"/rules/{number}/accept")[0] == 404


def test_the_curve_is_drawn_and_told() -> None:
    """One dot per approved ticket, the median as a line, a mark where a rule was accepted, and the same as a table."""
    with transaction() as session:
        mara = Actor.of(access.add_person(session, "pm", "reviewer"))
    for number, title in enumerate(("Another title entirely, written by hand", world.TITLE)):
        ticket = world.waiting(world.Options(ts=f"179500000{number}.000100"))
        with transaction() as session:
            review.edit(session, ticket, mara, {"title": title})
            review.approve(session, ticket, mara)
        if not number:
            rule_id = proposed(ticket)
            with transaction() as session:
                rules.decide(session, rules.held(session, rule_id, None), mara, "accept")
    page = world.browser("pm", "reviewer").http.get("/rules").text
    assert page.count('class="dot"') == 2
    assert page.count('class="accepted"') == 1
    assert "Over the last 2 approved tickets" in page
    assert "Another title entirely, written by hand</a></th>" in page
    assert '<td class="number">0%</td>' in page
    assert "style=" not in page


def test_a_draft_names_the_rules_it_followed() -> None:
    """Below the draft: how many, in the words they had then, linked to the page."""
    number = proposed()
    ticket = world.waiting(world.Options(changes={"house_rules": [{"rule": number, "version": 1}]}))
    page = world.browser("mara", "reviewer").http.get(f"/tickets/{ticket}").text
    assert "House rules used: 1" in page
    assert f'<a href="/rules#rule-{number}" dir="auto">Leave out “Where to look”.</a>' in page
