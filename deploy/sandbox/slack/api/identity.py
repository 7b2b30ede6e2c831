"""auth.test, team.info, users.* and apps.connections.open."""

from deploy.sandbox.slack.call import Call, method
from deploy.sandbox.slack.config import Json
from deploy.sandbox.slack.world import SlackError, World


def user_shape(world: World, user: Json) -> Json:
    """A person as users.info shows them (https://docs.slack.dev/reference/objects/user-object)."""
    profile = {
        "real_name": user["real_name"],
        "display_name": user["name"],
        "real_name_normalized": user["real_name"],
        "display_name_normalized": user["name"],
        "team": world.team["id"],
        "status_text": "",
        "status_emoji": "",
    }
    shape: Json = {
        "id": user["id"],
        "team_id": world.team["id"],
        "name": user["name"],
        "real_name": user["real_name"],
        "deleted": False,
        "tz": "Europe/Amsterdam",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": user["is_bot"],
        "is_app_user": False,
        "updated": 1700000000,
    }
    if user["is_bot"]:
        profile |= {"bot_id": world.bot["bot_id"], "api_app_id": world.bot["app_id"]}
    return shape


@method("auth.test", tier=5, reads=True, takes_json=True)
def auth_test(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/auth.test"""
    world = call.sandbox.world
    return {
        "url": f"{call.sandbox.config.base_url}/",
        "team": world.team["name"],
        "user": world.bot["name"],
        "team_id": world.team["id"],
        "user_id": world.bot["id"],
        "bot_id": world.bot["bot_id"],
        "is_enterprise_install": False,
    }


@method("team.info", scope="team:read", reads=True)
def team_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/team.info"""
    team, icon = call.sandbox.world.team, {"image_default": True}
    if call.text("team", team["id"]) != team["id"]:
        raise SlackError("team_not_found")
    return {"team": {**team, "email_domain": "", "icon": icon, "url": f"{call.sandbox.config.base_url}/"}}


@method("users.info", scope="users:read", tier=4, reads=True)
def users_info(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.info"""
    world = call.sandbox.world
    user = world.users.get(call.needed("user", "user_not_found"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_shape(world, user)}


@method("users.list", scope="users:read", tier=2, reads=True)
def users_list(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/users.list"""
    world = call.sandbox.world
    shown, following = call.page(list(world.users.values()), most=1000, usual=1000)
    return {
        "members": [user_shape(world, user) for user in shown],
        "cache_ts": int(world.now()),
        "response_metadata": {"next_cursor": following},
    }


@method("apps.connections.open", tier=1, caller="app")
def apps_connections_open(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/apps.connections.open"""
    return {"url": call.sandbox.hub.new_url()}
