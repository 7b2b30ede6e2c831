"""What people do with the app: commands, clicks, shortcuts and forms, each answered by the app within three seconds.

Payloads: https://docs.slack.dev/reference/interaction-payloads and
https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from . import forms, views
from .answer import Answer
from .config import Json
from .people import Impossible, message_in, person, place
from .respond import show
from .sandbox import Sandbox
from .text import commanded, escape
from .world import SlackError

SLACKBOT = "USLACKBOT"


def _base(sandbox: Sandbox, user_id: str, view_id: str = "") -> Json:
    """The fields every interaction payload has."""
    world, user = sandbox.world, sandbox.world.users[user_id]
    return {
        "user": {"id": user_id, "username": user["name"], "name": user["name"], "team_id": world.team["id"]},
        "api_app_id": world.bot["app_id"],
        "token": sandbox.config.verification_token,
        "trigger_id": world.new_trigger(user_id, view_id),
        "team": {"id": world.team["id"], "domain": world.team["domain"]},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel_name(channel: Json) -> str:
    if channel.get("is_im"):
        return "directmessage"
    return "privategroup" if channel.get("is_private") else str(channel["name"])


def _result(answer: Answer) -> Json:
    """What the control API says about a gesture."""
    return {"status": "error" if answer.problem else "ok", "shown": answer.shown, "response": answer.json()}


def command(sandbox: Sandbox, *, user: str, channel: str, command: str, text: str = "") -> Json:
    """Type a slash command; its answer, or why there was none, is shown to the person."""
    world = sandbox.world
    with world.lock:
        user_id = person(sandbox, user)
        where = place(sandbox, channel, user_id)
        if command not in sandbox.config.commands:
            world.add_ephemeral(where["id"], user_id, {"user": SLACKBOT, "text": f"{command} is not a valid command."})
            return {"status": "unknown", "shown": "invalid_command", "response": {}}
        url = world.new_response_url(user_id, where["id"])
        entry = world.response_urls[url.partition("/respond/")[2]]
        payload = _command_payload(sandbox, user_id, where, command, text) | {"response_url": url}
    answer = sandbox.delivery.ask("command", payload)
    result = _result(answer)
    with world.lock:
        if answer.problem:
            _excuse(sandbox, where, user_id, f'{command} failed with the error "{answer.shown}"')
        elif result["response"]:
            try:
                show(sandbox, entry, result["response"])
            except SlackError as error:
                result |= {"status": "error", "shown": error.code}
                _excuse(sandbox, where, user_id, f'{command} failed with the error "{error.code}"')
    return result


def _command_payload(sandbox: Sandbox, user_id: str, where: Json, command: str, text: str) -> Json:
    world = sandbox.world
    return {
        "token": sandbox.config.verification_token,
        "team_id": world.team["id"],
        "team_domain": world.team["domain"],
        "channel_id": where["id"],
        "channel_name": _channel_name(where),
        "user_id": user_id,
        "user_name": world.users[user_id]["name"],
        "command": command,
        "text": _command_text(sandbox, text),
        "api_app_id": world.bot["app_id"],
        "is_enterprise_install": "false",
        "trigger_id": world.new_trigger(user_id),
    }


def _command_text(sandbox: Sandbox, text: str) -> str:
    world = sandbox.world
    if not sandbox.config.should_escape:
        return escape(text)
    return commanded(
        text, world.user_id, world.channel_id, lambda key: str((world.users | world.channels)[key]["name"])
    )


def _excuse(sandbox: Sandbox, channel: Json, user_id: str, words: str) -> None:
    sandbox.world.add_ephemeral(channel["id"], user_id, {"user": SLACKBOT, "text": words})


def click(
    sandbox: Sandbox,
    *,
    user: str,
    action_id: str,
    channel: str = "",
    ts: str = "",
    view_id: str = "",
    block_id: str = "",
    value: object = None,
    values: Json | None = None,
) -> Json:
    """Use an element of a message (channel and ts) or of a view (view_id, with what was typed so far in `values`)."""
    world = sandbox.world
    with world.lock:
        user_id = person(sandbox, user)
        if view_id:
            payload = _on_view(sandbox, user_id, view_id, values or {})
            blocks = payload["view"]["blocks"]
        else:
            payload, blocks = _on_message(sandbox, user_id, place(sandbox, channel, user_id), ts)
        block, element = forms.find(blocks, action_id, block_id, value)
        payload["actions"] = [forms.action(block, element, value, world.next_ts())]
    return _result(sandbox.delivery.ask("interactive", payload))


def _on_view(sandbox: Sandbox, user_id: str, view_id: str, values: Json) -> Json:
    view = _view(sandbox, user_id, view_id)
    view["state"]["values"] = forms.state(view["blocks"], values, view["state"]["values"])
    return {
        "type": "block_actions",
        **_base(sandbox, user_id, view_id),
        "container": {"type": "view", "view_id": view_id},
        "view": views.shape(view),
    }


def _on_message(sandbox: Sandbox, user_id: str, channel: Json, ts: str) -> tuple[Json, list[Json]]:
    world = sandbox.world
    hidden = next((m for m in world.ephemerals if m["ts"] == ts and m["_to"] == user_id), None)
    message = hidden or message_in(sandbox, channel, ts)
    container = {
        "type": "message",
        "message_ts": ts,
        "channel_id": channel["id"],
        "is_ephemeral": hidden is not None,
    }
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    payload = {
        "type": "block_actions",
        **_base(sandbox, user_id),
        "container": container,
        "channel": {"id": channel["id"], "name": _channel_name(channel)},
        "state": {"values": forms.state(message.get("blocks", []), {})},
        "response_url": world.new_response_url(user_id, channel["id"], ts, ephemeral=hidden is not None),
    }
    if hidden is None:
        payload["message"] = world.shape(channel["id"], message)
    return payload, message.get("blocks", [])


def shortcut(sandbox: Sandbox, *, user: str, callback_id: str, channel: str = "", ts: str = "") -> Json:
    """Use a shortcut on a message, or (without channel and ts) a global one."""
    world = sandbox.world
    with world.lock:
        user_id = person(sandbox, user)
        offered = {(key, kind) for key, _, kind in sandbox.config.shortcuts}
        if (callback_id, "message" if ts else "global") not in offered:
            raise Impossible(f"the app has no shortcut {callback_id} {'for messages' if ts else 'that is global'}")
        payload = {"type": "shortcut", "callback_id": callback_id, **_base(sandbox, user_id)}
        payload["action_ts"] = world.next_ts()
        if ts:
            where = place(sandbox, channel, user_id)
            payload |= {
                "type": "message_action",
                "message_ts": ts,
                "response_url": world.new_response_url(user_id, where["id"]),
                "message": world.shape(where["id"], message_in(sandbox, where, ts)),
                "channel": {"id": where["id"], "name": _channel_name(where)},
            }
    return _result(sandbox.delivery.ask("interactive", payload))


def _view(sandbox: Sandbox, user_id: str, view_id: str) -> Json:
    view = views.find(sandbox.world, view_id)
    if view is None or view["_user"] != user_id:
        raise Impossible("that view is not open for this person")
    return view


def submit(sandbox: Sandbox, *, user: str, view_id: str, values: Json | None = None) -> Json:
    """Send a modal: "blocked" by Slack itself, "errors" from the app, "ok", or "error" when nobody answered well."""
    world = sandbox.world
    with world.lock:
        user_id = person(sandbox, user)
        view = _view(sandbox, user_id, view_id)
        state = forms.state(view["blocks"], values or {}, view["state"]["values"])
        view["state"]["values"] = state
        if blocked := forms.complaints(view["blocks"], state):
            view["_errors"] = blocked
            world.touch()
            return {"status": "blocked", "shown": "", "response": {}, "errors": blocked}
        payload = {
            "type": "view_submission",
            **_base(sandbox, user_id, view_id),
            "view": views.shape(view),
            "response_urls": [],
        }
    answer = sandbox.delivery.ask("interactive", payload)
    result = _result(answer)
    if not answer.problem:
        with world.lock:
            _obey(sandbox, view, result)
    return result


def _obey(sandbox: Sandbox, view: Json, result: Json) -> None:
    """Do what the answer to a view_submission says (https://docs.slack.dev/surfaces/modals/)."""
    world, response = sandbox.world, result["response"]
    wish = response.get("response_action")
    try:
        if wish == "errors":
            view["_errors"] = response.get("errors", {})
            result |= {"status": "errors", "errors": view["_errors"]}
            world.touch()
        elif wish == "update":
            views.change(world, view, views.checked(response.get("view"), "modal"))
        elif wish == "push":
            views.push(world, view["_user"], views.checked(response.get("view"), "modal"))
        elif wish == "clear":
            views.close(world, view, everything=True)
        elif not response:
            views.close(world, view)
        else:
            raise SlackError("invalid_arguments", ["unknown response_action"])
    except SlackError as error:
        result |= {"status": "error", "shown": error.code, "messages": error.messages}


def close(sandbox: Sandbox, *, user: str, view_id: str, everything: bool = False) -> Json:
    """Close a modal with its cross or Cancel; the app hears of it when it asked to (notify_on_close)."""
    world = sandbox.world
    with world.lock:
        user_id = person(sandbox, user)
        view = _view(sandbox, user_id, view_id)
        views.close(world, view, everything=everything or view["clear_on_close"])
        payload = {
            "type": "view_closed",
            **_base(sandbox, user_id),
            "view": views.shape(view),
            "is_cleared": everything,
        }
        del payload["trigger_id"]
    if view["notify_on_close"]:
        return _result(sandbox.delivery.ask("interactive", payload))
    return {"status": "ok", "shown": "", "response": {}}
