"""/_control/...: the hands of people and of tests; open to this machine only, and no part of Slack."""

import json
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import gestures, people, shared, views
from .api.conversations import channel_shape
from .config import Json
from .faults import Fault
from .people import Impossible
from .sandbox import Sandbox
from .world import SlackError

SETTINGS = ("events_url", "signing_secret", "retry_delays", "rate_limits", "subscribed", "answer_timeout", "scopes")
Doing = Callable[..., Json | None]
# These change the world and ask nobody: the lock is held around them. Gestures hold it themselves, but not while
# they wait for the app, which may well call the Web API before it answers.
LOCKED: dict[str, Doing] = {
    "say": people.say,
    "dm": people.dm,
    "edit": people.edit,
    "delete": people.delete,
    "delete_file": shared.delete_file,
    "forward": shared.forward,
    "unfurl": shared.unfurl,
    "react": people.react,
    "join": people.join,
    "leave": people.leave,
    "home": people.home,
}
GESTURES: dict[str, Doing] = {
    "command": gestures.command,
    "click": gestures.click,
    "shortcut": gestures.shortcut,
    "submit": gestures.submit,
    "close": gestures.close,
}


def do(sandbox: Sandbox, name: str, args: Json) -> Json:
    """Carry out one POST to /_control/<name>; Impossible when a person could not do it."""
    try:
        if name in GESTURES:
            return GESTURES[name](sandbox, **args) or {}
        if name in LOCKED:
            with sandbox.world.lock:
                done = LOCKED[name](sandbox, **args) or {}
                return (
                    {"ts": done["ts"], "channel": args.get("channel", "")} if "ts" in done else {"view": done or None}
                )
        if name in ORDERS:
            return ORDERS[name](sandbox, args)
    except TypeError as error:
        raise Impossible(f"{name}: {error}") from error
    except SlackError as error:
        raise Impossible(error.code) from error
    raise Impossible(f"there is no control called {name}")


def _config(sandbox: Sandbox, args: Json) -> Json:
    """Change settings; a new events_url goes through url_verification."""
    if unknown := set(args) - set(SETTINGS):
        raise Impossible(f"no such setting: {', '.join(sorted(unknown))}")
    if not str(args.get("events_url") or "http:").startswith(("http:", "https:")):
        raise Impossible("events_url must begin with http:// or https://")
    for name, value in args.items():
        setattr(sandbox.config, name, tuple(value) if isinstance(value, list) else value)
    return sandbox.delivery.verify_address() if args.get("events_url") else {}


def _fault(sandbox: Sandbox, args: Json) -> Json:
    try:
        sandbox.faults.order(Fault(**args))
    except ValueError as error:
        raise Impossible(str(error)) from error
    return {}


def _raw_event(sandbox: Sandbox, args: Json) -> Json:
    answer = sandbox.delivery.post_raw(args.get("envelope", args))
    return {"status": answer.status, "problem": answer.problem, "body": answer.body}


def _disconnect(sandbox: Sandbox, args: Json) -> Json:
    return {"asked": sandbox.hub.disconnect(args.get("reason", "refresh_requested"))}


ORDERS: dict[str, Callable[[Sandbox, Json], Json]] = {
    "config": _config,
    "faults": _fault,
    "raw_event": _raw_event,
    "disconnect": _disconnect,
}


def state(sandbox: Sandbox, _: Json) -> Json:
    """Who and what is there, and whether deliveries are still under way."""
    world = sandbox.world
    return {
        "rev": world.rev,
        "team": world.team,
        "bot": world.bot,
        "users": list(world.users.values()),
        "channels": [
            channel_shape(world, channel)
            | {"members": channel["members"], "last_ts": max(world.messages.get(channel["id"], {}), default="")}
            for channel in world.channels.values()
        ],
        "commands": list(sandbox.config.commands),
        "shortcuts": [{"callback_id": key, "name": name, "type": kind} for key, name, kind in sandbox.config.shortcuts],
        "statuses": world.statuses,
        "prompts": world.prompts,
        "events_url": sandbox.config.events_url,
        "sockets": sandbox.hub.connected,
        "pending": sandbox.delivery.pending,
    }


def messages(sandbox: Sandbox, query: Json) -> Json:
    """Everything in a channel or thread, oldest first; ephemerals apart, of one person when `user` is given."""
    world, channel = sandbox.world, people.place(sandbox, query["channel"])
    thread_ts = query.get("thread_ts", "")
    inside = [
        world.shape(channel["id"], message, metadata=True)
        | {"pings": message.get("_pings", []), "plain": message.get("_plain", False)}
        for message in world.messages.get(channel["id"], {}).values()
        if not thread_ts or message.get("thread_ts", message["ts"]) == thread_ts
    ]
    user_id = people.person(sandbox, query["user"]) if query.get("user") else ""
    hidden = [
        {
            **{key: value for key, value in message.items() if key[0] != "_"},
            "to": message["_to"],
            "pings": message.get("_pings", []),
        }
        for message in world.ephemerals
        if message["channel"] == channel["id"]
        and user_id in ("", message["_to"])
        and thread_ts in ("", message.get("thread_ts"))
    ]
    return {"channel": channel["id"], "messages": inside, "ephemerals": hidden}


def open_views(sandbox: Sandbox, query: Json) -> Json:
    """A person's open modals, the visible one last, and their App Home."""
    world, user_id = sandbox.world, people.person(sandbox, query["user"])
    home = world.homes.get(user_id)
    shown = [views.shape(view) | {"errors": view.get("_errors", {})} for view in views.stack(world, user_id)]
    return {"views": shown, "home": views.shape(home) if home else None}


LOOKS: dict[str, Callable[[Sandbox, Json], Json]] = {
    "state": state,
    "messages": messages,
    "views": open_views,
    "rev": lambda sandbox, _: {"rev": sandbox.world.rev},
    "deliveries": lambda sandbox, _: {"deliveries": list(sandbox.delivery.log), "pending": sandbox.delivery.pending},
    "calls": lambda sandbox, _: {"calls": list(sandbox.calls)},
    "faults": lambda sandbox, _: {"faults": sandbox.faults.listed()},
}
CLEARS: dict[str, Callable[[Sandbox], Any]] = {
    "calls": lambda sandbox: sandbox.calls.clear(),
    "deliveries": lambda sandbox: sandbox.delivery.log.clear(),
    "faults": lambda sandbox: sandbox.faults.clear(),
}


def _answer(sandbox: Sandbox, verb: str, name: str, query: Json, body: bytes) -> Response:
    try:
        if verb == "POST":
            args = json.loads(body or b"{}")
            return JSONResponse(do(sandbox, name, args))
        if verb == "DELETE" and name in CLEARS:
            CLEARS[name](sandbox)
            return JSONResponse({})
        if verb == "GET" and name in LOOKS:
            with sandbox.world.lock:
                return JSONResponse(LOOKS[name](sandbox, query))
    except Impossible as error:
        return JSONResponse({"error": str(error)}, 400)
    except (ValueError, KeyError) as error:
        return JSONResponse({"error": f"not understood: {error!r}"}, 400)
    return JSONResponse({"error": f"there is no {verb} {name}"}, 404)


def routes(sandbox: Sandbox) -> list[Route]:
    """One route for all of /_control/."""

    async def handle(request: Request) -> Response:
        body, query = await request.body(), dict(request.query_params)
        return await run_in_threadpool(_answer, sandbox, request.method, request.path_params["name"], query, body)

    return [Route("/_control/{name}", handle, methods=["GET", "POST", "DELETE"])]
