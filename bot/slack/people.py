"""Which events a person's words or wish may hide in, and the few fields of them worth keeping; no storage."""

from typing import Any

from bot.core.slack.besides import besides, called_with_files

Json = dict[str, Any]

# Everything else under `message` is Slack's own bookkeeping (joins, topics, pins) or another app.
SUBTYPES = (None, "file_share", "thread_broadcast", "me_message", "message_changed", "message_deleted")
_KEPT = ("type", "subtype", "user", "text", "ts", "thread_ts", "channel", "channel_type", "deleted_ts")


def bot_user(body: Json) -> str:
    """Our user id in the workspace the event is for (https://docs.slack.dev/apis/events-api/#authorizations)."""
    for authorization in body.get("authorizations") or []:
        if authorization.get("is_bot"):
            return str(authorization.get("user_id") or "")
    return ""


def wanted(event: Json, ours: str) -> bool:
    """Whether a person said something here that may concern a report; `ours` is our own user id."""
    before = event.get("previous_message") or {}
    # A deleted message that has replies becomes Slackbot's; who wrote it stands in the version before.
    gone = (event.get("message") or {}).get("subtype") == "tombstone"
    said = before if gone else event.get("message") or before or event
    if event.get("subtype") not in SUBTYPES or not event.get("channel"):
        return False
    if said.get("bot_id") or said.get("subtype") == "bot_message" or said.get("user") in ("USLACKBOT", ours):
        return False
    if event.get("subtype") == "message_changed":
        # Slack also changes messages itself; what a link leads to is news, once.
        return gone or _content(said) != _content(before)
    if event.get("subtype") == "message_deleted":
        return bool(event.get("deleted_ts"))
    if not event.get("user") or not event.get("ts"):
        return False
    # What is said at the top of a channel without mentioning us is none of our business.
    called = event.get("type") == "app_mention" or called_with_files(event, ours)
    return called or event.get("channel_type") == "im" or bool(event.get("thread_ts"))


def _content(message: Json) -> tuple[Any, ...]:
    """What of a message is read: its words, its files, and what was forwarded with it or stands behind its links."""
    beside = besides(message)
    files = [(file["id"], file.get("mode") == "tombstone") for file in beside["files"]]
    return message.get("text"), files, beside["attachments"]


def pointed_at(event: Json, ours: str, emoji: str) -> Json | None:
    """Who put `emoji` on which message; None for other emojis and things, for ours, and on what we wrote.

    https://docs.slack.dev/reference/events/reaction_added/
    """
    item = event.get("item") or {}
    user = event.get("user")
    if not emoji or event.get("reaction") != emoji or item.get("type") != "message":
        return None
    if not user or user in ("USLACKBOT", ours) or (ours and event.get("item_user") == ours):
        return None
    if not item.get("channel") or not item.get("ts"):
        return None
    return {"user_id": user, "channel_id": item["channel"], "message": {"ts": item["ts"]}}


def trim(event: Json) -> Json:
    """The fields the intake reads, without Slack's blocks and reactions.

    Of a message as it was before only whether its words changed (`reworded`): what was taken back stays out.
    """
    kept = {name: event[name] for name in _KEPT if event.get(name) is not None} | _beside(event)
    for name in ("message", "previous_message"):
        if inner := event.get(name):
            fields = _KEPT if name == "message" else ("user", "ts", "thread_ts")
            kept[name] = {field: inner[field] for field in fields if inner.get(field) is not None}
            kept[name] |= _beside(inner) if name == "message" else {}
    if event.get("subtype") == "message_changed":
        kept["reworded"] = event["message"].get("text") != (event.get("previous_message") or {}).get("text")
    return kept


def opened(event: Json) -> Json | None:
    """Who opened which tab of the app and when, and whether Slack had nothing to show; None for other tabs."""
    if event.get("tab") not in ("home", "messages") or not event.get("user"):
        return None
    where = {name: str(event.get(name) or "") for name in ("tab", "user", "channel")}
    return where | {"ts": str(event.get("event_ts") or ""), "empty": not event.get("view")}


def _beside(message: Json) -> Json:
    return {name: items for name, items in besides(message).items() if items}
