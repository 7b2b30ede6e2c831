"""Webhooks: registering, changing and removing them (rest/api-group-webhooks, guides/rest-api/webhooks)."""

import ipaddress
import socket
from urllib.parse import urlsplit

import requests

from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import NOT_FOUND, Refused, invalid


@route("POST", "/webhooks", locked=False)
@route("POST", "/tokens/{token}/webhooks", locked=False)
def create_webhook(call: Call) -> object:
    """Watch `idModel` (board, list, card or member); `callbackURL` must answer HEAD with 200 first."""
    url, model = call.text("callbackURL", 2048), call.text("idModel")
    with call.store.lock:
        _check_token(call)
        _check_model(call, model)
        if call.store.rows("webhooks", callbackURL=url, idModel=model):
            raise Refused(400, "A webhook with that callback, model, and token already exists")
    probe(url)
    row: Json = {
        "description": call.text("description"),
        "idModel": model,
        "callbackURL": url,
        "active": call.flag("active", default=True),
        "consecutiveFailures": 0,
        "firstConsecutiveFailDate": None,
    }
    with call.store.lock:
        call.store.add("webhooks", row)
        call.store.changed()
    return row


@route("GET", "/tokens/{token}/webhooks")
def list_webhooks(call: Call) -> object:
    """Every webhook of the token."""
    _check_token(call)
    return call.store.rows("webhooks")


@route("GET", "/webhooks/{webhook}")
@route("GET", "/tokens/{token}/webhooks/{webhook}")
def get_webhook(call: Call) -> object:
    """One webhook, with its consecutive failures."""
    return _webhook(call)


@route("PUT", "/webhooks/{webhook}", locked=False)
@route("PUT", "/tokens/{token}/webhooks/{webhook}", locked=False)
def update_webhook(call: Call) -> object:
    """Change description, callbackURL (checked again), idModel or active."""
    with call.store.lock:
        row = _webhook(call)
        wanted: Json = {name: call.text(name) for name in ("description", "callbackURL", "idModel") if call.has(name)}
        if call.has("active"):
            wanted["active"] = call.flag("active")
        _check_model(call, str(wanted.get("idModel", row["idModel"])))
    if "callbackURL" in wanted:
        probe(wanted["callbackURL"])
    with call.store.lock:
        row.update(wanted)
        call.store.changed()
    return row


@route("DELETE", "/webhooks/{webhook}")
@route("DELETE", "/tokens/{token}/webhooks/{webhook}")
def delete_webhook(call: Call) -> object:
    """Stop watching."""
    call.store.remove("webhooks", _webhook(call)["id"])
    call.store.changed()
    return {"_value": None}


def probe(url: str) -> None:
    """400 unless the address is on this machine or network and answers HEAD with exactly 200."""
    if not near(url):
        raise Refused(400, f"URL ({url}) is outside this machine's network, and nothing leaves the sandbox")
    try:
        with requests.Session() as session:
            session.trust_env = False
            status = session.head(url, timeout=10, allow_redirects=False).status_code
    except requests.RequestException as error:
        raise Refused(400, f"URL ({url}) could not be reached: {type(error).__name__}") from error
    if status != 200:
        raise Refused(400, f"URL ({url}) did not return 200 status code, got {status}")


def near(url: str) -> bool:
    """True when the host of an http(s) address is loopback or private."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise invalid("callbackURL")
    try:
        found = socket.getaddrinfo(parts.hostname, None)
    except OSError:
        return False
    return all(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]).is_private for entry in found)


def _webhook(call: Call) -> Json:
    _check_token(call)
    return call.store.need("webhooks", call.args["webhook"])


def _check_token(call: Call) -> None:
    if call.args.get("token", call.store.config.token) != call.store.config.token:
        raise Refused(404, "token not found")


def _check_model(call: Call, key: str) -> None:
    if not any(key in call.store.tables[table] for table in ("boards", "lists", "cards", "members")):
        raise invalid("idModel") if len(key) != 24 else Refused(404, NOT_FOUND)
