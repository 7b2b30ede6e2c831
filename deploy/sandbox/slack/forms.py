"""What a person picked or typed, in the shapes of interaction payloads: one action, or the state of a whole view."""

from .blockkit.blocks import parts
from .config import Json
from .people import Impossible

ONE, MANY, RAW = "one", "many", "raw"
CHOSEN = {
    "static_select": ("selected_option", ONE),
    "overflow": ("selected_option", ONE),
    "radio_buttons": ("selected_option", ONE),
    "checkboxes": ("selected_options", MANY),
    "multi_static_select": ("selected_options", MANY),
    "users_select": ("selected_user", RAW),
    "channels_select": ("selected_channel", RAW),
    "conversations_select": ("selected_conversation", RAW),
    "datepicker": ("selected_date", RAW),
    "timepicker": ("selected_time", RAW),
    "plain_text_input": ("value", RAW),
    "email_text_input": ("value", RAW),
    "url_text_input": ("value", RAW),
    "number_input": ("value", RAW),
}
KEPT_IN_STATE = tuple(kind for kind in CHOSEN if kind != "overflow")


def find(blocks: list[Json], action_id: str, block_id: str = "", value: object = None) -> tuple[Json, Json]:
    """The block and element a person clicks; `value` tells apart buttons that share an action_id."""
    found = [
        (block, element)
        for block, element, _ in parts(blocks)
        if element.get("action_id") == action_id and block_id in ("", block["block_id"])
    ]
    if len(found) > 1 and value is not None:
        found = [pair for pair in found if pair[1].get("value") == value or pair[1]["type"] != "button"]
    if len(found) != 1:
        raise Impossible(f"{len(found)} elements have the action_id {action_id}")
    return found[0]


def action(block: Json, element: Json, value: object, at: str) -> Json:
    """One entry of `actions` (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""
    kind = element["type"]
    made: Json = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"], "action_ts": at}
    if kind in CHOSEN:
        field, how = CHOSEN[kind]
        made[field] = _picked(element, value, how)
        if element.get("placeholder"):
            made["placeholder"] = element["placeholder"]
    elif kind == "feedback_buttons":
        sides = [element["positive_button"], element["negative_button"]]
        made |= next((side for side in sides if side["value"] == value), sides[0])
    else:
        made |= {key: element[key] for key in ("text", "value", "style", "url", "icon") if key in element}
    return made


def options(element: Json) -> list[Json]:
    """All options of a select, whether in groups or not."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def _picked(element: Json, value: object, how: str) -> object:
    if how == RAW or value is None:
        return value
    wanted = value if isinstance(value, list) else [value]
    found = [option for option in options(element) if option["value"] in wanted]
    if len(found) != len(wanted):
        raise Impossible(f"{element['action_id']} offers no option {value}")
    return found if how == MANY else found[0]


def state(blocks: list[Json], values: Json, before: Json | None = None) -> Json:
    """`state.values` of a view or message: `{block_id: {action_id: {"type": ..., "value"|"selected_...": ...}}}`.

    `values` is `{block_id: {action_id: value}}`; what it leaves out keeps `before`, or its initial value.
    """
    made: Json = {}
    known = {(block["block_id"], element.get("action_id")) for block, element, _ in parts(blocks)}
    for block_id, given in values.items():
        for action_id in given:
            if (block_id, action_id) not in known:
                raise Impossible(f"the view has no input {block_id}/{action_id}")
    for block, element, _ in parts(blocks):
        if element["type"] not in KEPT_IN_STATE:
            continue
        field, how = CHOSEN[element["type"]]
        given, action_id = values.get(block["block_id"], {}), element["action_id"]
        if action_id in given:
            chosen = _picked(element, given[action_id], how)
        else:
            old = (before or {}).get(block["block_id"], {}).get(action_id, {})
            chosen = old.get(field, element.get("initial_" + field.removeprefix("selected_")))
        if how == MANY:
            chosen = chosen or []
        made.setdefault(block["block_id"], {})[action_id] = {"type": element["type"], field: chosen or _nothing(how)}
    return made


def _nothing(how: str) -> object:
    return [] if how == MANY else None


def complaints(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's client says before it sends a form: `{block_id: sentence}`."""
    found = {}
    for block, element, _ in parts(blocks):
        if block["type"] != "input" or element["type"] not in CHOSEN:
            continue
        content = values[block["block_id"]][element["action_id"]][CHOSEN[element["type"]][0]]
        if not content:
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif isinstance(content, str) and len(content) > element.get("max_length", 3000):
            found[block["block_id"]] = f"Please use at most {element.get('max_length', 3000)} characters."
        elif isinstance(content, str) and len(content) < element.get("min_length", 0):
            found[block["block_id"]] = f"Please use at least {element['min_length']} characters."
    return found
