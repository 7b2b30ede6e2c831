"""Custom fields of a board and a card's values of them (rest/api-group-customfields)."""

from deploy.sandbox.trello import activity
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import NOT_FOUND, Refused, invalid

TYPES = ("checkbox", "date", "list", "number", "text")


@route("GET", "/boards/{board}/customFields")
def board_custom_fields(call: Call) -> object:
    """The board's custom fields."""
    board = call.store.need("boards", call.args["board"], "board not found")
    return call.store.in_order("customFields", idModel=board["id"])


@route("POST", "/customFields")
def create_custom_field(call: Call) -> object:
    """A new field of `type` on board `idModel`; a list's `options` are texts or {"value": {"text": ...}}."""
    if call.text("idModel") not in call.store.tables["boards"]:
        raise invalid("idModel")
    if call.params.get("type") not in TYPES:
        raise invalid("type")
    if not call.text("name"):
        raise invalid("name")
    row: Json = {
        "idModel": call.text("idModel"),
        "idBoard": call.text("idModel"),
        "modelType": "board",
        "name": call.text("name"),
        "type": call.text("type"),
        "pos": call.position("customFields", idModel=call.text("idModel")),
        "display": {"cardFront": call.flag("display_cardFront")},
    }
    if row["type"] == "list":
        row["options"] = [_option(call, option) for option in call.params.get("options") or []]
    call.store.add("customFields", row)
    call.store.changed()
    return row


@route("PUT", "/cards/{card}/customField/{field}/item")
@route("PUT", "/cards/{card}/customFields/{field}/item")
def set_value(call: Call) -> object:
    """Set a card's `value` ({"text": ...} and so on) or `idValue` (a list option); an empty one clears it."""
    card = call.store.need("cards", call.args["card"])
    field = call.store.tables["customFields"].get(call.args["field"])
    if field is None or field["idModel"] != card["idBoard"]:
        raise Refused(404, NOT_FOUND)
    value, option = call.params.get("value") or None, call.params.get("idValue") or None
    if option and option not in [item["id"] for item in field.get("options", [])]:
        raise invalid("idValue")
    kept = [item for item in card.get("customFieldItems", []) if item["idCustomField"] != field["id"]]
    item: Json = {"id": call.store.new_id(), "idCustomField": field["id"], "idModel": card["id"], "modelType": "card"}
    item |= {"value": value, "idValue": option}
    card["customFieldItems"] = [*kept, item] if value or option else kept
    data = {**activity.about_card(call.store, card), "customFieldItem": item}
    activity.record(call.store, call.member, "updateCustomFieldItem", data)
    return item


def _option(call: Call, option: object) -> Json:
    text = option["value"]["text"] if isinstance(option, dict) else str(option)
    return {"id": call.store.new_id(), "value": {"text": text}, "color": "none", "pos": 16384}
