"""A card follows an accepted change: its text, checklist and labels; what people made of it stays theirs."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import AuditEvent, OutboxItem, Run, Ticket
from bot.core.outbox import topics
from bot.core.tickets import accepting
from bot.core.tickets.changes import Found, keep
from bot.core.tickets.content import DraftContent, Statement
from bot.core.tickets.life import locked, reports_of
from bot.core.tickets.review import latest_draft
from tests.flows import chain_world
from tests.flows import trello_world as world
from tests.flows.trello_world import Sandbox
from workers.base import Job
from workers.trello import follow
from workers.trello.parts import shows

NEW_TITLE = "Door panel confirms a booking while offline, web too"
REWORDED = "The panel says that it is offline, and since when."
ADDED = "Nobody gets two confirmations for one slot."


def change(ticket_id: int) -> None:
    """The thread asks for another title, text, kind and checklist, and a reviewer accepts all of it."""
    with transaction() as session:
        ticket, draft = locked(session, ticket_id), latest_draft(session, ticket_id)
        assert draft is not None
        old = DraftContent.model_validate(draft.content)
        new = old.model_copy(
            update={
                "title": NEW_TITLE,
                "kind": "feedback",
                "sections": {**old.sections, "why": [Statement(text="A client stood in the *corridor*.")]},
                "criteria": [Statement(text=REWORDED), Statement(text=ADDED)],
            }
        )
        run = Run(report_id=reports_of(session, ticket_id)[0], ticket_id=ticket_id, purpose="change")
        session.add(run)
        session.flush()
        assert keep(session, ticket, run, Found(draft.number, 99_999 + draft.number, "none", new, {1: "new"}))
    fields = ["title", "kind", "why", "criteria"]
    with transaction() as session:
        accepting.accept(session, ticket_id, world.reviewer(), fields)


def on_board(**options: Any) -> int:
    ticket_id = world.approved(**options)
    assert world.run(ticket_id) is None
    return ticket_id


def card_of(trello: Sandbox, ticket_id: int) -> Any:
    """The ticket's card; there is exactly one."""
    mark = world.parts(ticket_id)["card"].op_id
    cards = [card for card in trello.state()["cards"] if card["id"] == world.ticket_of(ticket_id).card_id]
    assert len([card for card in trello.state()["cards"] if mark in card["desc"]]) <= 1
    assert len(cards) == 1
    return cards[0]


def checklist_of(trello: Sandbox, ticket_id: int) -> Any:
    card_id = world.ticket_of(ticket_id).card_id
    (found,) = [row for row in trello.state()["checklists"] if row["idCard"] == card_id]
    return found


def items_of(trello: Sandbox, ticket_id: int) -> list[tuple[str, str]]:
    return [(item["name"], item["state"]) for item in checklist_of(trello, ticket_id)["checkItems"]]


def labels_of(trello: Sandbox, ticket_id: int) -> set[str]:
    names = {row["id"]: row["name"] for row in trello.state()["labels"]}
    return {names[key] for key in card_of(trello, ticket_id)["idLabels"]}


def comments_of(trello: Sandbox, ticket_id: int) -> list[str]:
    card_id = world.ticket_of(ticket_id).card_id
    rows = trello.ask("GET", f"/cards/{card_id}/actions?filter=commentCard")
    return [row["data"]["text"] for row in rows]


def bring(ticket_id: int) -> None:
    follow(Job({"ticket_id": ticket_id}, 1))


def test_the_card_follows(trello: Sandbox) -> None:
    """Name, description, checklist and labels say what the new version says; ticks stay, the mark too, one card."""
    ticket_id = on_board()
    item = checklist_of(trello, ticket_id)["checkItems"][1]
    trello.ask("PUT", f"/cards/{world.ticket_of(ticket_id).card_id}/checkItem/{item['id']}", state="complete")
    change(ticket_id)
    assert [row.topic for row in chain_world.rows(OutboxItem)].count(topics.FOLLOW) == 1
    bring(ticket_id)
    card = card_of(trello, ticket_id)
    assert card["name"] == NEW_TITLE
    assert "A client stood in the \\*corridor\\*." in card["desc"]
    assert card["desc"].endswith(f"ref: {world.parts(ticket_id)['card'].op_id}")
    assert items_of(trello, ticket_id) == [(REWORDED, "complete"), (ADDED, "incomplete")]
    assert labels_of(trello, ticket_id) == {"feedback", "panel"}
    assert comments_of(trello, ticket_id) == []
    event = chain_world.rows(AuditEvent)[-1]
    assert (event.action, event.after["draft"]) == ("card.followed", 2)
    assert event.after["changed"] == ["name", "desc", "labels", "checklist"]


def test_twice_changes_nothing(trello: Sandbox) -> None:
    """The same work again asks Trello nothing; a second change finds only what is new."""
    ticket_id = on_board()
    change(ticket_id)
    bring(ticket_id)
    trello.control("DELETE", "requests")
    bring(ticket_id)
    assert trello.requests() == []


def test_what_people_made_of_the_card_stays(trello: Sandbox) -> None:
    """Own items, labels, list and comments stay; an item that somebody reworded is theirs."""
    ticket_id = on_board()
    card_id, lists = world.ticket_of(ticket_id).card_id, trello.state()["lists"]
    checklist = checklist_of(trello, ticket_id)
    trello.ask("POST", f"/checklists/{checklist['id']}/checkItems", name="Ask legal")
    trello.ask("PUT", f"/cards/{card_id}/checkItem/{checklist['checkItems'][0]['id']}", name="Mine: refuses offline")
    trello.ask("POST", f"/cards/{card_id}/actions/comments", text="I take this one")
    trello.ask("POST", f"/cards/{card_id}/labels", name="mine", color="green")
    card = card_of(trello, ticket_id)
    elsewhere = [row["id"] for row in lists if row["idBoard"] == card["idBoard"] and row["id"] != card["idList"]]
    other = next(key for key in elsewhere if not next(row for row in lists if row["id"] == key)["closed"])
    trello.ask("PUT", f"/cards/{card_id}", idList=other)
    change(ticket_id)
    bring(ticket_id)
    assert [name for name, _ in items_of(trello, ticket_id)] == [
        "Mine: refuses offline",
        REWORDED,
        "Ask legal",
        ADDED,
    ]
    assert labels_of(trello, ticket_id) == {"feedback", "panel", "mine"}
    assert card_of(trello, ticket_id)["idList"] == other
    assert comments_of(trello, ticket_id) == ["I take this one"]


def test_an_own_description_is_not_overwritten(trello: Sandbox) -> None:
    """Where somebody wrote their own name and description, the change is one comment that says so, once."""
    ticket_id = on_board()
    card_id = world.ticket_of(ticket_id).card_id
    trello.ask("PUT", f"/cards/{card_id}", desc="Our own words.", name="Our name")
    change(ticket_id)
    bring(ticket_id)
    with transaction() as session:
        # As if it had been killed just before it said that it was done.
        shows(session, ticket_id, 1)
    bring(ticket_id)
    card = card_of(trello, ticket_id)
    assert (card["name"], card["desc"]) == ("Our name", "Our own words.")
    (comment,) = comments_of(trello, ticket_id)
    assert comment.startswith("The thread went on, and pm accepted a change. Your own words on this card stay.")
    assert "- now: A client stood in the \\*corridor\\*." in comment
    assert f"- now: {NEW_TITLE}" in comment
    assert [name for name, _ in items_of(trello, ticket_id)] == [REWORDED, ADDED]


def test_a_change_accepted_on_the_way_follows_after_landing(trello: Sandbox) -> None:
    """While the card is being made nothing is sent; landing promises that the card follows."""
    ticket_id = world.approved()
    trello.fault("POST /1/cards/*/checklists", "http_500")
    assert world.run(ticket_id) is not None
    change(ticket_id)
    bring(ticket_id)
    assert names_of_cards(trello) != [NEW_TITLE]
    world.run_to_the_end(ticket_id)
    assert [row.topic for row in chain_world.rows(OutboxItem) if row.state == "pending"].count(topics.FOLLOW) == 1
    bring(ticket_id)
    assert card_of(trello, ticket_id)["name"] == NEW_TITLE
    assert sorted(name for name, _ in items_of(trello, ticket_id)) == sorted([REWORDED, ADDED])


def names_of_cards(trello: Sandbox) -> list[str]:
    return [card["name"] for card in trello.state()["cards"] if "ref: " in card["desc"]]


@pytest.mark.parametrize("kind", ["http_500", "drop_before", "drop_after", "empty_200"])
def test_a_fault_at_every_request(trello: Sandbox, kind: str) -> None:
    """Whichever request fails or is done without an answer, in the end the card is right and nothing is twice there."""
    ticket_id = on_board()
    change(ticket_id)
    for match in ("GET /1/cards/*", "PUT /1/cards/*", "POST /1/checklists/*", "GET /1/checklists/*", "DELETE /1/*"):
        trello.fault(match, kind, times=1)
    for _ in range(12):
        try:
            bring(ticket_id)
            break
        except Later:
            world.forget()
    assert card_of(trello, ticket_id)["name"] == NEW_TITLE
    assert sorted(name for name, _ in items_of(trello, ticket_id)) == sorted([REWORDED, ADDED])
    assert labels_of(trello, ticket_id) == {"feedback", "panel"}


def test_a_card_or_checklist_that_is_gone(trello: Sandbox) -> None:
    """A checklist that somebody took away is not made again; a deleted card stays deleted, and the trail says so."""
    ticket_id = on_board()
    trello.ask("DELETE", f"/checklists/{checklist_of(trello, ticket_id)['id']}")
    change(ticket_id)
    bring(ticket_id)
    assert card_of(trello, ticket_id)["name"] == NEW_TITLE
    assert chain_world.rows(AuditEvent)[-1].after["left alone"] == ["checklist"]
    second = on_board()
    trello.ask("DELETE", f"/cards/{world.ticket_of(second).card_id}")
    change(second)
    bring(second)
    assert chain_world.rows(AuditEvent)[-1].after["left alone"] == ["the card, which somebody deleted"]
    assert len(names_of_cards(trello)) == 1


def test_a_refused_token_is_named(trello: Sandbox, settings_of: Callable[..., None]) -> None:
    """What a person must fix is a problem on the desk, gone once the card could be brought up to date."""
    ticket_id = on_board()
    change(ticket_id)
    settings_of(TRELLO_TOKEN="revoked")
    with pytest.raises(Later, match="is behind until then"):
        bring(ticket_id)
    assert f"The card of ticket {ticket_id} is behind" in world.problems()[0]
    settings_of(TRELLO_TOKEN=world.TOKEN)
    bring(ticket_id)
    assert world.problems() == []


def test_a_card_behind_and_a_ticket_that_waits_are_two_problems(
    trello: Sandbox, settings_of: Callable[..., None]
) -> None:
    """Each is named by itself, hides no other, and goes when its own card is right."""
    first, second, waiting = on_board(), on_board(), world.approved(list="No such list")
    for ticket_id in (first, second):
        change(ticket_id)
        settings_of(TRELLO_TOKEN="revoked")
        with pytest.raises(Later):
            bring(ticket_id)
        settings_of(TRELLO_TOKEN=world.TOKEN)
    assert world.run(waiting) is not None
    assert len(world.problems()) == 3
    bring(first)
    assert [f"ticket {first} " in problem for problem in world.problems()] == [False, False]
    with transaction() as session:
        session.get_one(Ticket, waiting).route_list = ""
    assert world.run(waiting) is None
    (left,) = world.problems()
    assert f"The card of ticket {second} is behind" in left
    with transaction() as session:
        # As if the worker had been killed between the last request and its end, and another had finished it.
        shows(session, second, 2)
    bring(second)
    assert world.problems() == []
