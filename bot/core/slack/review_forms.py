"""The forms about a draft: decline it, ask for it again, edit it; and reading back what was written in them."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import InputBlock, Option, PlainTextInputElement, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.core.slack import ids
from bot.core.slack.blocks import Json, Span, link_button, rich, row
from bot.core.slack.text import brief
from bot.core.tickets.labels import FIELDS, KINDS

# Slack's own limit for what a form holds; it may count a character beyond the first 65,536 as two.
MOST_TYPED = 3_000
_MOST = {"title": 500, "reason": 1_000, "instruction": 2_000}
_CHOICES = {"kind": KINDS, "priority": {name: name for name in ("P1", "P2", "P3", "P4")}}
_LAST = ("criteria", "open_questions", "assumptions")
_MOST_SHOWN = 300


def decline_form(verb: ids.Verb, title: str) -> Json:
    """Why not, in words that the reporter will read."""
    field = _written("reason", "Why not? The reporter will read it.", "", optional=False)
    return _form(verb, "Decline", "Decline", [_about(title), field.to_dict()])


def again_form(verb: ids.Verb, title: str) -> Json:
    """What should be different when it is written again."""
    label = "What should be different? What people wrote themselves stays as it is."
    field = _written("instruction", label, "", optional=False)
    return _form(verb, "Ask again", "Send back", [_about(title), field.to_dict()])


def edit_form(verb: ids.Verb, fields: Mapping[str, str], mark: str, edit_url: str) -> Json:
    """Each field of a draft as the desk has them (`fields` as tickets.text.to_fields); `mark` is one of its marks.

    What Slack's forms cannot hold is named with the way to the desk, and saving leaves it as it is.
    """
    hint = f"One statement per line. A mark in brackets, such as [{mark}], says where it comes from; keep it there."
    blocks = [rich([Span(hint)])]
    long = [name for name in fields if name not in _CHOICES and _units(fields[name]) > _MOST.get(name, MOST_TYPED)]
    if long:
        names = ", ".join(f"{FIELDS[name]} ({len(fields[name]):,} characters)" for name in long)
        sentence = f"Too long for a form of Slack's, so saving here leaves it as it is: {names}. Edit it at the desk."
        blocks += [rich([Span(sentence)]), *row(link_button("Open the desk", ids.OPEN_DRAFT, edit_url), "inkling.long")]
    blocks += [_field(name, fields[name]).to_dict() for name in _in_order(fields) if name not in long]
    return _form(verb, "Edit the draft", "Save", blocks)


def written(state: Mapping[str, Any]) -> dict[str, str]:
    """What stands in a form, by field; a field that was emptied is an empty text."""
    found = {}
    for block, inputs in state.items():
        given = inputs.get(ids.REVIEW_INPUT)
        if given is None:
            continue
        chosen = given.get("selected_option") or {}
        found[block.removeprefix(ids.review_block(""))] = str(given.get("value") or chosen.get("value") or "")
    return found


def _form(verb: ids.Verb, title: str, submit: str, blocks: list[Json]) -> Json:
    return View(type="modal", callback_id=verb.id, title=title, submit=submit, close="Cancel", blocks=blocks).to_dict()


def _about(title: str) -> Json:
    return rich([Span(brief(title, _MOST_SHOWN), "bold")])


def _in_order(fields: Mapping[str, str]) -> list[str]:
    """What is there first, as on the desk; sections without a word last."""
    empty = [name for name, value in fields.items() if not value and name not in _LAST]
    return [*(name for name in fields if name not in empty), *empty]


def _field(name: str, value: str) -> InputBlock:
    if name not in _CHOICES:
        return _written(name, FIELDS[name], value, optional=name != "title")
    options = [Option(value=key, text=PlainTextObject(text=words)) for key, words in _CHOICES[name].items()]
    initial = next((option for option in options if option.value == value), None)
    element = StaticSelectElement(action_id=ids.REVIEW_INPUT, options=options, initial_option=initial)
    return InputBlock(block_id=ids.review_block(name), label=PlainTextObject(text=FIELDS[name]), element=element)


def _written(name: str, label: str, value: str, *, optional: bool) -> InputBlock:
    element = PlainTextInputElement(
        action_id=ids.REVIEW_INPUT,
        multiline=name != "title",
        initial_value=value or None,
        max_length=_MOST.get(name, MOST_TYPED),
    )
    block = ids.review_block(name)
    return InputBlock(block_id=block, label=PlainTextObject(text=label), element=element, optional=optional)


def _units(text: str) -> int:
    """Characters as Slack may count them."""
    return len(text) + sum(ord(character) > 0xFFFF for character in text)
