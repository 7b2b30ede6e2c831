"""Editing a draft: new versions, origins kept, and text that is never lost."""

import html
import re

import pytest

from bot.core.db import transaction
from bot.core.tickets import review
from bot.core.tickets.content import DraftContent
from tests.flows import desk_world as world

pytestmark = pytest.mark.usefixtures("database")


def newest(number: int) -> tuple[int, DraftContent]:
    with transaction() as session:
        draft = review.latest_draft(session, number)
        assert draft
        return draft.number, DraftContent.model_validate(draft.content)


def fields(page: str) -> dict[str, str]:
    """What the form would send, with the line ends of a browser."""
    areas = re.findall(r'<textarea id="(\w+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    found = {name: html.unescape(value).replace("\n", "\r\n") for name, value in areas}
    for name, options in re.findall(r'<select id="(\w+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="(\w+)" selected', options)
        assert chosen
        found[name] = chosen[1]
    number = re.search(r'name="number" value="(\d+)"', page)
    assert number
    return found | {"number": number[1]}


def test_saving_an_untouched_form_changes_nothing() -> None:
    """The form shows every field as it is; sending it back unchanged makes no version."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    form = fields(mara.http.get(f"/tickets/{number}/edit").text)
    assert "Two people hold confirmed bookings for Heron, 10:00 to 11:00, today. [m1, m2]" in form["summary"]
    assert mara.post(f"/tickets/{number}/edit", **form)[0] == 303
    assert newest(number)[0] == 1


def test_an_edit_is_a_new_version_that_keeps_origins() -> None:
    """Changed lines are the person's, the rest keeps marks and origin; the page says who edited."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    form = fields(mara.http.get(f"/tickets/{number}/edit").text)
    form["summary"] += "\r\nBrightwater Legal met it too. [m2, x9]"
    form["priority"] = "P1"
    status, where = mara.post(f"/tickets/{number}/edit", **form)
    assert (status, where) == (303, f"/tickets/{number}?done={number}")
    version, content = newest(number)
    summary = content.sections["summary"]
    assert version == 2
    assert [line.by for line in summary] == ["inkling", "inkling", "person"]
    assert summary[2].marks == ["m2"]
    assert content.priority == "P1"
    page = mara.http.get(where).text
    assert "Saved: <a" in page
    assert "Edited by" in page


def test_a_stale_version_keeps_the_text_and_says_so() -> None:
    """When somebody saved first, the form comes back with 409, the person's text, and what the newer version says."""
    number, mara, ola = world.waiting(), world.browser("mara", "reviewer"), world.browser("ola", "reviewer")
    form = fields(mara.http.get(f"/tickets/{number}/edit").text)
    ola.post(f"/tickets/{number}/edit", **(form | {"title": "The title of Ola"}))
    status, page = mara.post(f"/tickets/{number}/edit", **(form | {"title": "The title of Mara"}))
    assert status == 409
    assert "There is a newer version" in page
    again = fields(page)
    assert again["title"] == "The title of Mara"
    assert again["number"] == "2"
    assert '<pre dir="auto">The title of Ola</pre>' in page
    assert page.count('class="newer"') == 1
    assert mara.post(f"/tickets/{number}/edit", **again)[0] == 303
    assert newest(number)[1].title == "The title of Mara"


def test_an_edit_after_the_decision_keeps_the_text_to_copy() -> None:
    """When the draft was approved meanwhile, the text is shown, but cannot be saved any more."""
    number, mara, ola = world.waiting(), world.browser("mara", "reviewer"), world.browser("ola", "reviewer")
    ola.post(f"/tickets/{number}/approve", number="1")
    status, page = mara.post(f"/tickets/{number}/edit", number="1", title="Too late")
    assert status == 409
    assert fields(page)["title"] == "Too late"
    assert ">Save" not in page
    assert mara.http.get(f"/tickets/{number}/edit").status_code == 303


def test_what_cannot_be_used_is_said_beside_its_field() -> None:
    """A missing title and an unknown priority each have their sentence; the rest of the text stays."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    status, page = mara.post(f"/tickets/{number}/edit", number="1", title=" ", priority="P9", criteria="mine")
    assert status == 422
    assert re.search(r'id="title-error">The title is empty', page)
    assert re.search(r'id="priority-error">The priority must be', page)
    assert 'aria-describedby="title-error"' in page
    assert fields(page.replace("<select", "<none"))["criteria"] == "mine"
    assert newest(number)[0] == 1


def test_an_old_sign_in_does_not_cost_the_text() -> None:
    """A form from before a new sign-in comes back with its text and a token that works."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    answer = mara.http.post(f"/tickets/{number}/edit", data={"csrf": "old", "number": "1", "title": "Kept"})
    assert answer.status_code == 403
    assert fields(answer.text)["title"] == "Kept"
    assert f'value="{mara.csrf}"' in answer.text
    assert newest(number)[0] == 1


def test_characters_that_postgres_refuses_do_not_break_saving() -> None:
    """A NUL in a pasted text is dropped, everything else is kept as it is."""
    number, mara = world.waiting(), world.browser("mara", "reviewer")
    assert mara.post(f"/tickets/{number}/edit", number="1", title="a\0b 🚪 لوحة")[0] == 303
    assert newest(number)[1].title == "ab 🚪 لوحة"
