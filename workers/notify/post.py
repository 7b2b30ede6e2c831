"""Posting a message once and keeping it up to date: the row comes first, and an unknown outcome is looked for."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import Post
from bot.core.slack.blocks import Rendered
from workers.notify import problems
from workers.notify.client import Refused, Unknown, call, read

EVENT_TYPE = "inkling_post"
# Slack's clock and ours may differ by this much when we look for what we posted.
_SKEW = timedelta(minutes=5)
# Where we may not read what we posted, a post of unknown outcome is left to show itself for this long.
_BLIND_WAIT = timedelta(seconds=30)
_PAGES = 5
# The message was deleted or may not be changed any more: a new one takes its place.
_NOT_OURS_TO_CHANGE = ("message_not_found", "cant_update_message", "edit_window_closed")


@dataclass(frozen=True)
class Place:
    """Where to post: a channel id, and the thread in it."""

    channel: str
    thread_ts: str | None = None


def publish(key: str, workspace_id: int, place: Place, message: Rendered, *, move: bool = False) -> Post:
    """Make Slack show `message` as the post called `key`: posted once, then updated in place.

    `move` takes the post to another place. The caller makes sure that one key is served by one process at a time (the
    outbox does). Raises Refused when Slack says no, and Later for everything that time may heal.
    """
    content = _hash(message)
    post, fresh = _reserve(key, workspace_id, place, content, move=move)
    if post.state == "sending" and not fresh and (ts := _look(post)):
        post = _sent(key, post.channel_id, ts, post.content_hash)
    if post.state == "sending":
        return _send(post, message, content, fresh=fresh)
    if post.content_hash == content:
        return post
    try:
        call("chat_update", channel=post.channel_id, ts=post.ts, text=message.text, blocks=message.blocks)
    except Unknown:
        raise Later("Slack did not say whether it changed the message.", 3, counts=False) from None
    except Refused as refused:
        _check_scope(refused)
        if refused.code not in _NOT_OURS_TO_CHANGE:
            raise
        with transaction() as session:
            post = _renew(_locked(session, key), place, content)
        return _send(post, message, content, fresh=True)
    return _sent(key, post.channel_id, str(post.ts), content)


def exists(session: Session, key: str) -> bool:
    """Whether the post called `key` was ever begun."""
    return session.scalar(select(Post.id).where(Post.key == key)) is not None


def _hash(message: Rendered) -> str:
    return hashlib.sha256(json.dumps([message.text, message.blocks], sort_keys=True).encode()).hexdigest()


def _locked(session: Session, key: str) -> Post:
    return session.scalars(select(Post).where(Post.key == key).with_for_update()).one()


def _reserve(key: str, workspace_id: int, place: Place, content: str, *, move: bool) -> tuple[Post, bool]:
    """The row of a post, and whether nothing can have been sent for it yet."""
    with transaction() as session:
        post = session.scalars(select(Post).where(Post.key == key).with_for_update()).first()
        if post is None:
            post = Post(key=key, workspace_id=workspace_id)
            session.add(_renew(post, place, content))
            return post, True
        if move and post.channel_id != place.channel:
            return _renew(post, place, content), True
        return post, False


def _renew(post: Post, place: Place, content: str) -> Post:
    """Turn a row into one for a message that is still to be sent."""
    post.channel_id, post.thread_ts, post.ts = place.channel, place.thread_ts, None
    post.op_id, post.state, post.content_hash = uuid.uuid4().hex, "sending", content
    post.created_at = now()
    return post


def _send(post: Post, message: Rendered, content: str, *, fresh: bool) -> Post:
    """Post it; `fresh` says that no earlier try can have arrived."""
    with transaction() as session:
        _locked(session, post.key).content_hash = content
    try:
        answer = call(
            "chat_postMessage",
            channel=post.channel_id,
            thread_ts=post.thread_ts,
            text=message.text,
            blocks=message.blocks,
            metadata={"event_type": EVENT_TYPE, "event_payload": {"op_id": post.op_id}},
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
        )
    except Unknown:
        raise Later("Slack did not say whether it took the message; looking for it.", 3, counts=False) from None
    except (Refused, Later) as known:
        if fresh:
            # Nothing was posted, so nothing needs to be looked for.
            with transaction() as session:
                session.execute(delete(Post).where(Post.key == post.key))
        if isinstance(known, Refused):
            _check_scope(known)
        raise
    return _sent(post.key, str(answer["channel"]), str(answer["ts"]), content)


def _check_scope(refused: Refused) -> None:
    if refused.code == "missing_scope":
        raise Later(problems.missing_scope(refused.needed), 60, counts=False) from None


def _sent(key: str, channel: str, ts: str, content: str) -> Post:
    with transaction() as session:
        post = _locked(session, key)
        asked, post.channel_id = post.channel_id, channel
        post.ts, post.state, post.content_hash = ts, "sent", content
        problems.solved(session, asked, channel)
        return post


def _look(post: Post) -> str | None:
    """The ts under which a post of unknown outcome did arrive, or None."""
    try:
        for message in _recent(post):
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("op_id") == post.op_id:
                return str(message["ts"])
    except Refused:
        if now() - post.created_at < _BLIND_WAIT:
            raise Later("Slack does not let Inkling look for its message; waiting before it posts.", 10) from None
    return None


def _recent(post: Post) -> Iterator[dict[str, Any]]:
    """What was posted in the place since the row was made."""
    since = {"oldest": f"{(post.created_at - _SKEW).timestamp():.6f}", "limit": 200, "include_all_metadata": True}
    cursor = ""
    for _ in range(_PAGES):
        page = (
            read("conversations_replies", channel=post.channel_id, ts=post.thread_ts, cursor=cursor or None, **since)
            if post.thread_ts
            else read("conversations_history", channel=post.channel_id, cursor=cursor or None, **since)
        )
        yield from page.get("messages", [])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
