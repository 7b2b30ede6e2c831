"""The shapes in which Slack sends what Bolt and the listeners read, so that anything else is refused at the door.

https://docs.slack.dev/apis/events-api/ and https://docs.slack.dev/reference/interaction-payloads/
"""

from typing import Any

from pydantic import BaseModel, Field, ValidationError

Json = dict[str, Any]


class _Authorization(BaseModel):
    user_id: str | None = None
    is_bot: bool | None = None


class _File(BaseModel):
    id: str | None = None


class _Attachment(BaseModel):
    files: list[_File] | None = None


class _Said(BaseModel):
    type: str | None = None
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    text: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    channel: str | None = None
    channel_type: str | None = None
    deleted_ts: str | None = None
    files: list[_File] | None = None
    attachments: list[_Attachment] | None = None


class _Message(_Said):
    message: _Said | None = None
    previous_message: _Said | None = None


class _Item(BaseModel):
    type: str | None = None
    channel: str | None = None
    ts: str | None = None


class _Reaction(BaseModel):
    user: str | None = None
    reaction: str | None = None
    item_user: str | None = None
    item: _Item | None = None


class _Opened(BaseModel):
    user: str | None = None
    channel: str | None = None
    tab: str | None = None
    event_ts: str | None = None
    view: dict[str, Any] | None = None


class _Event(BaseModel):
    type: str


class _Delivery(BaseModel):
    team_id: str | None = None
    enterprise_id: str | None = None
    api_app_id: str | None = None
    event_id: str | None = None
    authorizations: list[_Authorization] | None = None
    event: _Event


class _Place(BaseModel):
    id: str | None = None


class _Person(_Place):
    id: str
    team_id: str | None = None


class _Team(_Place):
    enterprise_id: str | None = None


class _Action(BaseModel):
    action_id: str
    block_id: str | None = None


class _Container(BaseModel):
    type: str | None = None
    channel_id: str | None = None
    message_ts: str | None = None


class _Option(BaseModel):
    value: str


class _Input(BaseModel):
    value: str | None = None
    selected_option: _Option | None = None


class _State(BaseModel):
    values: dict[str, dict[str, _Input]]


class _View(BaseModel):
    id: str | None = None
    type: str
    callback_id: str | None = None
    private_metadata: str = ""
    state: _State


class _Interaction(BaseModel):
    team: _Team | None = None
    enterprise: _Place | None = None
    user: _Person
    channel: _Place | None = None
    container: _Container | None = None
    trigger_id: str | None = None
    response_url: str | None = None


class _Click(_Interaction):
    actions: list[_Action] = Field(min_length=1)


class _Form(_Interaction):
    view: _View


class _Shortcut(_Interaction):
    callback_id: str


class _PointedAt(BaseModel):
    ts: str
    thread_ts: str | None = None
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    text: str | None = None


class _Channel(_Place):
    id: str
    name: str | None = None


class _MessageShortcut(_Shortcut):
    message: _PointedAt
    channel: _Channel


_EVENTS: dict[str, type[BaseModel]] = {
    "message": _Message,
    "app_mention": _Message,
    "reaction_added": _Reaction,
    "app_home_opened": _Opened,
}
_INTERACTIONS: dict[str, type[BaseModel]] = {
    "block_actions": _Click,
    "view_submission": _Form,
    "shortcut": _Shortcut,
    "message_action": _MessageShortcut,
}


def fits(value: Json) -> bool:
    """Whether the parts that are read have the shape that Slack documents; unknown types and fields are let through."""
    try:
        if value["type"] == "event_callback":
            _Delivery.model_validate(value)
            if event := _EVENTS.get(value["event"]["type"]):
                event.model_validate(value["event"])
        elif shape := _INTERACTIONS.get(value["type"]):
            shape.model_validate(value)
    except ValidationError:
        return False
    return True
