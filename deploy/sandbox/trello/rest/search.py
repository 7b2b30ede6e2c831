"""Search over an index that learns late, as Trello's does (rest/api-group-search)."""

import re
import time

from deploy.sandbox.trello import views
from deploy.sandbox.trello.call import Call, route
from deploy.sandbox.trello.config import Json
from deploy.sandbox.trello.errors import invalid

from .cards import cards_view

_WORD = re.compile(r'"([^"]+)"|(\S+)')


@route("GET", "/search")
def search(call: Call) -> object:
    """Cards and boards with every word of `query`; a card's text counts only `search_delay` seconds after writing.

    Operators such as `list:` are not understood and count as plain words.
    """
    query = call.text("query")
    if not query.strip():
        raise invalid("query")
    kinds = str(call.params.get("modelTypes") or "all").split(",")
    wanted = set(call.ids("idBoards")) if call.params.get("idBoards") not in (None, "mine") else set()
    words = [(quoted or plain).lower() for quoted, plain in _WORD.findall(query)]
    partial = call.flag("partial")
    result: Json = {"options": {"terms": [{"text": word} for word in words], "modelTypes": kinds, "partial": partial}}
    if {"all", "boards"} & set(kinds):
        boards = [row for row in call.store.rows("boards") if _matches(row["name"], words, partial=partial)]
        result["boards"] = [views.pick(views.board(call.store, row), call.params.get("board_fields")) for row in boards]
    if {"all", "cards"} & set(kinds):
        rows = [
            row
            for row in call.store.rows("cards")
            if (not wanted or row["idBoard"] in wanted) and _matches(_indexed(call, row), words, partial=partial)
        ]
        newest = sorted(rows, key=lambda row: str(row["dateLastActivity"]), reverse=True)
        call.params["fields"] = call.params.get("card_fields", "all")
        result["cards"] = cards_view(call, newest[: call.number("cards_limit", 10, 1000)])
    return result


def _indexed(call: Call, card: Json) -> str:
    """The newest text of the card that the index knows by now, empty when it knows none."""
    now = time.time()
    known = [text for at, text in call.store.search_versions.get(card["id"], []) if at <= now]
    return known[-1] if known else ""


def _matches(text: str, words: list[str], *, partial: bool) -> bool:
    end = "" if partial else r"(?!\w)"
    return all(re.search(rf"(?<!\w){re.escape(word)}{end}", text.lower()) for word in words)
