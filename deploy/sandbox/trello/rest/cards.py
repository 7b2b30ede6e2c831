"""Cards: creating, reading, changing and deleting them (rest/api-group-cards)."""

from deploy.sandbox.trello import activity, views
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import Refused, invalid

from . import find
from .attachments import attach


def card_of(call: Call) -> Json:
    """The card named in the path by id or short link."""
    return call.store.need("cards", call.args["card"])


def cards_view(call: Call, rows: list[Json]) -> list[Json]:
    """Cards with the `fields` asked for and what was asked to come along: attachments, checklists, members, actions."""
    store, params = call.store, call.params
    shown = []
    for row in rows:
        card = views.pick(views.card(store, row), params.get("fields"))
        if str(params.get("customFieldItems", "")).lower() == "true":
            card["customFieldItems"] = row.get("customFieldItems", [])
        if str(params.get("attachments", "")).lower() in ("true", "cover"):
            card["attachments"] = [views.attachment(store, a) for a in store.rows("attachments", idCard=row["id"])]
        if params.get("checklists") == "all":
            card["checklists"] = [views.checklist(item) for item in store.in_order("checklists", idCard=row["id"])]
        if str(params.get("members", "")).lower() == "true":
            card["members"] = [views.brief_member(store.tables["members"][key]) for key in row["idMembers"]]
        if kinds := params.get("actions"):
            found = activity.matching(store, str(kinds), idCard=row["id"])
            card["actions"] = [activity.view(store, action) for action in found[:50]]
        card.pop("idMemberCreator", None)
        shown.append(card)
    return shown


def open_list(call: Call, key: str) -> Json:
    """The list a card may go to; 400 when it is unknown, archived, or its board is closed or full."""
    target = call.store.tables["lists"].get(key)
    if target is None:
        raise invalid("idList")
    if target["closed"]:
        # Unconfirmed for Trello itself; refusing is stricter, since a card in an archived list is out of sight.
        raise Refused(400, f"The list {target['name']!r} is archived and takes no cards.")
    if call.store.tables["boards"][target["idBoard"]]["closed"]:
        raise Refused(400, "The board is closed.")
    return target


def check_room(call: Call, board_id: str) -> None:
    """400 when the board has as many open cards as it may have."""
    count = sum(not card["closed"] for card in call.store.rows("cards", idBoard=board_id))
    if count >= call.store.knobs.open_cards_per_board:
        raise Refused(400, "The board has reached its limit of open cards.")


def labels_of(call: Call, board_id: str) -> list[str]:
    """`idLabels`, each a label of the board; 400 otherwise."""
    keys = call.ids("idLabels")
    if any(call.store.tables["labels"].get(key, {}).get("idBoard") != board_id for key in keys):
        raise invalid("idLabels")
    return keys


def members_of(call: Call, board_id: str) -> list[str]:
    """`idMembers`, each a member of the board; 400 otherwise."""
    keys = call.ids("idMembers")
    if not set(keys) <= set(call.store.tables["boards"][board_id]["idMembers"]):
        raise invalid("idMembers")
    return keys


@route("POST", "/cards")
def create_card(call: Call) -> object:
    """A new card; not idempotent: asked twice, there are two. `urlSource` becomes an attachment in the same step."""
    store, target = call.store, open_list(call, call.text("idList"))
    board = store.tables["boards"][target["idBoard"]]
    check_room(call, board["id"])
    source = call.text("urlSource")
    if source and not source.startswith(("http://", "https://")):
        raise invalid("urlSource")
    card: Json = {
        "id": store.new_id(),
        "name": call.text("name") or source,
        "desc": call.text("desc"),
        "idBoard": board["id"],
        "idList": target["id"],
        "pos": call.position("cards", idList=target["id"]),
        "due": call.moment("due"),
        "dueComplete": call.flag("dueComplete"),
        "dueReminder": None,
        "start": call.moment("start"),
        "idLabels": labels_of(call, board["id"]),
        "idMembers": members_of(call, board["id"]),
        "closed": False,
        "idShort": 1 + max((item["idShort"] for item in store.rows("cards", idBoard=board["id"])), default=0),
        "shortLink": store.new_short_link(),
        "dateLastActivity": store.stamp(),
        "subscribed": False,
        "cover": {"idAttachment": None, "color": None, "size": "normal", "brightness": "dark"},
        "idMemberCreator": call.member["id"],
    }
    store.add("cards", card)
    store.note_text(card)
    activity.record(store, call.member, "createCard", activity.about_card(store, card))
    if source:
        attach(call, card, {"name": source, "url": source, "mimeType": "", "isUpload": False, "bytes": None})
    return {**cards_view(call, [card])[0], "attachments": _attachments(call, card)}


@route("GET", "/cards/{card}")
def get_card(call: Call) -> object:
    """A card; an archived one too."""
    return cards_view(call, [card_of(call)])[0]


@route("PUT", "/cards/{card}")
def update_card(call: Call) -> object:
    """Change any of name, desc, closed, idList, idBoard, pos, due, dueComplete, start, idLabels, idMembers."""
    card = card_of(call)
    change_card(call, card, _wanted(call, card))
    return cards_view(call, [card])[0]


def _wanted(call: Call, card: Json) -> Json:
    """The new values, all checked before anything changes."""
    wanted: Json = {name: call.text(name) for name in ("name", "desc") if call.has(name)}
    wanted |= {name: call.flag(name) for name in ("closed", "dueComplete", "subscribed") if call.has(name)}
    wanted |= {name: call.moment(name) for name in ("due", "start") if call.has(name)}
    if wanted.get("name") == "":
        raise invalid("name")
    board_id = card["idBoard"]
    if call.has("idList") or call.has("idBoard"):
        target = _target(call, card)
        board_id, wanted["idBoard"], wanted["idList"] = target["idBoard"], target["idBoard"], target["id"]
    reopened = card["closed"] and wanted.get("closed") is False
    if reopened or board_id != card["idBoard"]:
        check_room(call, board_id)
    if call.has("pos"):
        wanted["pos"] = call.position("cards", idList=wanted.get("idList", card["idList"]))
    if call.has("idLabels"):
        wanted["idLabels"] = labels_of(call, board_id)
    if call.has("idMembers"):
        wanted["idMembers"] = members_of(call, board_id)
    return wanted


def _target(call: Call, card: Json) -> Json:
    """The list a card is to move to; another board without a list means that board's first open one."""
    if call.has("idList"):
        target = open_list(call, call.text("idList"))
        if call.has("idBoard") and target["idBoard"] != call.text("idBoard"):
            raise invalid("idBoard")
        return target
    if call.text("idBoard") == card["idBoard"]:
        return call.store.tables["lists"][card["idList"]]
    lists = find.by_state(call.store.in_order("lists", idBoard=call.text("idBoard")), "open")
    if not lists:
        raise invalid("idBoard")
    return open_list(call, lists[0]["id"])


def change_card(call: Call, card: Json, wanted: Json) -> None:
    """Apply new values; every changed field is an action of its own, as Trello records it."""
    store = call.store
    before = dict(card)
    if wanted.get("idBoard", card["idBoard"]) != card["idBoard"]:
        # Labels and people belong to a board and stay behind.
        people = store.tables["boards"][wanted["idBoard"]]["idMembers"]
        wanted = {"idLabels": [], "idMembers": [key for key in card["idMembers"] if key in people], **wanted}
        for checklist in store.rows("checklists", idCard=card["id"]):
            checklist["idBoard"] = wanted["idBoard"]
    card.update(wanted)
    if {"name", "desc"} & {name for name in wanted if wanted[name] != before[name]}:
        store.note_text(card)
    for name in wanted:
        if before[name] == card[name] or (name == "idBoard"):
            continue
        if name == "idLabels":
            _record_difference(call, card, before["idLabels"], "labels")
        elif name == "idMembers":
            _record_difference(call, card, before["idMembers"], "members")
        elif name == "pos" and before["idList"] != card["idList"]:
            continue
        else:
            _record_change(call, card, name, before)


def _record_change(call: Call, card: Json, name: str, before: Json) -> None:
    data = activity.about_card(call.store, card)
    data["card"][name] = card[name]
    data["old"] = {name: before[name]}
    if name == "idList":
        del data["list"]
        data["listBefore"] = activity.about_list(call.store, before["idList"])
        data["listAfter"] = activity.about_list(call.store, card["idList"])
    activity.record(call.store, call.member, "updateCard", data)


def _record_difference(call: Call, card: Json, before: list[str], table: str) -> None:
    now = card["idLabels" if table == "labels" else "idMembers"]
    for key in dict.fromkeys([*before, *now]):
        if (key in before) == (key in now):
            continue
        data = {**activity.about_card(call.store, card)}
        if table == "labels":
            label = call.store.tables["labels"].get(key, {"name": "", "color": None})
            data |= {"label": {"id": key, "name": label["name"], "color": label["color"]}, "text": label["name"]}
            kind = "addLabelToCard" if key in now else "removeLabelFromCard"
        else:
            person = call.store.tables["members"][key]
            data |= {"idMember": key, "member": {"id": key, "name": person["fullName"]}}
            kind = "addMemberToCard" if key in now else "removeMemberFromCard"
        activity.record(call.store, call.member, kind, data)


@route("DELETE", "/cards/{card}")
def delete_card(call: Call) -> object:
    """Delete a card for good, with its checklists, attachments and comments."""
    card, store = card_of(call), call.store
    data = activity.about_card(store, card)
    store.remove("cards", card["id"])
    store.search_versions.pop(card["id"], None)
    for table in ("checklists", "attachments", "actions"):
        for row in store.rows(table, idCard=card["id"]):
            store.remove(table, row["id"])
    for hook in store.rows("webhooks", idModel=card["id"]):
        store.remove("webhooks", hook["id"])
    data["card"] = {name: data["card"][name] for name in ("id", "idShort", "shortLink")}
    activity.record(store, call.member, "deleteCard", data)
    return {"limits": {}}


def _attachments(call: Call, card: Json) -> list[Json]:
    return [views.attachment(call.store, row) for row in call.store.rows("attachments", idCard=card["id"])]
