"""The form in which somebody reports: what it is and what happened; built here, and read here when it is sent."""

import json
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError
from slack_sdk.models.blocks import InputBlock, Option, PlainTextInputElement, RadioButtonsElement
from slack_sdk.models.views import View

from bot.core.slack import ids
from bot.core.slack.blocks import Json
from bot.core.slack.text import clip, storable

# The most that Slack lets people type into one field.
MOST_TEXT = 3_000
# Slack keeps 3,000 characters beside a form; its own names of channels are shorter than this.
_MOST_NAME = 200
_UNSURE = "unsure"
_KINDS = {_UNSURE: "Not sure", "bug": "Something is broken", "idea": "An idea", "feedback": "Feedback"}


class Place(BaseModel):
    """Where the thread is to be opened; without a channel it is a direct message."""

    channel_id: str = ""
    channel_name: str = ""


@dataclass(frozen=True)
class Filled:
    """What somebody sent. `kind` is None where they are not sure; `text` is as typed, without space around it."""

    kind: str | None
    text: str
    place: Place


def report_form(kind: str | None = None, *, channel_id: str = "", channel_name: str = "") -> Json:
    """The modal, with `kind` chosen; what is sent goes on in the channel, or else in a direct message.

    https://docs.slack.dev/surfaces/modals/
    """
    options = {value: Option(value=value, text=label) for value, label in _KINDS.items()}
    place = Place(channel_id=_short(channel_id), channel_name=_short(channel_name))
    return View(
        type="modal",
        callback_id=ids.REPORT_FORM,
        private_metadata=place.model_dump_json(),
        title="Report to Inkling",
        submit="Send",
        close="Cancel",
        blocks=[
            InputBlock(
                block_id=ids.KIND_BLOCK,
                label="What is it?",
                element=RadioButtonsElement(
                    action_id=ids.KIND_INPUT,
                    options=list(options.values()),
                    initial_option=options.get(kind or _UNSURE, options[_UNSURE]),
                ),
            ),
            InputBlock(
                block_id=ids.TEXT_BLOCK,
                label="What happened, or what do you need?",
                hint="A sentence is enough. Inkling asks back if something is missing.",
                element=PlainTextInputElement(action_id=ids.TEXT_INPUT, multiline=True, max_length=MOST_TEXT),
            ),
        ],
    ).to_dict()


def _short(name: str) -> str:
    return clip(storable(name), _MOST_NAME)


def filled(view: Json) -> Filled:
    """What stands in the form that was sent; a place that cannot be read is none."""
    values = view["state"]["values"]
    picked = (values.get(ids.KIND_BLOCK, {}).get(ids.KIND_INPUT, {}).get("selected_option") or {}).get("value")
    text = values.get(ids.TEXT_BLOCK, {}).get(ids.TEXT_INPUT, {}).get("value") or ""
    try:
        place = Place.model_validate(json.loads(view.get("private_metadata") or "{}"))
    except (ValueError, RecursionError, ValidationError):
        place = Place()
    return Filled(picked if picked in _KINDS and picked != _UNSURE else None, text.strip(), place)
