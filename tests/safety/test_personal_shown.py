"""Who reads personal data on the desk: masked for all, shown once to a reviewer who asks, secrets to nobody."""

import re

import pytest

from bot.core import reports
from bot.core.db import transaction
from bot.core.models import AuditEvent, Report
from bot.core.tickets import life
from bot.core.tickets.review import latest_draft
from tests.flows import chain_world
from tests.flows import desk_world as world
from tests.flows.chain_world import rows

pytestmark = pytest.mark.usefixtures("database")

SECRET, MAIL, PHONE = "Sommer-Wind-77", "jo.sample@example.org", "+44 20 7946 0999"
LEAKY = f"The stock export fails for Elm Street. Ask {MAIL}, password: {SECRET}. It fails every time we export."


def ticket() -> int:
    """A ticket in review whose thread names a person, drafted without a model."""
    report_id = chain_world.receive(LEAKY)
    chain_world.run(report_id)
    chain_world.answer_all(report_id, {"impact": f"Call {PHONE}, two shops cannot order at all."})
    chain_world.finish(report_id)
    return chain_world.ticket().id


def digests(number: int) -> list[str]:
    with transaction() as session:
        draft = latest_draft(session, number)
        assert draft is not None
        assert draft.content["masked"]
        return list(draft.content["masked"].values())


def shown() -> list[AuditEvent]:
    return [event for event in rows(AuditEvent) if event.action == "ticket.personal_shown"]


def test_nobody_reads_it_unasked() -> None:
    """Page, story and API hold placeholders for everyone; reviewers have a button."""
    number = ticket()
    for role, words in (("reporter", "Reviewers can look at it"), ("reviewer", "Show personal data")):
        browser = world.browser(f"a-{role}", role)
        page = browser.http.get(f"/tickets/{number}").text
        assert words in page
        for path in (f"/tickets/{number}", f"/tickets/{number}/story", "/"):
            text = browser.http.get(path).text
            assert not [value for value in (SECRET, MAIL, PHONE) if value in text], path
        for path in ("/api/v1/reports", f"/api/v1/tickets/{number}", f"/api/v1/tickets/{number}/audit"):
            answer = world.client().get(path, headers=world.token(f"b-{role}", role))
            assert answer.status_code == 200
            assert not [value for value in (SECRET, MAIL, PHONE) if value in answer.text], path
            # Of a short value a digest gives the value away to whoever tries them all.
            assert not [digest for digest in digests(number) if digest in answer.text], path
    assert shown() == []


def test_a_reviewer_reads_it_once_and_that_is_kept() -> None:
    """The button shows the real values on that page alone, one event each time, and never a secret."""
    number = ticket()
    browser = world.browser("mara", "reviewer")
    status, page = browser.post(f"/tickets/{number}/personal")
    assert status == 200
    assert MAIL in page
    assert PHONE in page
    assert SECRET not in page
    assert "[secret 1]" in page
    assert MAIL not in browser.http.get(f"/tickets/{number}").text
    (event,) = shown()
    assert event.actor_name == "mara"
    assert event.after["shown"] == ["[email 1]", "[phone number 1]"]
    assert "looked at personal data" in browser.http.get(f"/tickets/{number}/story").text
    assert MAIL not in chain_world.draft()[1].model_dump_json()


@pytest.mark.parametrize(("role", "team", "status"), [("reporter", "T1", 403), ("reviewer", "T2", 404)])
def test_others_may_not(role: str, team: str, status: int) -> None:
    """Neither a reporter nor a reviewer of another workspace; a form without its token does not count either."""
    number = ticket()
    browser = world.browser("eve", role)
    with transaction() as session:
        from bot.core import access
        from bot.core.models import Person

        person = session.query(Person).filter_by(display_name="eve").one()
        person.workspace_id = access.workspace_of(session, team).id
    answer = browser.post(f"/tickets/{number}/personal")
    assert answer[0] == status
    assert MAIL not in answer[1]
    mara = world.browser("mara", "reviewer")
    mara.csrf = "wrong"
    assert mara.post(f"/tickets/{number}/personal")[0] == 403
    assert shown() == []


def test_a_changed_thread_shows_nobody_elses_data() -> None:
    """When an earlier message is edited, a placeholder still stands for the value it stood for, or for none."""
    number = ticket()
    before = chain_world.draft()[1]
    assert before.masked
    with transaction() as session:
        report = session.get_one(Report, life.reports_of(session, number)[0])
        first = reports.messages_of(session, report.id)[0]
        reports.change_message(session, report, ts=first.ts, text="The stock export fails. Ask other@example.org.")
    _, page = world.browser("mara", "reviewer").post(f"/tickets/{number}/personal")
    text = re.sub(r"<[^>]+>", "", page.split('aria-label="What was said"')[0])
    assert "other@example.org" not in text
    assert "other@example.org" in page
