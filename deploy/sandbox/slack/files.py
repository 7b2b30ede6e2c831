"""Files of messages: uploading and deleting one, what Slack says of it, and the address the app fetches it from.

https://docs.slack.dev/reference/objects/file-object and https://docs.slack.dev/messaging/working-with-files
"""

import base64
import mimetypes
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from .config import Json
from .sandbox import Sandbox
from .web import trouble
from .world import World, new_id

DOWNLOAD = "files.download"  # what a fetched file is called among calls and faults
LOGIN = "<!DOCTYPE html><html><head><title>Slack</title></head><body><form>Sign in to Roomquill</form></body></html>"


def upload(world: World, user_id: str, given: Json) -> Json:
    """Store a file; the answer is what a message says of it.

    `given` has `name` and `content` (base64). Besides: `mimetype` and `size` as they are promised, `connect` for a file
    of another organisation, `external` for an address outside Slack, `redirect` for where its address leads.
    """
    content, name = base64.b64decode(given.get("content", "")), str(given["name"])
    mimetype = given.get("mimetype") or mimetypes.guess_type(name)[0] or "application/octet-stream"
    file_id, base = new_id("F"), world.config.base_url
    place = f"{base}/files-pri/{world.team['id']}-{file_id}"
    made: Json = {
        "id": file_id,
        "created": int(world.now()),
        "timestamp": int(world.now()),
        "name": name,
        "title": name,
        "mimetype": mimetype,
        "filetype": name.rpartition(".")[2].lower() or "binary",
        "user": user_id,
        "user_team": world.team["id"],
        "editable": False,
        "size": given.get("size", len(content)),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "url_private": f"{place}/{quote(name)}",
        "url_private_download": f"{place}/download/{quote(name)}",
        "permalink": f"{base}/files/{user_id}/{file_id}/{quote(name)}",
        "file_access": "visible",
    }
    if address := given.get("external"):
        del made["url_private_download"]
        made |= {"mode": "external", "is_external": True, "external_type": "gdrive", "url_private": address}
    kept = {"_content": base64.b64encode(content).decode(), "_redirect": given.get("redirect", "")}
    world.files[file_id] = made | kept
    if given.get("connect"):
        # https://docs.slack.dev/reference/events/message/file_share (Slack Connect files)
        return {**dict.fromkeys(("created", "timestamp"), 0), "id": file_id, "user": ""} | {
            "mode": "file_access",
            "file_access": "check_file_info",
        }
    return made


def shape(file: Json) -> Json:
    """A file as files.info shows it."""
    return {key: value for key, value in file.items() if key[0] != "_"}


def tombstone(file_id: str) -> Json:
    """What is left of a deleted file in its message."""
    return {"id": file_id, "mode": "tombstone"}


def routes(sandbox: Sandbox) -> list[Route]:
    """The private addresses of files."""

    async def download(request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        return await run_in_threadpool(_download, sandbox, request.path_params["file"], token)

    addresses = ("/files-pri/{file}/download/{name}", "/files-pri/{file}/{name}")
    return [Route(address, download, methods=["GET"]) for address in addresses]


def _download(sandbox: Sandbox, place: str, token: str) -> Response:
    """The file; a token that may not have it, or has not the scope, is shown the sign-in page with status 200."""
    file_id, config = place.rpartition("-")[2], sandbox.config
    note: Json = {"method": DOWNLOAD, "args": {"file": file_id}, "ok": False, "error": "", "status": 200}
    sandbox.calls.append(note)
    fault = sandbox.faults.take(DOWNLOAD)
    if fault and not fault.after:
        return trouble(sandbox, fault, None, note)
    with sandbox.world.lock:
        file = sandbox.world.files.get(file_id)
    response: Response
    if token != config.bot_token or "files:read" not in config.scopes:
        note["error"] = "sign in"
        response = HTMLResponse(LOGIN)
    elif file is None:
        note |= {"error": "file_not_found", "status": 404}
        response = HTMLResponse("<!DOCTYPE html><title>Not found</title>", 404)
    elif file["_redirect"]:
        note |= {"error": "redirect", "status": 302}
        response = RedirectResponse(file["_redirect"], 302)
    else:
        note["ok"] = True
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file['name'])}"}
        response = Response(base64.b64decode(file["_content"]), 200, headers, file["mimetype"])
    return trouble(sandbox, fault, response, note) if fault else response
