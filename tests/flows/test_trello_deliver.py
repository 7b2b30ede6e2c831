"""An approved ticket reaches the board: the card, its parts, the requests it costs, and where it goes."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import AuditEvent, OutboxItem
from tests.flows import trello_world as world
from tests.flows.trello_world import Sandbox
from workers.trello import check
from workers.trello.session import Http


def test_an_approved_ticket_becomes_one_whole_card(trello: Sandbox) -> None:
    """One run makes the card with labels, link and checklist, lands the ticket and leaves an event for each part."""
    ticket_id = world.approved(labels=("panel", "Brand new"))
    trello.control("DELETE", "requests")
    assert world.run(ticket_id) is None
    world.assert_one_whole_card(trello, ticket_id, ("panel", "Brand new"))
    with transaction() as session:
        events = session.scalars(select(AuditEvent.action).where(AuditEvent.ticket_id == ticket_id)).all()
        announced = session.scalars(select(OutboxItem.payload).where(OutboxItem.topic == "slack.announce")).all()
    made = [action for action in events if action.startswith(("card.", "board."))]
    assert made == [
        *["board.label_created", "card.created", "card.linked", "card.checklist_created"],
        *["card.item_created"] * 2,
    ]
    assert events[-1] == "ticket.land"
    assert {"ticket_id": ticket_id} in announced


def test_a_card_costs_few_requests(trello: Sandbox) -> None:
    """Three reads and one write for each part; the board's name is looked up once, not for every card."""
    world.run(world.approved())
    second = world.approved()
    trello.control("DELETE", "requests")
    assert world.run(second) is None
    asked = trello.requests()
    assert len(asked) == 8, asked
    assert [line.split()[0] for line in asked] == ["GET", "GET", "GET", "POST", "POST", "POST", "POST", "POST"]
    assert not any("/members/" in line for line in asked)


def test_a_delivered_ticket_is_left_alone(trello: Sandbox) -> None:
    """The same work again asks Trello nothing and changes nothing."""
    ticket_id = world.approved()
    world.run(ticket_id)
    trello.control("DELETE", "requests")
    assert world.run(ticket_id) is None
    assert trello.requests() == []
    world.assert_one_whole_card(trello, ticket_id)


def test_a_ticket_without_a_thread_has_no_link(trello: Sandbox) -> None:
    """When no thread is known, nothing is attached and the rest is made."""
    ticket_id = world.approved(thread="")
    assert world.run(ticket_id) is None
    assert set(world.parts(ticket_id)) == {"card", "checklist", "item:1", "item:2"}
    assert "Thread in Slack" not in world.ticket_of(ticket_id).card_url


@pytest.mark.parametrize("wanted", ["id", "shortLink", "address", "name", "shouted name"])
def test_board_and_list_are_found_by_id_short_link_and_name(
    trello: Sandbox, settings_of: Callable[..., None], wanted: str
) -> None:
    """Whatever a person copies from Trello finds the board; names do not depend on case."""
    board = next(row for row in trello.state()["boards"] if row["name"] == world.BOARD)
    ways = {
        "id": (board["id"], trello.list_id("Ready")),
        "shortLink": (board["shortLink"], "Ready"),
        "address": (f"https://trello.com/b/{board['shortLink']}/roomquill", "Ready"),
        "name": (world.BOARD, "Ready"),
        "shouted name": (world.BOARD.upper(), "READY"),
    }
    settings_of(TRELLO_BOARD=ways[wanted][0], TRELLO_LIST=ways[wanted][1])
    ticket_id = world.approved()
    assert world.run(ticket_id) is None
    card = next(row for row in trello.state()["cards"] if row["id"] == world.ticket_of(ticket_id).card_id)
    assert card["idList"] == trello.list_id("Ready")
    assert check() == []


def test_the_route_of_the_ticket_comes_first(trello: Sandbox) -> None:
    """A list chosen at approval is taken instead of the default one."""
    ticket_id = world.approved(list="Doing")
    assert world.run(ticket_id) is None
    card = next(row for row in trello.state()["cards"] if row["id"] == world.ticket_of(ticket_id).card_id)
    assert card["idList"] == trello.list_id("Doing")


def test_the_only_board_needs_no_setting(trello: Sandbox, settings_of: Callable[..., None]) -> None:
    """With one open board in sight TRELLO_BOARD may be empty; a list must be named when there are several."""
    settings_of(TRELLO_BOARD="", TRELLO_LIST="")
    later = world.run(world.approved())
    assert later is not None
    assert "No list is chosen on the board “Roomquill product”" in later.message
    assert "TRELLO_LIST" in later.message
    settings_of(TRELLO_LIST="inbox")
    ticket_id = world.approved()
    assert world.run(ticket_id) is None


def test_two_tickets_that_need_the_same_new_label_share_it(trello: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody makes the label in the same moment: the older one is taken and ours goes away again."""
    ticket_id, send = world.approved(labels=("brand new",)), Http.request
    board_id = next(row["id"] for row in trello.state()["boards"] if row["name"] == world.BOARD)

    def raced(self: Http, method: str, url: str, **kwargs: Any) -> Any:
        if method == "POST" and url.endswith("/labels"):
            trello.ask("POST", "/labels", name="Brand New", idBoard=board_id)
        return send(self, method, url, **kwargs)

    monkeypatch.setattr(Http, "request", raced)
    assert world.run(ticket_id) is None
    labels = [row for row in trello.state()["labels"] if row["name"].lower() == "brand new"]
    assert [row["name"] for row in labels] == ["Brand New"]
    card = next(row for row in trello.state()["cards"] if row["id"] == world.ticket_of(ticket_id).card_id)
    assert labels[0]["id"] in card["idLabels"]


def test_a_label_deleted_before_the_card_was_made_is_made_again(trello: Sandbox) -> None:
    """The label was made, the card refused, the label deleted: the next try makes both."""
    ticket_id = world.approved(labels=("brand new",))
    trello.fault("POST /1/cards", "http_429")
    assert world.run(ticket_id) is not None
    trello.ask("DELETE", f"/labels/{world.parts(ticket_id)['label:brand new'].external_id}")
    world.run_to_the_end(ticket_id)
    world.assert_one_whole_card(trello, ticket_id, ("brand new",))
