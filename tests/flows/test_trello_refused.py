"""When Trello refuses, the ticket waits with a sentence that says what to do, and goes on by itself when it is done."""

from collections.abc import Callable

import pytest

from bot.core.db import transaction
from bot.core.models import Ticket
from bot.core.tickets import review
from tests.flows import trello_world as world
from tests.flows.trello_world import Sandbox
from workers.trello import check


@pytest.fixture
def trello(trello: Sandbox) -> Sandbox:
    trello.control("POST", "config", revoked=False, open_cards_per_board=5000)
    return trello


def waits(ticket_id: int, *words: str) -> None:
    """One try puts the ticket on hold with a sentence with these words, which is also the problem on the desk."""
    later = world.run(ticket_id)
    assert later is not None
    assert (later.seconds, later.counts) == (30, False)
    ticket = world.ticket_of(ticket_id)
    assert ticket.state == "needs_attention"
    assert "The ticket waits." in ticket.attention
    for word in words:
        assert word in ticket.attention
    assert world.problems() == [ticket.attention]


def goes_on(trello: Sandbox, ticket_id: int) -> None:
    assert world.run(ticket_id) is None
    world.assert_one_whole_card(trello, ticket_id)


def test_without_key_and_token_the_ticket_waits_for_them(trello: Sandbox, settings_of: Callable[..., None]) -> None:
    """Not set up: the sentence and the doctor name both settings; once set, the ticket goes on."""
    ticket_id = world.approved()
    settings_of(TRELLO_API_KEY="", TRELLO_TOKEN="")
    waits(ticket_id, "TRELLO_API_KEY", "TRELLO_TOKEN")
    assert "TRELLO_API_KEY" in check()[0]
    settings_of(TRELLO_API_KEY=world.KEY, TRELLO_TOKEN=world.TOKEN)
    goes_on(trello, ticket_id)


def test_a_wrong_key_is_named(trello: Sandbox, settings_of: Callable[..., None]) -> None:
    """A key Trello does not know: TRELLO_API_KEY is what to check."""
    ticket_id = world.approved()
    settings_of(TRELLO_API_KEY="wrong")
    waits(ticket_id, "does not know the API key", "TRELLO_API_KEY")
    assert check() == ["Trello does not know the API key. Check TRELLO_API_KEY."]
    settings_of(TRELLO_API_KEY=world.KEY)
    goes_on(trello, ticket_id)


def test_a_token_revoked_in_the_middle_is_named_and_the_rest_follows(trello: Sandbox) -> None:
    """Revoked after the card was made: it waits, and with a good token only what is missing is made."""
    ticket_id = world.approved()
    trello.fault("POST /1/cards/*/checklists", "invalid_token", times=2)
    waits(ticket_id, "does not accept the token", "TRELLO_TOKEN")
    trello.control("POST", "config", revoked=True)
    waits(ticket_id, "does not accept the token")
    assert "TRELLO_TOKEN" in check()[0]
    trello.control("POST", "config", revoked=False)
    trello.control("DELETE", "requests")
    goes_on(trello, ticket_id)
    assert not any(line == "POST /1/cards" for line in trello.requests())


def test_an_archived_list_is_named(trello: Sandbox) -> None:
    """The list was archived: its name is in the sentence, and sending it back to the board is enough."""
    ticket_id, inbox = world.approved(), trello.list_id("Inbox")
    trello.ask("PUT", f"/lists/{inbox}", closed=True)
    waits(ticket_id)
    assert world.ticket_of(ticket_id).attention == (
        "Trello says the list “Inbox” is archived. The ticket waits. Choose another list, or set TRELLO_LIST."
    )
    assert check() == ["Trello says the list “Inbox” is archived. Choose another list, or set TRELLO_LIST."]
    trello.ask("PUT", f"/lists/{inbox}", closed=False)
    goes_on(trello, ticket_id)


def test_a_closed_board_is_named(trello: Sandbox) -> None:
    """The board was closed: it is named, and opening it again is enough."""
    ticket_id = world.approved()
    board_id = next(row["id"] for row in trello.state()["boards"] if row["name"] == world.BOARD)
    trello.ask("PUT", f"/boards/{board_id}", closed=True)
    waits(ticket_id, "the board “Roomquill product” is closed", "TRELLO_BOARD")
    trello.ask("PUT", f"/boards/{board_id}", closed=False)
    goes_on(trello, ticket_id)


@pytest.mark.parametrize("board", ["Nowhere", "Eightlet", "0123456789abcdef01234567"])
def test_a_board_that_does_not_exist_is_named(trello: Sandbox, settings_of: Callable[..., None], board: str) -> None:
    """No such board by name, short link or id: the sentence says which was wanted."""
    ticket_id = world.approved()
    settings_of(TRELLO_BOARD=board)
    waits(ticket_id, f"no board “{board}”", "TRELLO_BOARD")
    settings_of(TRELLO_BOARD=world.BOARD)
    goes_on(trello, ticket_id)


def test_two_lists_of_one_name_are_not_guessed(trello: Sandbox) -> None:
    """Two open lists called the same: the sentence gives both ids, and one of them as the route decides."""
    ticket_id, inbox, ready = world.approved(), trello.list_id("Inbox"), trello.list_id("Ready")
    trello.ask("PUT", f"/lists/{ready}", name="Inbox")
    waits(ticket_id, "There are 2 lists called “Inbox”", inbox, ready)
    with transaction() as session:
        review.reroute(session, session.get_one(Ticket, ticket_id), world.reviewer(), "", ready)
    goes_on(trello, ticket_id)


def test_a_full_board_is_told_in_trellos_words(trello: Sandbox) -> None:
    """The board may have no more cards: Trello's own words are in the sentence."""
    ticket_id = world.approved()
    trello.control("POST", "config", open_cards_per_board=1)
    waits(ticket_id, "limit of open cards")
    trello.control("POST", "config", open_cards_per_board=5000)
    goes_on(trello, ticket_id)


def test_a_ticket_declined_while_it_waits_is_left_alone(trello: Sandbox) -> None:
    """A person declines the waiting ticket: nothing is sent for it any more, and its problem is gone."""
    ticket_id, inbox = world.approved(), trello.list_id("Inbox")
    trello.ask("PUT", f"/lists/{inbox}", closed=True)
    waits(ticket_id)
    with transaction() as session:
        review.decline(session, ticket_id, world.reviewer(), "we drop offline booking")
    trello.ask("PUT", f"/lists/{inbox}", closed=False)
    trello.control("DELETE", "requests")
    assert world.run(ticket_id) is None
    assert trello.requests() == []
    assert world.ticket_of(ticket_id).state == "declined"
    assert world.problems() == []


def test_one_tickets_success_does_not_hide_anothers_problem(trello: Sandbox) -> None:
    """The problem stays on the desk while a ticket still waits with it, and goes with the last one."""
    stuck, fine = world.approved(list="No such list"), world.approved()
    waits(stuck, "no list “No such list” on the board “Roomquill product”", "“Inbox”")
    assert world.run(fine) is None
    assert world.problems() == [world.ticket_of(stuck).attention]
    with transaction() as session:
        session.get_one(Ticket, stuck).route_list = ""
    goes_on(trello, stuck)


def test_pauses_grow_while_nobody_acts(trello: Sandbox) -> None:
    """A ticket that waited for long is tried every five minutes, no less."""
    ticket_id = world.approved(list="No such list")
    waits(ticket_id)
    with transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        ticket.updated_at = ticket.updated_at.replace(year=2020)
    later = world.run(ticket_id)
    assert later is not None
    assert later.seconds == 300


def test_a_card_deleted_before_it_was_whole_is_told(trello: Sandbox) -> None:
    """Somebody deleted the half-made card: it is not made again behind their back; a person decides."""
    ticket_id = world.approved()
    trello.fault("POST /1/cards/*/checklists", "http_500")
    world.run(ticket_id)
    card_id = world.parts(ticket_id)["card"].external_id
    trello.ask("DELETE", f"/cards/{card_id}")
    waits(ticket_id, "Somebody deleted the card", "Decline the ticket")


def test_the_doctor_names_an_address_that_does_not_answer(trello: Sandbox, settings_of: Callable[..., None]) -> None:
    """Nothing listens at TRELLO_API_URL: the doctor says where it asked."""
    settings_of(TRELLO_API_URL="http://127.0.0.1:9")
    assert "http://127.0.0.1:9 (TRELLO_API_URL)" in check()[0]
    settings_of(TRELLO_API_URL="trello")
    assert check() == ["TRELLO_API_URL is not an address. Set it to an origin like https://api.trello.com."]
