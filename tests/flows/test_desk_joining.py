"""Joining at the desk: what looks the same can be added to, what was added is shown and can be taken out again."""

import pytest

from bot.core.db import transaction
from bot.core.models import Ticket
from bot.core.tickets.content import Alike
from bot.core.tickets.life import reports_of
from tests.flows import desk_world as world

pytestmark = pytest.mark.usefixtures("database")


def two() -> tuple[int, int]:
    """A ticket, and a draft that looks the same as it."""
    first = world.waiting(world.Options(ts="1795000001.000100"))
    alike = Alike(
        relation="same",
        ticket_id=first,
        document_id=1,
        title="Panel",
        standing="in review",
        since=None,
        url="",
        why="it says “panel”",
    )
    second = world.waiting(world.Options(ts="1795000002.000100", changes={"alike": [alike]}))
    return first, second


def state(number: int) -> str:
    with transaction() as session:
        return session.get_one(Ticket, number).state


def test_add_and_take_out() -> None:
    """A reviewer adds a report to the ticket that it repeats, sees it there, and takes it out again."""
    first, second = two()
    mara = world.browser("mara", "reviewer")
    assert "Add to it" in mara.http.get(f"/tickets/{second}").text
    assert mara.post(f"/tickets/{second}/join", other=str(first)) == (303, f"/tickets/{first}")
    assert state(second) == "duplicate"
    with transaction() as session:
        assert len(reports_of(session, first)) == 2
    page = mara.http.get(f"/tickets/{first}").text
    assert page.count("Open in Slack") == 2
    assert "Added <time" in page
    page = mara.http.get(f"/tickets/{second}").text
    assert f'Part of <a href="/tickets/{first}"' in page
    assert "Add to it" not in page
    assert mara.post(f"/tickets/{second}/leave") == (303, f"/tickets/{second}")
    assert state(second) == "in_review"
    story = mara.http.get(f"/tickets/{second}/story").text
    assert "joined it to another ticket" in story
    assert "took it out of the other ticket again" in story


def test_who_may_and_what_is_refused() -> None:
    """A reporter may not; a second time, an unknown ticket and one of nobody's come back with a sentence."""
    first, second = two()
    rita = world.browser("rita", "reporter")
    status, page = rita.post(f"/tickets/{second}/join", other=str(first))
    assert status == 403
    assert "Only a reviewer" in page
    assert "Add to it" not in rita.http.get(f"/tickets/{second}").text
    mara = world.browser("mara", "reviewer")
    for other, code, words in (("x", 422, "which ticket to join"), ("999", 404, "no ticket 999"), ("", 422, "which")):
        status, page = mara.post(f"/tickets/{second}/join", other=other)
        assert (status, words in page) == (code, True), other
    assert mara.post(f"/tickets/{second}/leave")[0] == 409
    mara.post(f"/tickets/{second}/join", other=str(first))
    assert mara.post(f"/tickets/{second}/join", other=str(first))[0] == 409
    assert state(second) == "duplicate"
