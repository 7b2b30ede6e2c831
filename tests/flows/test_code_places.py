"""Where to look, from the code that was taken in: real files and lines with their address, and nothing that is gone."""

from pathlib import Path

from sqlalchemy import delete

from bot.core.db import transaction
from bot.core.models import Source, Ticket
from tests.flows import chain_world
from tests.flows.memory_world import remember, say, ticket_of
from workers.base import Job
from workers.chain import advance
from workers.retrieval import PastTicket, ingest_tickets, standing
from workers.retrieval.sources import add_source, refresh

CODE = '''"""Labels of the kitchen."""


class LabelPrinter:
    """Prints labels."""

    def print_date(self, tablet):
        return tablet.clock.today() or yesterday()
'''
SAID = "LabelPrinter.print_date gives yesterday's date in the Elm Street kitchen since the update to 4.2."


def take_in(folder: Path, *, audience: list[str] | None = None) -> int:
    (folder / "kitchen").mkdir()
    (folder / "kitchen" / "labels.py").write_text(CODE)
    link = "https://git.example/kitchen/blob/main/{path}#L{line}"
    source_id = add_source("code", str(folder), audience=audience, link=link)
    refresh(source_id)
    return source_id


def test_a_draft_names_the_place(database: str, tmp_path: Path) -> None:
    """The symbol that the thread names stands in the draft with path, line, reason, and an address to open."""
    take_in(tmp_path)
    content = chain_world.finish(say(SAID))
    (where,) = content.sections["where"]
    assert where.text == "`kitchen/labels.py:7 LabelPrinter.print_date`: the thread names LabelPrinter.print_date."
    (evidence,) = [one for one in content.evidence if one.mark in where.marks]
    assert (evidence.source, evidence.label) == ("code", "kitchen/labels.py:7 LabelPrinter.print_date")
    assert evidence.url == "https://git.example/kitchen/blob/main/kitchen/labels.py#L7"
    assert "tablet.clock.today()" in evidence.quote
    assert standing([evidence.source_id]) == {evidence.source_id}


def test_what_is_gone_is_not_named(database: str, tmp_path: Path) -> None:
    """Code that is forgotten while questions are open is cited by no draft."""
    source_id = take_in(tmp_path)
    report_id = say(SAID)
    advance(Job({"report_id": report_id}, 1))
    assert chain_world.ticket().state == "clarifying"
    with transaction() as session:
        session.execute(delete(Source).where(Source.id == source_id))
    content = chain_world.finish(report_id)
    assert "where" not in content.sections
    assert all(one.source != "code" for one in content.evidence)


def test_restricted_code_stays_in_its_channels(database: str, tmp_path: Path) -> None:
    """Code kept to one channel is named there and nowhere else, and so is a ticket that cites it."""
    take_in(tmp_path, audience=["C-ENGINEERS"])
    assert "where" not in chain_world.finish(say(SAID, channel="C-SUPPORT")).sections
    inside = say(SAID, channel="C-ENGINEERS")
    assert "where" in chain_world.finish(inside).sections
    remember(inside)
    outside = chain_world.finish(say(SAID, channel="C-SALES", by="seller"))
    assert ticket_of(inside) not in [one.ticket_id for one in outside.alike]


def test_an_unreviewed_ticket_is_no_evidence(database: str) -> None:
    """What one report says is cited by another only once a person has approved the ticket."""
    ingest_tickets([PastTicket(f"T-{number}", f"Oven {number} is cold", "The cook waits.") for number in range(9)])
    first = say("The label printer in Elm Street prints yesterday's date since the update to 4.2.")
    chain_world.finish(first)
    remember(first)
    text = "Label printer with yesterday's date again, since the update to 4.2"
    assert retrieved(say(text)) == set()
    with transaction() as session:
        session.get_one(Ticket, ticket_of(first)).state = "on_board"
    remember(first)
    assert retrieved(say(text)) == {"ticket"}


def retrieved(report_id: int) -> set[str]:
    """The kinds of what the writer of a report's draft gets to read."""
    chain_world.finish(report_id)
    output = chain_world.steps()["retrieve"].output
    assert output is not None
    return {item["source"] for item in output["items"]}
