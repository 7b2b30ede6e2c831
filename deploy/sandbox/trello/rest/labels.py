"""Labels of a board: creating, renaming, colouring and deleting them (rest/api-group-labels)."""

from deploy.sandbox.trello import activity, views
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import invalid

_HUES = ("green", "yellow", "orange", "red", "purple", "blue", "sky", "lime", "pink", "black")
COLORS = {hue + shade for hue in _HUES for shade in ("", "_light", "_dark")}


def make_label(call: Call, board_id: str) -> Json:
    """A new label from `name` and `color`; 400 for a colour Trello does not have."""
    row: Json = {"idBoard": board_id, "name": call.text("name"), "color": _color(call)}
    call.store.add("labels", row)
    _record(call, "createLabel", row)
    return row


@route("POST", "/labels")
@route("POST", "/boards/{board}/labels")
def create_label(call: Call) -> object:
    """A new label on the board in the path or in `idBoard`."""
    board = call.store.tables["boards"].get(call.args.get("board") or call.text("idBoard"))
    if board is None:
        raise invalid("idBoard")
    return {**views.label(make_label(call, board["id"])), "limits": {}}


@route("GET", "/labels/{label}")
@route("GET", "/boards/{board}/labels/{label}")
def get_label(call: Call) -> object:
    """A label."""
    return views.label(call.store.need("labels", call.args["label"]))


@route("PUT", "/labels/{label}")
def update_label(call: Call) -> object:
    """Change name or colour."""
    row = call.store.need("labels", call.args["label"])
    wanted: Json = {}
    if call.has("name"):
        wanted["name"] = call.text("name")
    if call.has("color"):
        wanted["color"] = _color(call)
    row.update(wanted)
    _record(call, "updateLabel", row)
    return views.label(row)


@route("DELETE", "/labels/{label}")
def delete_label(call: Call) -> object:
    """Delete a label and take it off every card."""
    row = call.store.need("labels", call.args["label"])
    call.store.remove("labels", row["id"])
    for card in call.store.rows("cards", idBoard=row["idBoard"]):
        card["idLabels"] = [key for key in card["idLabels"] if key != row["id"]]
    _record(call, "deleteLabel", row)
    return {"limits": {}}


def _color(call: Call) -> str | None:
    value = call.params.get("color")
    if value in (None, "", "null"):
        return None
    if value not in COLORS:
        raise invalid("color")
    return str(value)


def _record(call: Call, kind: str, row: Json) -> None:
    label = {name: row[name] for name in ("id", "name", "color")}
    board = activity.about_board(call.store, row["idBoard"])
    activity.record(call.store, call.member, kind, {"label": label, "board": board})
