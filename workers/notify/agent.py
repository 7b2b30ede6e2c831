"""The agent's surface in direct messages: what it is busy with, and what one may ask; nothing depends on it."""

from typing import Any

from bot.core import log
from bot.core.errors import Later
from bot.core.slack.notes import PROMPTS, PROMPTS_TITLE
from workers.base import Job
from workers.notify.client import Refused, Unknown, call, configured

LOOKING, WRITING = "is looking it up…", "is writing it up…"
_log = log.get("slack.agent")
# Methods that Slack does not let us use, as in an app that was installed before there was a surface for agents.
_off: set[str] = set()


def busy(channel: str, thread_ts: str, words: str) -> None:
    """Show under a thread what we are doing; a message of ours ends it, as do empty words."""
    _try("assistant_threads_setStatus", channel_id=channel, thread_ts=thread_ts, status=words)


def suggest(job: Job) -> None:
    """Offer in direct messages `job.payload["channel"]` what one may ask.

    https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts: an agent names no thread.
    """
    prompts = [{"title": title, "message": message} for title, message in PROMPTS]
    if configured():
        _try(
            "assistant_threads_setSuggestedPrompts",
            channel_id=job.payload["channel"],
            title=PROMPTS_TITLE,
            prompts=prompts,
        )


def _try(method: str, **arguments: Any) -> None:  # noqa: ANN401  # each method takes its own
    """Call a method once; that it failed is no matter to anybody."""
    if method in _off:
        return
    try:
        call(method, **arguments)
    except Refused as refused:
        if refused.code == "missing_scope":
            _off.add(method)
        _log.info("not shown", method=method, code=refused.code, needed=refused.needed)
    except (Unknown, Later) as error:
        _log.info("not shown", method=method, reason=str(error))
