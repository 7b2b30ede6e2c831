"""The files of a ticket on its card: each once, in order, no further than its text goes, and late ones follow."""

from typing import Any

import pytest
import requests
from sqlalchemy import select

from bot.core import access, reports
from bot.core.db import transaction
from bot.core.models import AuditEvent, DeliveryPart, File, OutboxItem, Report, Ticket, TicketLink
from bot.core.outbox import topics
from bot.core.tickets.files import carry_late, files_of_ticket
from bot.core.tickets.joining import join
from bot.core.tickets.life import open_ticket, reports_of
from bot.core.tickets.parts import Part, Piece
from tests.flows import trello_world as world
from tests.flows.trello_world import Sandbox
from tests.support.pictures import png
from workers.base import Job
from workers.trello import follow


def test_each_file_becomes_an_attachment(trello: Sandbox) -> None:
    """In the order of the thread, under the name people gave, with the content as it was; once, however often."""
    ticket_id = world.approved(files=("b.png", "ä b.png"))
    world.run_to_the_end(ticket_id)
    world.assert_one_whole_card(trello, ticket_id)
    assert world.uploads(trello, ticket_id) == [("b.png", png(shade=0)), ("ä b.png", png(shade=1))]
    (first, _) = [row for row in trello.state()["attachments"] if row["isUpload"]]
    assert (first["mimeType"], first["bytes"]) == ("image/png", len(png(shade=0)))
    follow(Job({"ticket_id": ticket_id}, 1))
    assert len(world.uploads(trello, ticket_id)) == 2


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "half_answer", "http_429"])
def test_trouble_with_an_upload_leaves_one_of_it(trello: Sandbox, kind: str) -> None:
    """An answer that got lost is looked for before the file is sent again."""
    ticket_id = world.approved(files=("a.png", "b.png"))
    trello.fault("POST /1/cards/*/attachments", kind, times=3)
    world.run_to_the_end(ticket_id)
    assert [name for name, _ in world.uploads(trello, ticket_id)] == ["a.png", "b.png"]


def test_a_request_that_comes_through_late_leaves_no_twin(trello: Sandbox) -> None:
    """Sent again because the first upload was not seen, which then came after all: one stays, the other goes."""
    ticket_id = world.approved(files=("a.png",))
    world.run_to_the_end(ticket_id)
    with transaction() as session:
        row = session.scalars(select(DeliveryPart).where(DeliveryPart.part.like("file:%"))).one()
        row.state, row.detail = "in_flight", row.detail | {"sent_again": True}
        twin = {"file": (f"{row.op_id}-a.png", png(), "image/png")}
    url = f"{trello.url}/1/cards/{world.ticket_of(ticket_id).card_id}/attachments"
    requests.post(url, params={"key": world.KEY, "token": world.TOKEN}, files=twin, timeout=10).raise_for_status()
    assert len(world.uploads(trello, ticket_id)) == 2
    follow(Job({"ticket_id": ticket_id}, 1))
    assert len(world.uploads(trello, ticket_id)) == 1


def test_a_refused_file_does_not_hold_the_card(trello: Sandbox) -> None:
    """A card without room for files goes on without them, and the trail says so."""
    ticket_id = world.approved(files=("a.png",))
    trello.control("POST", "config", attachments_per_card=1)
    world.run_to_the_end(ticket_id)
    trello.control("POST", "config", attachments_per_card=1000)
    assert world.ticket_of(ticket_id).state == "on_board"
    assert world.uploads(trello, ticket_id) == []
    with transaction() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "card.without")).one()
        assert told.after["without"] == "the file a.png"


def test_more_than_twenty_are_named(trello: Sandbox) -> None:
    """The first twenty are on the card; the line of links names those that only the desk has."""
    ticket_id = world.approved(files=tuple(f"{number}.png" for number in range(1, 24)))
    world.run_to_the_end(ticket_id)
    assert [name for name, _ in world.uploads(trello, ticket_id)] == [f"{number}.png" for number in range(1, 21)]
    (desc,) = [card["desc"] for card in trello.state()["cards"] if card["id"] == world.ticket_of(ticket_id).card_id]
    assert "· 3 more files there: 21.png, 22.png, 23.png" in desc


def test_a_file_of_a_deleted_message_stays_behind(trello: Sandbox) -> None:
    """What people took back is not carried on."""
    ticket_id = world.approved(files=("a.png",))
    with transaction() as session:
        report = session.get_one(Report, reports_of(session, ticket_id)[0])
        reports.change_message(session, report, ts=str(report.thread_ts), text=None)
    world.run_to_the_end(ticket_id)
    assert world.uploads(trello, ticket_id) == []


def test_a_file_that_comes_late_follows(trello: Sandbox) -> None:
    """Shared before the card was made and fetched after it: the card gets it, and nothing else on it changes."""
    ticket_id = world.approved(files=("a.png", "b.png"))
    with transaction() as session:
        late = session.scalars(select(File).where(File.name == "b.png")).one()
        late.state = "waiting"
    world.run_to_the_end(ticket_id)
    assert [name for name, _ in world.uploads(trello, ticket_id)] == ["a.png"]
    with transaction() as session:
        late = session.scalars(select(File).where(File.name == "b.png")).one()
        late.state = "kept"
        carry_late(session, late, session.scalars(select(Report)).one())
        assert session.scalars(select(OutboxItem).where(OutboxItem.topic == topics.FOLLOW)).one()
    follow(Job({"ticket_id": ticket_id}, 1))
    assert [name for name, _ in world.uploads(trello, ticket_id)] == ["a.png", "b.png"]
    world.assert_one_whole_card(trello, ticket_id)


def test_a_file_that_is_shared_later_waits_for_a_change(trello: Sandbox) -> None:
    """What the thread brings after the card goes there only with a change that a person accepts."""
    ticket_id = world.approved()
    world.run_to_the_end(ticket_id)
    with transaction() as session:
        report = session.scalars(select(Report)).one()
        person = access.person_of_slack(session, report.workspace_id, "U1")
        reports.add_message(session, report, person, ts="9999999999.000100", text="")
        message = reports.messages_of(session, report.id)[-1]
        file = File(message_id=message.id, slack_id="F9", position=0, name="later.png", state="kept")
        session.add(file)
        session.flush()
        carry_late(session, file, report)
        assert session.scalars(select(OutboxItem).where(OutboxItem.topic == topics.FOLLOW)).all() == []


def _private(ticket_id: int) -> None:
    """A report from a private channel, with a picture, that has joined the ticket."""
    with transaction() as session:
        report = session.get_one(Report, reports_of(session, ticket_id)[0])
        report.private = False
        person = access.person_of_slack(session, report.workspace_id, "U2")
        place: dict[str, Any] = {
            "workspace_id": report.workspace_id,
            "channel_id": "C-secret",
            "thread_ts": "77.1",
            "ts": "77.1",
        }
        other, _ = reports.receive(session, person, text="secret", origin="mention", **place)
        world.share(session, other.id, "secret.png")
        mine = session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(1)).one()
        join(session, mine.id, ticket_id, world.reviewer())


def test_pictures_of_private_channels_go_no_further(trello: Sandbox) -> None:
    """What joined from a private channel stays off the card, as its words do."""
    ticket_id = world.approved(files=("open.png",))
    _private(ticket_id)
    world.run_to_the_end(ticket_id)
    assert [name for name, _ in world.uploads(trello, ticket_id)] == ["open.png"]


def test_of_several_tickets_each_has_its_own_files(database: str) -> None:
    """A message that is told about one ticket brings its files there; what no ticket claims goes to all."""
    with transaction() as session:
        team = access.workspace_of(session, "T1")
        person = access.person_of_slack(session, team.id, "U1", "csm-north")
        place: dict[str, Any] = {"workspace_id": team.id, "channel_id": "C1", "thread_ts": "1.1"}
        told = ("The door panel is red.", "The export lacks a column.", "See these.")
        report, _ = reports.receive(session, person, ts="1.1", text=told[0], origin="mention", **place)
        for number, text in enumerate(told[1:], 2):
            reports.add_message(session, report, person, ts=f"1.{number}", text=text)
        for number, message in enumerate(reports.messages_of(session, report.id), 1):
            session.add(File(message_id=message.id, slack_id="F", position=0, name=f"{number}.png", state="kept"))
        tickets = [session.scalars(select(Ticket)).one(), open_ticket(session, report)]
        pieces = [Piece(mark=f"m{number}", text=text) for number, text in enumerate(told[:2], 1)]
        for position, ticket in enumerate(tickets):
            part = Part(title="one", own=[pieces[position]], other=[pieces[1 - position]]).model_dump()
            ids = {"ticket_id": tickets[0].id, "other_id": ticket.id}
            session.add(TicketLink(**ids, relation="sibling", position=position + 1, part=part))
        session.flush()
        found = [[file.name for file in files_of_ticket(session, ticket.id)] for ticket in tickets]
        assert found == [["1.png", "3.png"], ["2.png", "3.png"]]
