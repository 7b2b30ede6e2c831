"""Checklists and their items (rest/api-group-checklists); the only place where ticking a box is a rule."""

from deploy.sandbox.trello import activity, views
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import Refused, invalid


def checklist_of(call: Call) -> Json:
    """The checklist named in the path."""
    return call.store.need("checklists", call.args["checklist"])


@route("POST", "/checklists")
@route("POST", "/cards/{card}/checklists")
def create_checklist(call: Call) -> object:
    """A new checklist on the card in the path or in `idCard`."""
    key = call.args.get("card") or call.text("idCard")
    if not key:
        raise invalid("idCard")
    card = call.store.need("cards", key)
    if len(call.store.rows("checklists", idCard=card["id"])) >= call.store.knobs.checklists_per_card:
        raise Refused(400, "The card has reached its limit of checklists.")
    row: Json = {
        "name": call.text("name") or "Checklist",
        "idBoard": card["idBoard"],
        "idCard": card["id"],
        "pos": call.position("checklists", idCard=card["id"]),
        "checkItems": [],
    }
    call.store.add("checklists", row)
    _record(call, "addChecklistToCard", row)
    return views.checklist(row)


@route("GET", "/cards/{card}/checklists")
def card_checklists(call: Call) -> object:
    """The card's checklists with their items."""
    card = call.store.need("cards", call.args["card"])
    return [views.checklist(row) for row in call.store.in_order("checklists", idCard=card["id"])]


@route("GET", "/checklists/{checklist}")
def get_checklist(call: Call) -> object:
    """A checklist with its items."""
    return views.checklist(checklist_of(call))


@route("PUT", "/checklists/{checklist}")
@route("PUT", "/checklists/{checklist}/name")
def update_checklist(call: Call) -> object:
    """Change its name (`name`, or `value` on /name)."""
    row = checklist_of(call)
    name = call.text("name") or call.text("value")
    if not name:
        raise invalid("name")
    old, row["name"] = row["name"], name
    _record(call, "updateChecklist", row, old={"name": old})
    return views.checklist(row)


@route("DELETE", "/checklists/{checklist}")
def delete_checklist(call: Call) -> object:
    """Take a checklist off its card."""
    row = checklist_of(call)
    call.store.remove("checklists", row["id"])
    _record(call, "removeChecklistFromCard", row)
    return {"limits": {}}


@route("GET", "/checklists/{checklist}/checkItems")
def list_items(call: Call) -> object:
    """The items in order."""
    return views.checklist(checklist_of(call))["checkItems"]


@route("POST", "/checklists/{checklist}/checkItems")
def create_item(call: Call) -> object:
    """A new item; `checked` ticks it at once."""
    row, name = checklist_of(call), call.text("name")
    if not name:
        raise invalid("name")
    if len(row["checkItems"]) >= call.store.knobs.items_per_checklist:
        raise Refused(400, "The checklist has reached its limit of items.")
    item: Json = {
        "id": call.store.new_id(),
        "name": name,
        "nameData": {"emoji": {}},
        "pos": 16384 + max((other["pos"] for other in row["checkItems"]), default=0),
        "state": "complete" if call.flag("checked") else "incomplete",
        "due": call.moment("due"),
        "dueReminder": None,
        "idMember": None,
        "idChecklist": row["id"],
    }
    row["checkItems"].append(item)
    _record(call, "createCheckItem", row, item)
    return item


@route("DELETE", "/checklists/{checklist}/checkItems/{item}")
@route("DELETE", "/cards/{card}/checkItem/{item}")
def delete_item(call: Call) -> object:
    """Remove an item."""
    row, item = _find_item(call)
    row["checkItems"].remove(item)
    _record(call, "deleteCheckItem", row, item)
    return {"limits": {}}


@route("GET", "/cards/{card}/checkItem/{item}")
@route("GET", "/checklists/{checklist}/checkItems/{item}")
def get_item(call: Call) -> object:
    """One item."""
    return _find_item(call)[1]


@route("PUT", "/cards/{card}/checkItem/{item}")
@route("PUT", "/cards/{card}/checklist/{checklist}/checkItem/{item}")
def update_item(call: Call) -> object:
    """Change an item's `name`, `state` (complete, incomplete, or true and false), `due` or `idMember`."""
    row, item = _find_item(call)
    if call.has("state"):
        wanted = call.text("state").lower()
        states = {"complete": "complete", "true": "complete", "incomplete": "incomplete", "false": "incomplete"}
        if wanted not in states:
            raise invalid("state")
        if item["state"] != states[wanted]:
            item["state"] = states[wanted]
            _record(call, "updateCheckItemStateOnCard", row, item)
    if call.has("name") and item["name"] != call.text("name"):
        old, item["name"] = item["name"], call.text("name")
        _record(call, "updateCheckItem", row, item, old={"name": old})
    if call.has("due"):
        item["due"] = call.moment("due")
    if call.has("idMember"):
        item["idMember"] = call.text("idMember") or None
    call.store.changed()
    return item


def _find_item(call: Call) -> tuple[Json, Json]:
    if "checklist" in call.args:
        rows = [checklist_of(call)]
    else:
        rows = call.store.rows("checklists", idCard=call.store.need("cards", call.args["card"])["id"])
    for row in rows:
        for item in row["checkItems"]:
            if item["id"] == call.args["item"]:
                return row, item
    raise Refused(404, "The requested resource was not found.")


def _record(call: Call, kind: str, row: Json, item: Json | None = None, old: Json | None = None) -> None:
    card = call.store.tables["cards"][row["idCard"]]
    data = {**activity.about_card(call.store, card), "checklist": {"id": row["id"], "name": row["name"]}}
    if item:
        data["checkItem"] = {name: item[name] for name in ("id", "name", "state")}
    if old:
        data["old"] = old
    activity.record(call.store, call.member, kind, data)
