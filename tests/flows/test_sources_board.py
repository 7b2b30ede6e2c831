"""A board as a source: its cards are known, archived ones too, those of Inkling are not; trouble has a sentence."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core.clock import now
from bot.core.errors import InklingError, NeedsAttention
from bot.core.models import Document, Passage, Source
from tests.flows.chain_world import rows
from tests.flows.trello_world import BOARD, Sandbox, approved, run_to_the_end, ticket_of
from workers.base import Job
from workers.retrieval.sources import add_source, handle, refresh
from workers.trello import cards


def cards_by_title() -> dict[str, Document]:
    found = {row.title: row for row in rows(Document)}
    assert all(row.kind == "ticket" for row in found.values())
    return found


def test_cards_are_known(trello: Sandbox) -> None:
    """Open and archived cards are taken in with their words, address, list and age; Inkling's own are left out."""
    ticket_id = approved()
    run_to_the_end(ticket_id)
    inbox = trello.list_id("Inbox")
    made = trello.ask("POST", "/cards", idList=inbox, name="Oven timer rings twice", desc="Two tablets ring.")
    bare = trello.ask("POST", "/cards", idList=inbox, name="Labels\0", desc="")
    trello.ask("PUT", f"/cards/{bare['id']}", closed=True)
    source_id = add_source("board", BOARD)
    counts = refresh(source_id)
    found = cards_by_title()
    assert counts.added == len(found) == len(trello.state()["cards"]) - 1
    assert ticket_of(ticket_id).title not in found
    oven, labels = found["Oven timer rings twice"], found["Labels"]
    assert (oven.url, oven.status, oven.path) == (made["shortUrl"], "Inbox", made["id"])
    assert oven.happened_at is not None
    assert timedelta(0) <= now() - oven.happened_at < timedelta(minutes=1)
    assert labels.status == "Inbox, archived"
    texts = [(row.heading, row.text) for row in rows(Passage) if row.document_id in (oven.id, labels.id)]
    assert sorted(texts) == [
        ("", "Labels"),
        ("", "Oven timer rings twice"),
        ("Oven timer rings twice", "Two tablets ring."),
    ]


def test_cards_change_and_go(trello: Sandbox) -> None:
    """A comment changes nothing, a move the list, a deleted card disappears; what stays keeps its passages."""
    inbox = trello.list_id("Inbox")
    moved, gone, spoken = (trello.ask("POST", "/cards", idList=inbox, name=name, desc="x") for name in "abc")
    source_id = add_source("board", BOARD)
    total = refresh(source_id).added
    before = {row.id for row in rows(Passage) if row.document_id == cards_by_title()["a"].id}
    lists = [row["id"] for row in trello.state()["lists"] if row["idBoard"] == moved["idBoard"]]
    other = next(list_id for list_id in lists if list_id != inbox)
    trello.ask("PUT", f"/cards/{moved['id']}", idList=other)
    trello.ask("POST", f"/cards/{spoken['id']}/actions/comments", text="hello")
    trello.ask("DELETE", f"/cards/{gone['id']}")
    assert str(refresh(source_id)) == f"0 added, 1 changed, {total - 2} unchanged, 1 removed"
    assert cards_by_title()["a"].status != "Inbox"
    assert {row.id for row in rows(Passage) if row.document_id == cards_by_title()["a"].id} == before


def test_more_cards_than_one_answer_holds(trello: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards come page by page, each once, and it ends."""
    monkeypatch.setattr(cards, "_PAGE", 3)
    inbox = trello.list_id("Inbox")
    for number in range(7):
        trello.ask("POST", "/cards", idList=inbox, name=f"card {number}")
    assert refresh(add_source("board", BOARD)).added == len(trello.state()["cards"])


def test_trouble_with_the_board(trello: Sandbox, settings_of: Callable[..., None]) -> None:
    """An unknown board, silence and missing keys are sentences in the row; what is known stays."""
    source_id = add_source("board", BOARD)
    total = refresh(source_id).added
    missing = add_source("board", "No such board")
    with pytest.raises(NeedsAttention, match=r"no board “No such board”.*Nothing was taken in") as caught:
        refresh(missing)
    assert "ticket waits" not in caught.value.message
    handle(Job({"source_id": missing}, 1))
    trello.fault("GET /1/boards/*", "http_500", times=3)
    with pytest.raises(InklingError, match="no usable answer"):
        refresh(source_id)
    trello.control("DELETE", "faults")
    settings_of(TRELLO_API_KEY="")
    with pytest.raises(NeedsAttention, match=r"not set up.*Nothing was taken in"):
        refresh(source_id)
    states = {row.id: (row.state, bool(row.note)) for row in rows(Source)}
    assert states == {source_id: ("failed", True), missing: ("failed", True)}
    assert len(rows(Document)) == total
