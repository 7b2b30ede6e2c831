"""Messages an app writes, whichever way they come in: checked, escaped, with ids filled in; nothing is stored here."""

import copy
import json

from . import text as words
from .blockkit import blocks as blockkit
from .call import Call
from .config import Json
from .world import SlackError, World

TEXT_MOST = 40_000
MARKDOWN_MOST = 12_000
METADATA_MOST = 16_000
ATTACHMENTS_MOST = 100


def author(world: World) -> Json:
    """The fields that say a message is the app's."""
    bot = world.bot
    profile = {
        "id": bot["bot_id"],
        "app_id": bot["app_id"],
        "name": bot["real_name"],
        "deleted": False,
        "updated": 1700000000,
        "team_id": world.team["id"],
    }
    return {"user": bot["id"], "bot_id": bot["bot_id"], "app_id": bot["app_id"], "bot_profile": profile}


def content(call: Call, *, update: bool = False) -> Json:
    """Text, blocks, attachments and metadata of an app's message.

    Raises the documented errors of chat.postMessage. With `update`, only what was given is returned, so that the rest
    of the message stays (https://docs.slack.dev/reference/methods/chat.update).
    """
    text, blocks = _words(call)
    made: Json = {} if update and "text" not in call.args and "markdown_text" not in call.args else {"text": text}
    if blocks is not None:
        made["blocks"] = checked_blocks(blocks)
    if attachments := call.data("attachments", "invalid_attachments"):
        if not isinstance(attachments, list):
            raise SlackError("invalid_attachments")
        if len(attachments) > ATTACHMENTS_MOST:
            raise SlackError("too_many_attachments")
        made["attachments"] = attachments
    metadata = call.data("metadata", "invalid_metadata_format")
    if metadata is not None:
        made["metadata"] = checked_metadata(metadata)
    if not (text.strip() or blocks or attachments):
        raise SlackError("no_text")
    linked = call.flag("link_names") or call.text("parse") == "full"
    made["_pings"] = words.pings(text, made.get("blocks", []), linked=linked)
    made["_plain"] = not call.flag("mrkdwn", default=True)
    return made


def _words(call: Call) -> tuple[str, object]:
    """The text as Slack stores it and the blocks as given; markdown_text stands for both and goes with neither."""
    text, blocks = call.text("text"), call.data("blocks", "invalid_blocks_format")
    if len(text) > TEXT_MOST:
        raise SlackError("msg_too_long")
    if "markdown_text" in call.args:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        text = call.text("markdown_text")
        if len(text) > MARKDOWN_MOST:
            raise SlackError("msg_too_long")
        blocks = [{"type": "markdown", "text": text}]
    return words.posted(text), blocks


def checked_blocks(blocks: object) -> list[Json]:
    """Blocks as Slack stores them; invalid_blocks with every complaint, or msg_blocks_too_long."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if errors := blockkit.message_errors(blocks):
        raise SlackError("invalid_blocks", errors)
    if blockkit.too_long(blocks):
        raise SlackError("msg_blocks_too_long")
    return blockkit.with_ids(copy.deepcopy(blocks))


def checked_metadata(metadata: object) -> Json:
    """https://docs.slack.dev/messaging/message-metadata/"""
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    fine = isinstance(metadata.get("event_type"), str) and metadata["event_type"]
    if (
        not fine
        or not isinstance(metadata.get("event_payload"), dict)
        or set(metadata) > {"event_type", "event_payload", "entities"}
    ):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata, ensure_ascii=False)) > METADATA_MOST:
        raise SlackError("metadata_too_large")
    return dict(metadata)
