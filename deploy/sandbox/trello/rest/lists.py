"""Lists: creating, renaming, moving, archiving, and the cards in them (rest/api-group-lists)."""

from deploy.sandbox.trello import activity, views
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import Refused, invalid

from . import find
from .cards import cards_view, change_card


def list_of(call: Call) -> Json:
    """The list named in the path."""
    return call.store.need("lists", call.args["list"])


@route("POST", "/lists")
def create_list(call: Call) -> object:
    """A new list on an open board."""
    if not call.text("name"):
        raise invalid("name")
    board = call.store.tables["boards"].get(call.text("idBoard"))
    if board is None:
        raise invalid("idBoard")
    if board["closed"]:
        raise Refused(400, "The board is closed.")
    row: Json = {
        "name": call.text("name"),
        "closed": False,
        "idBoard": board["id"],
        "pos": call.position("lists", idBoard=board["id"]),
        "subscribed": False,
        "softLimit": None,
    }
    call.store.add("lists", row)
    _record(call, "createList", row)
    return {**row, "limits": {}}


@route("GET", "/lists/{list}")
def get_list(call: Call) -> object:
    """A list; an archived one too."""
    return views.pick(list_of(call), call.params.get("fields"))


@route("PUT", "/lists/{list}")
def update_list(call: Call) -> object:
    """Change name, closed, pos or subscribed."""
    row = list_of(call)
    wanted: Json = {}
    if call.has("name"):
        wanted["name"] = call.text("name")
    for name in ("closed", "subscribed"):
        if call.has(name):
            wanted[name] = call.flag(name)
    if call.has("pos"):
        wanted["pos"] = call.position("lists", idBoard=row["idBoard"])
    if wanted.get("name") == "":
        raise invalid("name")
    for name, value in wanted.items():
        if row[name] != value:
            old, row[name] = row[name], value
            _record(call, "updateList", row, {name: old})
    return row


@route("PUT", "/lists/{list}/{field}")
def update_list_field(call: Call) -> object:
    """PUT /lists/{id}/closed with `value`: the same as naming the field."""
    call.params = {call.args["field"]: call.params.get("value")}
    return update_list(call)


@route("GET", "/lists/{list}/cards")
def list_cards(call: Call) -> object:
    """The list's cards in order; filter open (default), closed or all."""
    rows = call.store.in_order("cards", idList=list_of(call)["id"])
    return cards_view(call, find.page(call, find.by_state(rows, str(call.params.get("filter") or "open"))))


@route("GET", "/lists/{list}/actions")
def list_actions(call: Call) -> object:
    """What happened to the list and to cards while they were in it."""
    row = list_of(call)
    found = find.actions_view(call, "all", idBoard=row["idBoard"])
    names = ("list", "listBefore", "listAfter")
    return [action for action in found if any(action["data"].get(n, {}).get("id") == row["id"] for n in names)]


@route("POST", "/lists/{list}/archiveAllCards")
def archive_all(call: Call) -> object:
    """Archive every open card of the list."""
    for card in find.by_state(call.store.in_order("cards", idList=list_of(call)["id"]), "open"):
        change_card(call, card, {"closed": True})
    return {}


@route("GET", "/lists/{list}/{field}")
def list_field(call: Call) -> object:
    """One field, wrapped as {"_value": ...}; `board` gives the whole board."""
    row = list_of(call)
    if call.args["field"] == "board":
        return views.board(call.store, call.store.tables["boards"][row["idBoard"]])
    return find.field(row, call.args["field"])


def _record(call: Call, kind: str, row: Json, old: Json | None = None) -> None:
    data: Json = {
        "list": {**activity.about_list(call.store, row["id"]), **{name: row[name] for name in old or {}}},
        "board": activity.about_board(call.store, row["idBoard"]),
    }
    activity.record(call.store, call.member, kind, {**data, "old": old} if old else data)
