"""Boards: reading them with everything on them, creating, renaming and closing (rest/api-group-boards)."""

from deploy.sandbox.trello import activity, views
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import Refused, invalid

from . import find
from .cards import cards_view

_MISSING = "board not found"


def board_of(call: Call) -> Json:
    """The board named in the path by id or short link."""
    return call.store.need("boards", call.args["board"], _MISSING)


@route("GET", "/boards/{board}")
def get_board(call: Call) -> object:
    """A board; `lists=open|all` and `fields` as asked."""
    row = board_of(call)
    shown = views.pick(views.board(call.store, row), call.params.get("fields"))
    if (lists := call.params.get("lists", "none")) != "none":
        shown = {**shown, "lists": find.by_state(call.store.in_order("lists", idBoard=row["id"]), str(lists))}
    return shown


@route("POST", "/boards")
def create_board(call: Call) -> object:
    """A new board of the caller, with Trello's three lists unless `defaultLists` is false."""
    if not call.text("name"):
        raise invalid("name")
    store = call.store
    board: Json = {
        "id": store.new_id(),
        "name": call.text("name"),
        "desc": call.text("desc"),
        "closed": False,
        "idOrganization": None,
        "idMemberCreator": call.member["id"],
        "idMembers": [call.member["id"]],
        "shortLink": store.new_short_link(),
        "dateLastActivity": store.stamp(),
        "subscribed": False,
    }
    store.add("boards", board)
    activity.record(store, call.member, "createBoard", {"board": activity.about_board(store, board["id"])})
    names = ("To Do", "Doing", "Done") if call.flag("defaultLists", default=True) else ()
    for place, name in enumerate(names, 1):
        row = {"name": name, "closed": False, "idBoard": board["id"], "pos": place * 16384, "subscribed": False}
        store.add("lists", row)
    return views.board(store, board)


@route("PUT", "/boards/{board}")
def update_board(call: Call) -> object:
    """Change name, description or closed."""
    row = board_of(call)
    old = {}
    for name in ("name", "desc", "closed"):
        if call.has(name):
            value = call.flag(name) if name == "closed" else call.text(name)
            if value != row[name]:
                old[name], row[name] = row[name], value
    if old:
        board = {**activity.about_board(call.store, row["id"]), **{name: row[name] for name in old}}
        activity.record(call.store, call.member, "updateBoard", {"board": board, "old": old})
    return views.board(call.store, row)


@route("PUT", "/boards/{board}/{field}")
def update_board_field(call: Call) -> object:
    """PUT /boards/{id}/name with `value`: the same as naming the field."""
    call.params = {**call.params, call.args["field"]: call.params.get("value")}
    return update_board(call)


@route("DELETE", "/boards/{board}")
def delete_board(call: Call) -> object:
    """Delete a board with all that is on it."""
    row = board_of(call)
    call.store.remove("boards", row["id"])
    for card in call.store.rows("cards", idBoard=row["id"]):
        for item in call.store.rows("attachments", idCard=card["id"]):
            call.store.remove("attachments", item["id"])
    for table in ("lists", "cards", "labels", "checklists", "actions", "customFields"):
        for item in call.store.rows(table, idBoard=row["id"]):
            call.store.remove(table, item["id"])
    call.store.changed()
    return {"_value": None}


@route("GET", "/boards/{board}/lists")
@route("GET", "/boards/{board}/lists/{filter}")
def board_lists(call: Call) -> object:
    """The board's lists in order; filter open (default), closed or all."""
    state = call.args.get("filter") or str(call.params.get("filter", "open"))
    rows = find.by_state(call.store.in_order("lists", idBoard=board_of(call)["id"]), state)
    shown = [views.pick(row, call.params.get("fields")) for row in rows]
    if (wanted := str(call.params.get("cards", "none"))) == "none":
        return shown
    return [
        {**row, "cards": cards_view(call, find.by_state(call.store.in_order("cards", idList=row["id"]), wanted))}
        for row in shown
    ]


@route("GET", "/boards/{board}/cards")
@route("GET", "/boards/{board}/cards/{filter}")
def board_cards(call: Call) -> object:
    """The board's cards; filter visible (default: open cards in open lists), open, closed or all; or one card by id."""
    board = board_of(call)
    wanted = call.args.get("filter") or str(call.params.get("filter") or "visible")
    rows = call.store.in_order("cards", idBoard=board["id"])
    if wanted not in find.STATES:
        row = call.store.need("cards", wanted)
        if row["idBoard"] != board["id"]:
            raise Refused(404, "The requested resource was not found.")
        return cards_view(call, [row])[0]
    if wanted == "visible":
        open_lists = {item["id"] for item in call.store.rows("lists", idBoard=board["id"]) if not item["closed"]}
        rows = [row for row in rows if row["idList"] in open_lists]
    return cards_view(call, find.page(call, find.by_state(rows, wanted)))


@route("GET", "/boards/{board}/labels")
def board_labels(call: Call) -> object:
    """The board's labels, at most `limit` (default 50)."""
    rows = call.store.rows("labels", idBoard=board_of(call)["id"])
    return [views.pick(views.label(row), call.params.get("fields")) for row in rows[: call.number("limit", 50, 1000)]]


@route("GET", "/boards/{board}/members")
def board_members(call: Call) -> object:
    """The people on the board."""
    rows = [call.store.tables["members"][key] for key in board_of(call)["idMembers"]]
    default = "fullName,username"
    return [views.pick(views.member(row), call.params.get("fields", default)) for row in rows]


@route("PUT", "/boards/{board}/members/{member}")
def add_board_member(call: Call) -> object:
    """Put a member on the board."""
    board, person = board_of(call), call.store.need("members", call.args["member"])
    if person["id"] not in board["idMembers"]:
        board["idMembers"].append(person["id"])
        data = {"idMemberAdded": person["id"], "board": activity.about_board(call.store, board["id"])}
        activity.record(call.store, call.member, "addMemberToBoard", data)
    return views.board(call.store, board)


@route("GET", "/boards/{board}/actions")
def board_actions(call: Call) -> object:
    """What happened on the board, newest first."""
    return find.actions_view(call, "all", idBoard=board_of(call)["id"])


@route("GET", "/boards/{board}/checklists")
def board_checklists(call: Call) -> object:
    """Every checklist on the board's cards."""
    return [views.checklist(row) for row in call.store.in_order("checklists", idBoard=board_of(call)["id"])]


@route("GET", "/boards/{board}/webhooks")
def board_webhooks(call: Call) -> object:
    """Webhooks that watch the board itself."""
    return call.store.rows("webhooks", idModel=board_of(call)["id"])


@route("GET", "/boards/{board}/{field}")
def board_field(call: Call) -> object:
    """One field, wrapped as {"_value": ...}."""
    return find.field(views.board(call.store, board_of(call)), call.args["field"])
