"""Keeping what Slack sent, once, before it is acknowledged; nothing here looks at what it means."""

import hashlib
import json
from typing import Any

from pydantic import JsonValue
from sqlalchemy.dialects.postgresql import insert

from bot.core.db import transaction
from bot.core.models import InboxItem
from bot.core.outbox import enqueue, topics
from bot.core.slack.text import storable

Json = dict[str, Any]


def keep(kind: str, external_id: str, payload: Json) -> bool:
    """Store `payload` for the workers; False when it is here already. `kind`: event, command, action, view or home."""
    row = insert(InboxItem).values(
        source="slack", external_id=storable(external_id), kind=kind, payload=_storable(payload)
    )
    with transaction() as session:
        inbox_id = session.execute(row.on_conflict_do_nothing().returning(InboxItem.id)).scalar()
        if inbox_id is not None:
            enqueue(session, topics.INTAKE, inbox_id, {"inbox_id": inbox_id})
    return inbox_id is not None


def fingerprint(body: Json) -> str:
    """An id for a request that has none of its own: the hash of all it says."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def workspace(body: Json) -> Json:
    """The ids of the workspace a command or a click came from (https://docs.slack.dev/reference/interaction-payloads)."""
    team, enterprise = body.get("team") or {}, body.get("enterprise") or {}
    return {
        "team_id": body.get("team_id") or team.get("id") or (body.get("user") or {}).get("team_id") or "",
        "enterprise_id": body.get("enterprise_id") or enterprise.get("id") or team.get("enterprise_id"),
    }


def _storable(value: JsonValue) -> JsonValue:
    """The same JSON with every text such that Postgres can keep it."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value
