"""What reading routes share: filters by state, paging, lists of actions, and single fields."""

from deploy.sandbox.trello import activity
from deploy.sandbox.trello.call import Call
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import NOT_FOUND, Refused, invalid
from deploy.sandbox.trello.store import is_id

STATES = ("all", "open", "closed", "visible", "none")


def by_state(rows: list[Json], state: str) -> list[Json]:
    """Rows that are open, closed or any; 400 for a filter Trello does not know."""
    if state not in STATES:
        raise invalid("filter")
    if state in ("all", "none"):
        return rows if state == "all" else []
    return [row for row in rows if row["closed"] == (state == "closed")]


def page(call: Call, rows: list[Json]) -> list[Json]:
    """With `before`, `since` or `limit` (most 1000) the newest of them; ids order by time."""
    if before := call.text("before"):
        rows = [row for row in rows if _is_before(row, before)]
    if since := call.text("since"):
        rows = [row for row in rows if not _is_before(row, since)]
    if limit := call.number("limit", 0, 1000):
        newest = {row["id"] for row in sorted(rows, key=lambda row: str(row["id"]))[-limit:]}
        rows = [row for row in rows if row["id"] in newest]
    return rows


def _is_before(row: Json, mark: str) -> bool:
    if is_id(mark):
        return str(row["id"]) < mark
    if "date" in row:
        return str(row["date"]) < mark
    raise invalid("before")


def actions_view(call: Call, default: str, **equals: object) -> list[Json]:
    """Actions newest first: `filter`, `since`, `before`, `limit` (default 50, most 1000)."""
    found = activity.matching(call.store, str(call.params.get("filter") or default), **equals)
    call.params.setdefault("limit", 50)
    return [activity.view(call.store, action) for action in page(call, found)]


def field(shown: Json, name: str) -> Json:
    """One field as {"_value": ...}; objects and lists come as they are; 404 when there is no such field."""
    if name not in shown:
        raise Refused(404, NOT_FOUND)
    value = shown[name]
    return value if isinstance(value, dict) else {"_value": value}
