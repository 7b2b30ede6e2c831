"""assistant.threads.*: what an agent is doing, and what it suggests to ask."""

from deploy.sandbox.slack.call import Call, method
from deploy.sandbox.slack.config import Json
from deploy.sandbox.slack.world import SlackError

PROMPTS_MOST = 4


@method("assistant.threads.setStatus", scope="chat:write", tier=5, takes_json=True)
def set_status(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/assistant.threads.setStatus"""
    world = call.sandbox.world
    channel = call.channel("channel_id")
    ts = call.needed("thread_ts")
    if world.find(channel["id"], ts) is None:
        raise SlackError("thread_not_found")
    if "status" not in call.args:
        raise SlackError("invalid_arguments", ["missing required field: status"])
    key = f"{channel['id']} {ts}"
    world.statuses.pop(key, None)
    if status := call.text("status"):
        world.statuses[key] = status
    world.touch()
    return {}


@method("assistant.threads.setSuggestedPrompts", scope="assistant:write", tier=4, takes_json=True)
def set_suggested_prompts(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts

    The app is an agent (`agent_view`), for which a call that names a thread "silently fails".
    """
    world, channel = call.sandbox.world, call.channel("channel_id")
    prompts = call.data("prompts", "invalid_arguments")
    if not isinstance(prompts, list) or not 0 < len(prompts) <= PROMPTS_MOST or not all(map(_is_prompt, prompts)):
        raise SlackError("invalid_arguments", ["prompts must be one to four objects with a title and a message"])
    if not call.text("thread_ts"):
        world.prompts[channel["id"]] = {"title": call.text("title"), "prompts": prompts}
        world.touch()
    return {}


def _is_prompt(prompt: object) -> bool:
    return isinstance(prompt, dict) and all(isinstance(prompt.get(key), str) for key in ("title", "message"))
