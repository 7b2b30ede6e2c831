"""Modals and App Homes: how a view is stored, opened, pushed, changed and closed, whoever asks for it."""

import copy
import secrets

from .blockkit import blocks as blockkit
from .config import Json
from .world import SlackError, World, new_id

STACK_MOST = 3
FIELDS = (
    "type",
    "title",
    "blocks",
    "close",
    "submit",
    "private_metadata",
    "callback_id",
    "external_id",
    "clear_on_close",
    "notify_on_close",
)
PLAIN: Json = {
    "title": None,
    "close": None,
    "submit": None,
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
}


def checked(view: object, kind: str) -> Json:
    """A view Slack would take; invalid_arguments with every complaint, or view_too_large (250 kB)."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["missing required field: view"])
    if errors := blockkit.view_errors(view, kind):
        raise SlackError("invalid_arguments", errors)
    if len(str(view)) > blockkit.VIEW_MOST:
        raise SlackError("view_too_large")
    return {**view, "blocks": blockkit.with_ids(copy.deepcopy(view["blocks"]))}


def stack(world: World, user_id: str) -> list[Json]:
    """A person's open modals, the visible one last."""
    return [view for view in world.views.values() if view["_user"] == user_id and view["type"] == "modal"]


def shape(view: Json) -> Json:
    """A view as Slack shows it."""
    return {key: copy.deepcopy(value) for key, value in view.items() if key[0] != "_"}


def _new(world: World, user_id: str, given: Json) -> Json:
    external_id = given.get("external_id", "")
    if external_id and any(
        view["external_id"] == external_id for view in [*world.views.values(), *world.homes.values()]
    ):
        raise SlackError("duplicate_external_id")
    view = {
        "id": new_id("V"),
        "team_id": world.team["id"],
        **copy.deepcopy(PLAIN),
        **{key: given[key] for key in FIELDS if given.get(key) is not None},
        "state": {"values": {}},
        "hash": _hash(world),
        "app_id": world.bot["app_id"],
        "app_installed_team_id": world.team["id"],
        "bot_id": world.bot["bot_id"],
        "_user": user_id,
    }
    return view | {"root_view_id": view["id"], "previous_view_id": None}


def _hash(world: World) -> str:
    return f"{int(world.now())}.{secrets.token_urlsafe(6)}"


def open_modal(world: World, user_id: str, given: Json) -> Json:
    """Open a modal in place of whatever the person had open."""
    view = _new(world, user_id, given)
    for old in stack(world, user_id):
        del world.views[old["id"]]
    world.views[view["id"]] = view
    world.touch()
    return view


def push(world: World, user_id: str, given: Json) -> Json:
    """Put a modal on top of the open one; at most three."""
    below = stack(world, user_id)
    if not below:
        raise SlackError("not_found")
    if len(below) >= STACK_MOST:
        raise SlackError("push_limit_reached")
    view = _new(world, user_id, given) | {"root_view_id": below[0]["id"], "previous_view_id": below[-1]["id"]}
    world.views[view["id"]] = view
    world.touch()
    return view


def change(world: World, view: Json, given: Json) -> Json:
    """Replace what a view shows; what the person typed stays where block and action keep their ids."""
    kept = {block["block_id"] for block in given["blocks"]}
    fresh = {**copy.deepcopy(PLAIN), **{key: given[key] for key in FIELDS if given.get(key) is not None}}
    if not given.get("external_id"):
        fresh["external_id"] = view["external_id"]
    view.update(fresh)
    view["state"] = {"values": {key: value for key, value in view["state"]["values"].items() if key in kept}}
    view["hash"] = _hash(world)
    view.pop("_errors", None)
    world.touch()
    return view


def publish(world: World, user_id: str, given: Json) -> Json:
    """Set a person's App Home."""
    home = world.homes.get(user_id)
    if home is None:
        home = world.homes[user_id] = _new(world, user_id, given)
        world.touch()
        return home
    return change(world, home, given)


def close(world: World, view: Json, *, everything: bool = False) -> None:
    """Take away a modal, or the whole stack it is in."""
    for old in stack(world, view["_user"]):
        if everything or old["id"] == view["id"]:
            world.views.pop(old["id"], None)
    world.touch()


def find(world: World, view_id: str) -> Json | None:
    """An open modal or a published home by id."""
    homes = {home["id"]: home for home in world.homes.values()}
    return world.views.get(view_id) or homes.get(view_id)
