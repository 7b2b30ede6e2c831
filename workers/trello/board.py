"""Where a card goes: board, list and labels by id, short link or name; only reads, and says what is wrong."""

import re
import time
from dataclasses import dataclass

from bot.core.settings import settings
from workers.trello.errors import Refused, Stuck
from workers.trello.session import Row, Trello

# A board's id, its short link, or its address in the browser.
_ADDRESS = re.compile(r"(?:https?://trello\.com/b/)?([0-9a-f]{24}|[A-Za-z0-9]{8})(?:/.*)?")
_ID = re.compile(r"[0-9a-f]{24}")
# Asking which boards there are counts against 100 requests in 15 minutes, so an answer is kept this long (seconds).
_KEEP = 600.0
_known: dict[tuple[str, str, str], tuple[float, str]] = {}


@dataclass(frozen=True)
class Place:
    """An open list on an open board, by id."""

    board: str
    list: str


def resolve(trello: Trello, board: str, card_list: str) -> Place:
    """The list that `board` and `card_list` (ids, short links or names; empty: the only one) mean.

    Raises Stuck with a sentence when there is none, more than one, or it is closed; reads Trello two or three times.
    """
    if not board and _ID.fullmatch(card_list):
        board = str(trello.get(f"/lists/{card_list}", fields="idBoard")["idBoard"])
    found = find_board(trello, board)
    if found["closed"]:
        raise Stuck(f"Trello says the board “{found['name']}” is closed.", "Choose another board, or set TRELLO_BOARD.")
    where = f" on the board “{found['name']}”"
    target = _choose("list", found["lists"], card_list, where)
    if target["closed"]:
        raise Stuck(f"Trello says the list “{target['name']}” is archived.", "Choose another list, or set TRELLO_LIST.")
    return Place(found["id"], target["id"])


def labels_of(trello: Trello, board_id: str) -> dict[str, str]:
    """Ids of the board's labels by lower-case name; of several with one name the oldest."""
    rows = trello.rows(f"/boards/{board_id}/labels", limit=1000, fields="name")
    newest_first = sorted(rows, key=lambda row: str(row["id"]), reverse=True)
    return {row["name"].casefold(): row["id"] for row in newest_first if row["name"]}


def find_board(trello: Trello, wanted: str) -> Row:
    """A board with all its lists, by id, short link, address or name. Raises Stuck when there is none."""
    if address := _ADDRESS.fullmatch(wanted):
        try:
            return _read(trello, address[1])
        except Refused as refused:
            # Eight letters may be a name as well; an id can be nothing else.
            if refused.code not in (400, 404):
                raise
            if _ID.fullmatch(address[1]):
                raise _missing("board", wanted, "", []) from None
    key = (settings().trello_api_url, settings().trello_token.get_secret_value(), wanted)
    at, board_id = _known.get(key, (0.0, ""))
    if board_id and time.monotonic() - at < _KEEP:
        board = _recall(trello, board_id)
        if board and not board["closed"] and board["name"].casefold() == wanted.casefold():
            return board
    rows = trello.rows("/members/me/boards", filter="all", fields="name,closed,shortLink")
    chosen = _choose("board", rows, wanted, "")
    _known[key] = (time.monotonic(), chosen["id"])
    return _read(trello, chosen["id"])


def _recall(trello: Trello, board_id: str) -> Row | None:
    try:
        return _read(trello, board_id)
    except Refused as refused:
        if refused.code != 404:
            raise
        return None


def _read(trello: Trello, board_id: str) -> Row:
    """The board with all its lists."""
    board = trello.get(f"/boards/{board_id}", fields="name,closed")
    return board | {"lists": trello.rows(f"/boards/{board_id}/lists", filter="all", fields="name,closed")}


def _choose(kind: str, rows: list[Row], wanted: str, where: str) -> Row:
    """The one row that `wanted` means; a closed one only when no open one is called that. Raises Stuck."""
    setting = f"TRELLO_{kind.upper()}"
    still_open = [row for row in rows if not row["closed"]]
    if not wanted:
        if len(still_open) == 1:
            return still_open[0]
        if not still_open:
            raise Stuck(f"Trello shows no open {kind}{where or ' to this token'}.", f"Make one, or set {setting}.")
        raise Stuck(f"No {kind} is chosen{where}: there are {_names(still_open)}.", f"Set {setting} to one of them.")
    folded = wanted.casefold()
    for candidates in (still_open, [row for row in rows if row["closed"]]):
        by_id = [row for row in candidates if wanted in (row["id"], row.get("shortLink"))]
        exact = [row for row in candidates if row["name"] == wanted]
        matches = by_id or exact or [row for row in candidates if row["name"].strip().casefold() == folded.strip()]
        if len(matches) > 1 and candidates is still_open:
            ids = ", ".join(row["id"] for row in matches)
            raise Stuck(f"There are {len(matches)} {kind}s called “{wanted}”{where}.", f"Choose one by its id: {ids}.")
        if matches:
            return matches[0]
    raise _missing(kind, wanted, where, still_open)


def _missing(kind: str, wanted: str, where: str, others: list[Row]) -> Stuck:
    there_are = f" There are {_names(others)}." if others else ""
    return Stuck(
        f"Trello shows this token no {kind} “{wanted}”{where}.{there_are}",
        f"Choose another {kind}, or set TRELLO_{kind.upper()}.",
    )


def _names(rows: list[Row]) -> str:
    shown = ", ".join(f"“{row['name']}”" for row in rows[:8])
    return f"{shown} and {len(rows) - 8} more" if len(rows) > 8 else shown
