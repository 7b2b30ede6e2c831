"""The record of what was done: actions as Trello writes them, stored and handed to whoever delivers webhooks."""

from . import views
from .config import Json
from .store import Store

# Trello sends these to webhooks but leaves them out of lists of actions.
UNLISTED = ("addLabelToCard", "removeLabelFromCard", "updateComment", "deleteComment", "updateLabel", "deleteLabel")


def about_card(store: Store, card: Json) -> Json:
    """The `data` every action on a card carries: its board, list and short identity."""
    return {
        "board": about_board(store, card["idBoard"]),
        "list": about_list(store, card["idList"]),
        "card": {name: card[name] for name in ("id", "name", "idShort", "shortLink")},
    }


def about_board(store: Store, key: str) -> Json:
    """A board as action data names it."""
    return {name: store.tables["boards"][key][name] for name in ("id", "name", "shortLink")}


def about_list(store: Store, key: str) -> Json:
    """A list as action data names it."""
    return {name: store.tables["lists"][key][name] for name in ("id", "name")}


def record(store: Store, member: Json, kind: str, data: Json) -> Json:
    """Keep an action of `kind` by `member` and tell the listeners; touches the card's and board's last activity."""
    stamp = store.stamp()
    card_id, board_id = data.get("card", {}).get("id"), data.get("board", {}).get("id")
    action: Json = {
        "id": store.new_id(),
        "idMemberCreator": member["id"],
        "type": kind,
        "date": stamp,
        "data": data,
        "idCard": card_id,
        "idBoard": board_id,
    }
    if kind not in UNLISTED:
        store.add("actions", action)
    if card_id in store.tables["cards"]:
        store.tables["cards"][card_id]["dateLastActivity"] = stamp
    if board_id in store.tables["boards"]:
        store.tables["boards"][board_id]["dateLastActivity"] = stamp
    store.changed()
    for listener in store.on_action:
        listener(action)
    return action


def view(store: Store, action: Json) -> Json:
    """An action as the API and webhooks show it."""
    shown = {name: value for name, value in action.items() if name not in ("idCard", "idBoard")}
    creator = store.tables["members"][action["idMemberCreator"]]
    return {
        **shown,
        "appCreator": None,
        "limits": {},
        "memberCreator": views.brief_member(creator),
        "display": {"translationKey": translation_key(action), "entities": {}},
    }


def translation_key(action: Json) -> str:
    """The name of the sentence Trello shows for an action, for the kinds people meet most."""
    old = action["data"].get("old", {})
    if action["type"] == "updateCard":
        if "idList" in old:
            return "action_move_card_from_list_to_list"
        if "closed" in old:
            return "action_sent_card_to_board" if old["closed"] else "action_archived_card"
        if "name" in old:
            return "action_renamed_card"
        if "desc" in old:
            return "action_changed_description_of_card"
    known = {"createCard": "action_create_card", "commentCard": "action_comment_on_card"}
    return known.get(action["type"], "unknown")


def matching(store: Store, wanted: str, **equals: object) -> list[Json]:
    """Actions newest first by a `filter` such as "commentCard,updateCard:idList"; "all" means any kind."""
    kinds = [kind for kind in wanted.split(",") if kind] or ["all"]
    found = [action for action in store.rows("actions", **equals) if any(_is(action, kind) for kind in kinds)]
    return sorted(found, key=lambda action: (action["date"], action["id"]), reverse=True)


def _is(action: Json, kind: str) -> bool:
    name, _, change = kind.partition(":")
    return name in ("all", action["type"]) and (not change or change in action["data"].get("old", {}))
