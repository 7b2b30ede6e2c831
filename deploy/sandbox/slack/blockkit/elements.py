"""Block elements and composition objects with their limits.

Source: https://docs.slack.dev/reference/block-kit/block-elements
"""

from .checks import Check, any_text, anything, by_type, flag, integer, list_of, one_of, plain, record, say, string

ID = string(255)
TYPE: dict[str, Check] = {"type": anything}
CONFIRM = record(
    {"title": plain(100), "text": any_text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
RICH_OPTION = record({"text": any_text(75), "value": string(150)}, {"description": any_text(75)})
MENU_OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": string(3000)})
GROUP = record({"label": plain(75), "options": list_of(OPTION, 100)})
COMMON: dict[str, Check] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": flag}
PLACEHOLDER: dict[str, Check] = {"placeholder": plain(150)}


def _select(chosen: str, initial: Check) -> Check:
    fields = record(
        TYPE,
        {
            **COMMON,
            **PLACEHOLDER,
            "options": list_of(OPTION, 100),
            "option_groups": list_of(GROUP, 100),
            chosen: initial,
            "max_selected_items": integer(1, 100),
        },
    )

    def check(errors: list[str], value: object, path: str) -> None:
        if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
            say(errors, "must have exactly one of options and option_groups", path)
        fields(errors, value, path)

    return check


def _picker(initial: str, pattern: int) -> Check:
    return record(TYPE, {**COMMON, **PLACEHOLDER, initial: string(pattern)})


BUTTON = record(
    {**TYPE, "text": plain(75)},
    {
        "action_id": ID,
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
FEEDBACK = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
IMAGE = record({**TYPE, "image_url": string(3000), "alt_text": string(2000)})
SELECTS: dict[str, Check] = {
    "static_select": _select("initial_option", OPTION),
    "multi_static_select": _select("initial_options", list_of(OPTION, 100)),
    "users_select": _picker("initial_user", 20),
    "channels_select": _picker("initial_channel", 20),
    "conversations_select": _picker("initial_conversation", 20),
}
PICKERS: dict[str, Check] = {"datepicker": _picker("initial_date", 10), "timepicker": _picker("initial_time", 5)}
CHOICES: dict[str, Check] = {
    "radio_buttons": record({**TYPE, "options": list_of(RICH_OPTION, 10)}, {**COMMON, "initial_option": RICH_OPTION}),
    "checkboxes": record(
        {**TYPE, "options": list_of(RICH_OPTION, 10)}, {**COMMON, "initial_options": list_of(RICH_OPTION, 10)}
    ),
}
ACTIONS: dict[str, Check] = {
    "button": BUTTON,
    "overflow": record({**TYPE, "options": list_of(MENU_OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}),
    **SELECTS,
    **PICKERS,
    **CHOICES,
}
WRITTEN = record(
    TYPE,
    {
        "action_id": ID,
        **PLACEHOLDER,
        "initial_value": string(3000, 0),
        "multiline": flag,
        "min_length": integer(0, 3000),
        "max_length": integer(1, 3000),
        "focus_on_load": flag,
        "dispatch_action_config": record({"trigger_actions_on": anything}),
        "is_decimal_allowed": flag,
        "min_value": string(20),
        "max_value": string(20),
    },
)
TEXT_INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")

in_section = by_type({**ACTIONS, "image": IMAGE})
in_actions = by_type(ACTIONS)
in_context = by_type({"image": IMAGE, "plain_text": plain(3000), "mrkdwn": any_text(3000)})
in_input = by_type({**dict.fromkeys(TEXT_INPUTS, WRITTEN), **SELECTS, **PICKERS, **CHOICES})
in_context_actions = by_type(
    {
        "feedback_buttons": record(
            {**TYPE, "positive_button": FEEDBACK, "negative_button": FEEDBACK}, {"action_id": ID}
        ),
        "icon_button": record(
            {**TYPE, "icon": string(50), "text": plain(75)},
            {
                "action_id": ID,
                "value": string(2000),
                "confirm": CONFIRM,
                "accessibility_label": string(75),
                "visible_to_user_ids": list_of(string(20), 100),
            },
        ),
    }
)
