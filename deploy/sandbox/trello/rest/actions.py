"""Single actions, above all comments: reading, changing and deleting them (rest/api-group-actions)."""

from deploy.sandbox.trello import activity
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import Refused, invalid


@route("GET", "/actions/{action}")
def get_action(call: Call) -> object:
    """One action."""
    return activity.view(call.store, call.store.need("actions", call.args["action"]))


@route("PUT", "/actions/{action}")
@route("PUT", "/actions/{action}/text")
def change_comment(call: Call) -> object:
    """Change a comment's text (`text`, or `value` on /text); only its writer may."""
    action = _own_comment(call)
    text = call.text("text") or call.text("value")
    if not text.strip():
        raise invalid("text")
    old = action["data"]["text"]
    action["data"] = {**action["data"], "text": text, "dateLastEdited": call.store.stamp()}
    _record(call, action, "updateComment", {"action": {"id": action["id"], "text": text}, "old": {"text": old}})
    return activity.view(call.store, action)


@route("DELETE", "/actions/{action}")
def remove_comment(call: Call) -> object:
    """Delete a comment; only its writer may."""
    action = _own_comment(call)
    call.store.remove("actions", action["id"])
    _record(call, action, "deleteComment", {"action": {"id": action["id"]}})
    return {"_value": None}


def _own_comment(call: Call) -> Json:
    action = call.store.need("actions", call.args["action"])
    if action["type"] != "commentCard":
        raise Refused(400, "only comments can be changed or deleted")
    if action["idMemberCreator"] != call.member["id"]:
        raise Refused(401, "unauthorized permission requested")
    return action


def _record(call: Call, action: Json, kind: str, data: Json) -> None:
    card = call.store.tables["cards"][action["idCard"]]
    activity.record(call.store, call.member, kind, {**activity.about_card(call.store, card), **data})
