"""views.open, views.push, views.update and views.publish (https://docs.slack.dev/reference/methods?family=views)."""

from deploy.sandbox.slack import views
from deploy.sandbox.slack.call import Call, method
from deploy.sandbox.slack.config import Json
from deploy.sandbox.slack.world import SlackError


def _person(call: Call) -> str:
    """Who a trigger speaks for; it lives three seconds and is used once, by whichever call presents it first."""
    world, config = call.sandbox.world, call.sandbox.config
    trigger = world.triggers.get(call.needed("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_arguments", ["invalid `trigger_id`"])
    if world.now() - trigger["made"] > config.trigger_life:
        raise SlackError("expired_trigger_id")
    if trigger["used"]:
        raise SlackError("exchanged_trigger_id")
    trigger["used"] = True
    return str(trigger["user"])


def _given(call: Call, kind: str) -> Json:
    return views.checked(call.data("view", "invalid_arguments"), kind)


@method("views.open", tier=4, takes_json=True)
def views_open(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.open"""
    given = _given(call, "modal")
    return {"view": views.shape(views.open_modal(call.sandbox.world, _person(call), given))}


@method("views.push", tier=4, takes_json=True)
def views_push(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.push"""
    given = _given(call, "modal")
    return {"view": views.shape(views.push(call.sandbox.world, _person(call), given))}


@method("views.update", tier=4, takes_json=True)
def views_update(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.update"""
    world, view_id, external_id = call.sandbox.world, call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise SlackError("invalid_arguments", ["missing required field: view_id or external_id"])
    view = (
        views.find(world, view_id)
        if view_id
        else next(
            (view for view in [*world.views.values(), *world.homes.values()] if view["external_id"] == external_id),
            None,
        )
    )
    if view is None:
        raise SlackError("not_found")
    given = _given(call, view["type"])
    _same_hash(call, view)
    return {"view": views.shape(views.change(world, view, given))}


@method("views.publish", tier=4, takes_json=True)
def views_publish(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/views.publish"""
    world, user_id = call.sandbox.world, call.needed("user_id")
    if user_id not in world.users or world.users[user_id]["is_bot"]:
        raise SlackError("invalid_arguments", ["invalid `user_id`"])
    given = _given(call, "home")
    if user_id in world.homes:
        _same_hash(call, world.homes[user_id])
    return {"view": views.shape(views.publish(world, user_id, given))}


def _same_hash(call: Call, view: Json) -> None:
    if call.text("hash") and call.text("hash") != view["hash"]:
        raise SlackError("hash_conflict")
