"""The forms in which people report and answer are valid modals, whatever texts they are made of."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.core.slack.answers import answers_modal, late_modal
from bot.core.slack.questions import QuestionView, answer_modal
from bot.core.slack.report_form import filled, report_form
from bot.core.slack.text import storable
from deploy.sandbox.slack.blockkit.blocks import view_errors
from tests.unit.test_slack_messages import NASTY, slow


@slow
@given(NASTY)
def test_any_form_fits(text: str) -> None:
    """The form for one's own words is a valid modal for any question."""
    assert view_errors(answer_modal(7, text), "modal") == []


ASKED = st.builds(QuestionView, st.integers(1, 10**18), st.just(1), NASTY, suggestions=st.lists(NASTY, max_size=9))


@slow
@given(st.lists(ASKED, min_size=1, max_size=3, unique_by=lambda one: one.id))
def test_any_form_for_all_questions_fits(questions: list[QuestionView]) -> None:
    """The form for all open questions is a valid modal for any questions and suggestions."""
    assert view_errors(answers_modal(questions), "modal") == []
    late = [(replace(question, state="answered", answer=question.text), question.text) for question in questions]
    assert view_errors(late_modal(late), "modal") == []


@slow
@given(NASTY, NASTY, st.sampled_from([None, "bug", "idea", "feedback", "unsure", "other"]))
def test_any_report_form_fits_and_is_read_again(channel: str, name: str, kind: str | None) -> None:
    """The form to report is a valid modal for any channel, and what is sent untouched is what it was opened with."""
    form = report_form(kind, channel_id=channel, channel_name=name)
    assert view_errors(form, "modal") == []
    assert len(form["private_metadata"]) <= 3_000
    what, words = form["blocks"]
    picked = {what["element"]["action_id"]: {"selected_option": what["element"]["initial_option"]}}
    typed = {words["element"]["action_id"]: {"value": " it broke "}}
    values = {what["block_id"]: picked, words["block_id"]: typed}
    sent = filled({"private_metadata": form["private_metadata"], "state": {"values": values}})
    assert (sent.kind, sent.text) == (kind if kind in ("bug", "idea", "feedback") else None, "it broke")
    assert storable(channel).startswith(sent.place.channel_id.removesuffix("…"))
