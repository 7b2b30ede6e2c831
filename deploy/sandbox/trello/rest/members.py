"""People and the token they act with (rest/api-group-members, rest/api-group-tokens)."""

from deploy.sandbox.trello import views
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import Refused

from . import find
from .cards import cards_view


def member_of(call: Call) -> Json:
    """The member in the path: `me`, an id or a username."""
    key = call.args["member"]
    if key == "me":
        return call.member
    found = call.store.rows("members", username=key)
    return found[0] if found else call.store.need("members", key)


@route("GET", "/members/{member}")
def get_member(call: Call) -> object:
    """A person; `me` is the owner of the token."""
    person = member_of(call)
    mine = [board["id"] for board in call.store.rows("boards") if person["id"] in board["idMembers"]]
    return views.pick({**views.member(person), "idBoards": mine, "idOrganizations": []}, call.params.get("fields"))


@route("GET", "/members/{member}/boards")
@route("GET", "/members/{member}/boards/{filter}")
def member_boards(call: Call) -> object:
    """Boards the person is on; filter all (default), open or closed."""
    person = member_of(call)
    state = call.args.get("filter") or str(call.params.get("filter") or "all")
    mine = [board for board in call.store.rows("boards") if person["id"] in board["idMembers"]]
    shown = [views.board(call.store, board) for board in find.by_state(mine, state)]
    return [views.pick(board, call.params.get("fields")) for board in shown]


@route("GET", "/members/{member}/cards")
def member_cards(call: Call) -> object:
    """Open cards the person is on."""
    person = member_of(call)
    rows = [card for card in call.store.rows("cards", closed=False) if person["id"] in card["idMembers"]]
    return cards_view(call, rows)


@route("GET", "/members/{member}/actions")
def member_actions(call: Call) -> object:
    """What the person did, newest first."""
    return find.actions_view(call, "all", idMemberCreator=member_of(call)["id"])


@route("GET", "/members/{member}/organizations")
def member_organizations(call: Call) -> object:
    """Workspaces of the person: none here."""
    member_of(call)
    return []


@route("GET", "/tokens/{token}")
def get_token(call: Call) -> object:
    """The token itself: whose it is and what it may do."""
    _check(call)
    every = {"idModel": "*", "read": True, "write": True}
    return {
        "id": call.member["id"],
        "identifier": "Inkling",
        "idMember": call.member["id"],
        "dateCreated": "2026-01-05T09:00:00.000Z",
        "dateExpires": None,
        "permissions": [{**every, "modelType": kind} for kind in ("Board", "Organization", "Enterprise")],
    }


@route("GET", "/tokens/{token}/member")
def token_member(call: Call) -> object:
    """The person the token belongs to."""
    _check(call)
    return views.member(call.member)


@route("DELETE", "/tokens/{token}")
def revoke_token(call: Call) -> object:
    """Revoke the token: from now on every call with it gets 401, until control sets `revoked` to false."""
    _check(call)
    call.store.knobs.revoked = True
    return {}


def _check(call: Call) -> None:
    if call.args["token"] != call.store.config.token:
        raise Refused(404, "token not found")
