"""What hangs on a card: comments, labels, members, activity, and single fields (rest/api-group-cards)."""

from deploy.sandbox.trello import activity, views
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import Refused, invalid

from . import find
from .actions import change_comment, remove_comment
from .cards import card_of, change_card, update_card
from .labels import make_label


@route("POST", "/cards/{card}/actions/comments")
def comment(call: Call) -> object:
    """Write a comment; 400 when empty or above 16,384 characters."""
    card = card_of(call)
    if not (text := call.text("text")).strip():
        raise invalid("text")
    data = {"text": text, "textData": {"emoji": {}}, **activity.about_card(call.store, card)}
    return activity.view(call.store, activity.record(call.store, call.member, "commentCard", data))


@route("PUT", "/cards/{card}/actions/{action}/comments")
def edit_comment(call: Call) -> object:
    """Change a comment's text."""
    return change_comment(call)


@route("DELETE", "/cards/{card}/actions/{action}/comments")
def delete_comment(call: Call) -> object:
    """Delete a comment."""
    return remove_comment(call)


@route("GET", "/cards/{card}/actions")
def card_actions(call: Call) -> object:
    """What happened to the card, newest first; by default comments and moves, as Trello does."""
    return find.actions_view(call, "commentCard,updateCard:idList", idCard=card_of(call)["id"])


@route("POST", "/cards/{card}/idLabels")
def add_label(call: Call) -> object:
    """Put a label (`value`) of the same board on the card; 400 when it is there already."""
    card = card_of(call)
    label = call.store.tables["labels"].get(call.text("value"))
    if label is None or label["idBoard"] != card["idBoard"]:
        raise invalid("value")
    if label["id"] in card["idLabels"]:
        raise Refused(400, "that label is already on the card")
    change_card(call, card, {"idLabels": [*card["idLabels"], label["id"]]})
    return card["idLabels"]


@route("POST", "/cards/{card}/labels")
def add_new_label(call: Call) -> object:
    """Create a label on the card's board and put it on the card."""
    card = card_of(call)
    label = make_label(call, card["idBoard"])
    change_card(call, card, {"idLabels": [*card["idLabels"], label["id"]]})
    return views.label(label)


@route("DELETE", "/cards/{card}/idLabels/{label}")
def remove_label(call: Call) -> object:
    """Take a label off the card."""
    card = card_of(call)
    if call.args["label"] not in card["idLabels"]:
        raise Refused(400, "that label is not on the card")
    change_card(call, card, {"idLabels": [key for key in card["idLabels"] if key != call.args["label"]]})
    return {"_value": None}


@route("POST", "/cards/{card}/idMembers")
@route("POST", "/cards/{card}/members")
def add_member(call: Call) -> object:
    """Put a member (`value`) of the board on the card."""
    card, key = card_of(call), call.text("value")
    if key not in call.store.tables["boards"][card["idBoard"]]["idMembers"]:
        raise invalid("value")
    if key in card["idMembers"]:
        raise Refused(400, "member is already on the card")
    change_card(call, card, {"idMembers": [*card["idMembers"], key]})
    return _members(call, card)


@route("DELETE", "/cards/{card}/idMembers/{member}")
def remove_member(call: Call) -> object:
    """Take a member off the card."""
    card = card_of(call)
    if call.args["member"] not in card["idMembers"]:
        raise Refused(400, "member is not on the card")
    change_card(call, card, {"idMembers": [key for key in card["idMembers"] if key != call.args["member"]]})
    return _members(call, card)


@route("GET", "/cards/{card}/members")
def card_members(call: Call) -> object:
    """The people on the card."""
    return _members(call, card_of(call))


@route("GET", "/cards/{card}/pluginData")
def plugin_data(call: Call) -> object:
    """What Power-Ups keep on the card: none here."""
    card_of(call)
    return []


@route("GET", "/cards/{card}/customFieldItems")
def custom_field_items(call: Call) -> object:
    """The card's values of the board's custom fields."""
    return card_of(call).get("customFieldItems", [])


@route("GET", "/cards/{card}/board")
def card_board(call: Call) -> object:
    """The board the card is on."""
    return views.board(call.store, call.store.tables["boards"][card_of(call)["idBoard"]])


@route("GET", "/cards/{card}/list")
def card_list(call: Call) -> object:
    """The list the card is in."""
    return call.store.tables["lists"][card_of(call)["idList"]]


@route("GET", "/cards/{card}/{field}")
def card_field(call: Call) -> object:
    """One field, wrapped as {"_value": ...}."""
    return find.field(views.card(call.store, card_of(call)), call.args["field"])


@route("PUT", "/cards/{card}/{field}")
def update_card_field(call: Call) -> object:
    """PUT /cards/{id}/idList with `value`: the same as naming the field."""
    call.params = {**call.params, call.args["field"]: call.params.get("value")}
    return update_card(call)


def _members(call: Call, card: Json) -> list[Json]:
    return [views.brief_member(call.store.tables["members"][key]) for key in card["idMembers"]]
