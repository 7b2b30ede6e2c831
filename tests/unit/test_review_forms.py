"""The forms about a draft fit Slack's limits whatever the draft says, and what was written is read back whole."""

from typing import Any

import pytest
from hypothesis import given

from bot.core.slack import ids
from bot.core.slack.review_forms import again_form, decline_form, edit_form, written
from bot.core.tickets.content import DraftContent, Evidence, Statement
from bot.core.tickets.text import to_fields
from deploy.sandbox.slack import forms
from deploy.sandbox.slack.blockkit.blocks import view_errors
from tests.unit.test_slack_messages import NASTY, slow

EDIT = ids.Verb(ids.EDIT, 12, 3)
DESK = "https://desk.test/tickets/12/edit"
CONTENT = DraftContent(
    kind="bug",
    title="Door panel confirms offline",
    sections={"summary": [Statement(text="Two people hold the same slot.", marks=["m1"])]},
    criteria=[Statement(text="The panel refuses.", by="person")],
    priority="P2",
    priority_reason="a main task fails",
    evidence=[Evidence(mark="m1", source="message", source_id=1, label="x", quote="y")],
)


def shown(view: dict[str, Any]) -> dict[str, str]:
    """What somebody would send who changes nothing."""
    return written(forms.state(view["blocks"], {}))


@slow
@given(NASTY, NASTY, NASTY)
def test_any_form_is_valid(a: str, b: str, c: str) -> None:
    """No title and no field, however long or strange, makes a form that Slack refuses."""
    fields = to_fields(CONTENT) | {"title": a, "summary": b, "criteria": c, "open_questions": a, "steps": b}
    for view in (decline_form(EDIT, a), again_form(EDIT, b), edit_form(EDIT, fields, "m1", DESK)):
        assert view_errors(view, "modal") == []
        assert ids.parse_verb(view["callback_id"]) == EDIT


def test_every_field_of_the_desk_is_in_the_form() -> None:
    """Sent as it was opened, the form holds what the desk's form holds, and nothing is lost or cut."""
    assert shown(edit_form(EDIT, to_fields(CONTENT), "m1", DESK)) == to_fields(CONTENT)


@pytest.mark.parametrize(("text", "fits"), [("x" * 3_000, True), ("x" * 3_001, False), ("🙂" * 1_501, False)])
def test_what_does_not_fit_is_not_cut(text: str, fits: bool) -> None:  # noqa: FBT001  # a column of the table above
    """A field that is too long for Slack is named, with the way to the desk, and is no part of what is saved."""
    view = edit_form(EDIT, to_fields(CONTENT) | {"criteria": text}, "m1", DESK)
    assert view_errors(view, "modal") == []
    assert shown(view).get("criteria") == (text if fits else None)
    assert (f"Acceptance criteria ({len(text):,} characters). Edit it at the desk." in str(view)) is not fits
    assert (DESK in str(view)) is not fits


def test_an_emptied_field_is_read_as_empty() -> None:
    """Slack sends null for a field without a word; that is no unchanged field."""
    state = {"inkling.review.criteria": {"inkling.review_input": {"type": "plain_text_input", "value": None}}}
    assert written(state | {"other": {"thing": {"value": "x"}}}) == {"criteria": ""}
