"""Tickets of one report, as people meet them: on desk and card, in the API, and in one message of the thread."""

import json
from collections.abc import Callable, Iterator

import pytest

from bot.core.db import transaction
from bot.core.models import Review, Ticket
from bot.core.tickets import links, review
from bot.core.tickets.families import families
from bot.core.tickets.life import tickets_of
from bot.core.tickets.parts import Part, Piece
from bot.core.tickets.related import is_related, related_line
from tests.flows import chain_world, desk_world
from tests.flows.slack_support import House, all_reports, house
from tests.flows.split_world import THREE
from workers.base import Job
from workers.chain import advance

DESK = "http://127.0.0.1:8000"


def written(report_id: int) -> list[int]:
    """Do all work for a report; its tickets."""
    chain_world.finish(report_id)
    with transaction() as session:
        found = tickets_of(session, report_id)
    for ticket_id in found[1:]:
        advance(Job({"report_id": report_id, "ticket_id": ticket_id}, 1))
    return found


def planned(*titles: str) -> list[int]:
    """A plan with a part for each title; the ids of the parent and its children, all in review."""
    parent = desk_world.waiting()
    with transaction() as session:
        report = desk_world.receive(session)
        parts = [Part(title=title, own=[Piece(mark="m1", text=title)]) for title in titles]
        links.divide(session, report, session.get_one(Ticket, parent), parts, "child")
        return [parent, *(ticket for ticket in tickets_of(session, report.id) if ticket != parent)]


def shown(path: str) -> str:
    return desk_world.browser("mara", "reviewer").http.get(path).text


@pytest.mark.usefixtures("database")
def test_siblings_on_desk_and_api() -> None:
    """Each ticket names the others with their states; the queue says which belong together."""
    first, second, third = written(chain_world.receive(THREE))
    page = shown(f"/tickets/{second}")
    assert "From the same report" in page
    assert f'href="/tickets/{first}"' in page
    assert f'href="/tickets/{third}"' in page
    assert "labels show" in page
    assert "1 of 3 from one report" in shown("/")
    answer = desk_world.client().get(f"/api/v1/tickets/{second}", headers=desk_world.token("rita", "reporter")).json()
    assert [(link["id"], link["relation"], link["state"], link["position"]) for link in answer["links"]] == [
        (first, "sibling", "in_review", 1),
        (third, "sibling", "in_review", 3),
    ]


@pytest.mark.usefixtures("database")
def test_a_ticket_alone_says_nothing_of_others() -> None:
    """A report of one matter looks as ever."""
    ticket_id = desk_world.waiting()
    assert "same report" not in shown(f"/tickets/{ticket_id}")
    assert "from one report" not in shown("/")
    answer = desk_world.client().get(f"/api/v1/tickets/{ticket_id}", headers=desk_world.token("rita", "reporter"))
    assert answer.json()["links"] == []


@pytest.mark.usefixtures("database")
def test_a_plan_on_the_desk() -> None:
    """The parent lists its parts in order, a part says where it stands, and one that is gone says so."""
    parent, first, second = planned("Show the menu online", "Choose a time")
    page = shown(f"/tickets/{parent}")
    assert page.index("Show the menu online") < page.index("Choose a time")
    assert "Part 2 of 2 of" in shown(f"/tickets/{second}")
    queue = shown("/?tab=all")
    assert "plan of 2" in queue
    assert "part 1 of 2" in queue
    with transaction() as session:
        person = chain_world.pm().person_id
        assert person
        session.add(Review(ticket_id=second, person_id=person, decision="edit"))
        report = desk_world.receive(session)
        keep = [Part(title="Show the menu online", own=[Piece(mark="m1", text="Show the menu online")])]
        links.divide(session, report, session.get_one(Ticket, parent), keep, "child")
    assert "does not ask for this any more" in shown(f"/tickets/{second}")
    assert "not asked for any more" in shown(f"/tickets/{parent}")
    assert "Part 1 of 1 of" in shown(f"/tickets/{first}")


@pytest.mark.usefixtures("database")
def test_the_card_names_the_others() -> None:
    """A card links siblings, a plan's card its parts in order, a part's card the plan: by card where there is one."""
    parent, first, second = planned("Show the *menu* online", "Choose a time")
    with transaction() as session:
        session.get_one(Ticket, second).card_url = "https://trello.com/c/x"
        session.get_one(Ticket, parent).title = "Order ahead"
        found = families(session, [parent, first])
        plan = f"Plan: 1. [Show the \\*menu\\* online]({DESK}/tickets/{first})"
        assert related_line(found[parent], DESK) == f"{plan} · 2. [Choose a time](https://trello.com/c/x)"
        assert all(is_related(related_line(family, DESK)) for family in found.values())
        assert related_line(found[first], DESK) == f"Part 1 of 2 of [Order ahead]({DESK}/tickets/{parent})"


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of, INKLING_REVIEW_CHANNEL="#product-review") as running:
        running.say(f"@inkling {THREE}")
        running.work()
        yield running


def test_one_message_for_all_of_them(slack: House) -> None:
    """The thread has one status message that tells how each ticket stands; a decision on one changes its line."""
    (report,) = all_reports()
    first, second, third = written(report.id)
    slack.work()
    heads = [message for message in slack.ours() if "tickets from this" in message["text"]]
    assert len(heads) == 1
    assert heads[0]["text"].startswith("3 tickets from this:\nWritten up: the oven timer")
    reviewer = chain_world.pm()
    with transaction() as session:
        review.decline(session, third, reviewer, "Not this year")
        review.revise(session, second, reviewer, "Shorter")
    slack.work()
    (told,) = [message["text"] for message in slack.ours() if "tickets from this" in message["text"]]
    assert "Not now: “Not this year”" in told
    assert "labels show yesterday's date since Monday: Writing it up." in told
    desks = json.dumps(slack.ours())
    assert f"/tickets/{first}" in desks
