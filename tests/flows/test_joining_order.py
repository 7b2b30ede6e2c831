"""Of several reports of one ticket, the one it was made for comes first, on the card and at the desk."""

from bot.core.db import transaction
from bot.core.models import Report
from bot.core.tickets import joining, queries
from tests.flows import chain_world as world
from tests.flows.memory_world import say, ticket_of
from tests.flows.test_joining import AGAIN, drafted, parts
from workers.trello.deliver import thread_of


def test_the_card_leads_to_the_ticket_own_thread(database: str) -> None:
    """An older report that joins does not take the place of the one the ticket was made for; a private one never."""
    first = say(AGAIN, private=True, channel="C-private")
    second = drafted()
    with transaction() as session:
        session.get_one(Report, first).permalink = "https://acme.slack.example/archives/C-private/p1"
        joining.join(session, ticket_of(first), ticket_of(second), world.pm())
    with transaction() as session:
        assert parts(ticket_of(second)) == [second, first]
        assert thread_of(session, ticket_of(second)) == session.get_one(Report, second).permalink
        rows = queries.reports_by_ticket(session, [ticket_of(second)])[ticket_of(second)]
        assert [row.id for row in rows] == [second, first]
