"""Attachments of cards: links and small files (rest/api-group-cards)."""

import base64

from deploy.sandbox.trello import activity, views
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import Refused, invalid
from deploy.sandbox.trello.http import Answer

MOST_BYTES = 10 * 1024 * 1024  # as a free workspace allows


def attach(call: Call, card: Json, values: Json) -> Json:
    """Add an attachment to a card and record it."""
    store = call.store
    if len(store.rows("attachments", idCard=card["id"])) >= store.knobs.attachments_per_card:
        raise Refused(400, "The card has reached its limit of attachments.")
    row: Json = {
        "idCard": card["id"],
        "idMember": call.member["id"],
        "date": store.stamp(),
        "edgeColor": None,
        "previews": [],
        "pos": 16384 * (1 + len(store.rows("attachments", idCard=card["id"]))),
        "fileName": None,
        **values,
    }
    store.add("attachments", row)
    about = {name: views.attachment(store, row)[name] for name in ("id", "name", "url")}
    data = {**activity.about_card(store, card), "attachment": about}
    activity.record(store, call.member, "addAttachmentToCard", data)
    return views.attachment(store, row)


@route("GET", "/cards/{card}/attachments")
def list_attachments(call: Call) -> object:
    """Everything attached to the card."""
    card = call.store.need("cards", call.args["card"])
    return [views.attachment(call.store, row) for row in call.store.rows("attachments", idCard=card["id"])]


@route("POST", "/cards/{card}/attachments")
def create_attachment(call: Call) -> object:
    """Attach a `url` or a `file` (multipart), with an optional `name`."""
    card = call.store.need("cards", call.args["card"])
    if upload := call.upload:
        if len(upload.content) > MOST_BYTES:
            raise Refused(413, f"The sandbox keeps files up to {MOST_BYTES} bytes.")
        values: Json = {"name": call.text("name", 256) or upload.name, "fileName": upload.name, "isUpload": True}
        values |= {"mimeType": upload.mime, "bytes": len(upload.content), "url": ""}
        return attach(call, card, {**values, "content": base64.b64encode(upload.content).decode()})
    url = call.text("url", 2048)
    if not url.startswith(("http://", "https://")):
        raise invalid("url")
    name = call.text("name", 256) or url
    return attach(call, card, {"name": name, "url": url, "mimeType": "", "isUpload": False, "bytes": None})


def _find(call: Call) -> Json:
    row = call.store.need("attachments", call.args["attachment"])
    card = call.store.need("cards", call.args["card"])
    if row["idCard"] != card["id"]:
        raise Refused(404, "The requested resource was not found.")
    return row


@route("GET", "/cards/{card}/attachments/{attachment}")
def get_attachment(call: Call) -> object:
    """One attachment."""
    return views.attachment(call.store, _find(call))


@route("GET", "/cards/{card}/attachments/{attachment}/download/{name}")
def download(call: Call) -> object:
    """An uploaded file's content, always as a download."""
    row = _find(call)
    content = base64.b64decode(row.get("content", ""))
    return Answer(200, content, "application/octet-stream", {"Content-Disposition": "attachment"})


@route("DELETE", "/cards/{card}/attachments/{attachment}")
def delete_attachment(call: Call) -> object:
    """Take an attachment off the card."""
    row = _find(call)
    call.store.remove("attachments", row["id"])
    card = call.store.tables["cards"][row["idCard"]]
    data = {**activity.about_card(call.store, card), "attachment": {"id": row["id"], "name": row["name"]}}
    activity.record(call.store, call.member, "deleteAttachmentFromCard", data)
    return {"limits": {}}
