"""The page's own addresses: the shell, its files, what it shows, and changes made as the person chosen on it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from deploy.sandbox.trello import activity, views
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import Refused
from deploy.sandbox.trello.http import Answer, Incoming, as_json, as_text
from deploy.sandbox.trello.store import Store

from . import text

if TYPE_CHECKING:
    from deploy.sandbox.trello.app import Sandbox

_STATIC = Path(__file__).with_name("static")
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self' http://127.0.0.1:* http://localhost:*",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def answer(sandbox: "Sandbox", incoming: Incoming) -> Answer:
    """Answer a request of a person's browser."""
    path = incoming.path
    try:
        if path == "/" or path.startswith(("/b/", "/c/")):
            return _file("index.html")
        if path.startswith("/_page/static/"):
            return _file(path.removeprefix("/_page/static/"))
        if path.startswith("/_page/1/"):
            return _act(sandbox, incoming)
        with sandbox.store.lock:
            return _read(sandbox.store, incoming)
    except Refused as refused:
        return as_text(refused.text, refused.status)


def _file(name: str) -> Answer:
    file = _STATIC / name
    if "/" in name or not file.is_file():
        raise Refused(404, "There is no such page.")
    return Answer(200, file.read_bytes(), _KINDS[file.suffix], dict(_HEADERS))


def _act(sandbox: "Sandbox", incoming: Incoming) -> Answer:
    """A REST call made by the person named in X-Member; not counted, not logged, not spoiled by faults."""
    with sandbox.store.lock:
        person = sandbox.store.need("members", incoming.headers.get("x-member", ""))
    return sandbox.gate.perform(replace(incoming, path=incoming.path.removeprefix("/_page")), person)


def _read(store: Store, incoming: Incoming) -> Answer:
    kind, _, key = incoming.path.removeprefix("/_page/").partition("/")
    if kind == "boards":
        return as_json({"boards": [views.board(store, row) for row in store.rows("boards", closed=False)]})
    if kind == "board":
        if dict(parse_qsl(incoming.query)).get("since") == str(store.version):
            return Answer(204)
        return as_json(_board(store, store.need("boards", key, "There is no such board.")))
    if kind == "card":
        return as_json(_card(store, store.need("cards", key, "There is no such card.")))
    raise Refused(404, "There is no such page.")


def _board(store: Store, row: Json) -> Json:
    lists = [item for item in store.in_order("lists", idBoard=row["id"]) if not item["closed"]]
    cards = [card for card in store.in_order("cards", idBoard=row["id"]) if not card["closed"]]
    hidden = ("desc", "descData", "checkItemStates", "cover")
    shown = [{k: v for k, v in views.card(store, card).items() if k not in hidden} for card in cards]
    members = [{"id": m["id"], "fullName": m["fullName"], "initials": m["initials"]} for m in store.rows("members")]
    closed = len(store.rows("cards", idBoard=row["id"])) - len(cards)
    board = {name: row[name] for name in ("id", "name", "shortLink")}
    return {
        "version": store.version,
        "board": board,
        "lists": lists,
        "cards": shown,
        "members": members,
        "archived": closed,
    }


def _card(store: Store, row: Json) -> Json:
    actions = activity.matching(store, "all", idCard=row["id"])
    told = [_told(store, action) for action in actions if not _is_small(action)]
    return {
        "version": store.version,
        "card": views.card(store, row),
        "descHtml": text.html(row["desc"]),
        "list": store.tables["lists"][row["idList"]]["name"],
        "checklists": [views.checklist(item) for item in store.in_order("checklists", idCard=row["id"])],
        "attachments": [views.attachment(store, item) for item in store.rows("attachments", idCard=row["id"])],
        "story": told[:200],
    }


def _is_small(action: Json) -> bool:
    """Too small for the story: a place in the list, the making of single items."""
    return action["type"] == "createCheckItem" or set(action["data"].get("old", ())) == {"pos"}


def _told(store: Store, action: Json) -> Json:
    person = store.tables["members"][action["idMemberCreator"]]
    told = {"id": action["id"], "date": action["date"], "who": person["fullName"], "initials": person["initials"]}
    told["what"] = text.sentence(action)
    if action["type"] == "commentCard":
        told["html"] = text.html(action["data"]["text"])
    return told
