"""All cards of a board as they stand, archived ones too; only reads."""

from bot.core.errors import NeedsAttention
from bot.core.settings import settings
from workers.trello.board import find_board
from workers.trello.errors import Stuck
from workers.trello.session import Row, connect

# The most that one request gives (https://developer.atlassian.com/cloud/trello/rest/api-group-boards/).
_PAGE = 1_000
_FIELDS = "name,desc,closed,idList,shortUrl"


def cards_of(board: str) -> list[Row]:
    """The cards of a board (id, short link, address or name), each with the name of its `list`.

    Raises NeedsAttention with a sentence when Trello does not show it, and NoAnswer or Later when it is silent or busy.
    """
    if not settings().has_trello:
        raise NeedsAttention("Trello is not set up. Nothing was taken in. Set TRELLO_API_KEY and TRELLO_TOKEN.")
    try:
        return _read(board)
    except Stuck as error:
        # What is said of a ticket that waits is not for a board that is read.
        raise NeedsAttention(f"{error.what} Nothing was taken in. {error.todo}") from error


def _read(board: str) -> list[Row]:
    with connect() as trello:
        found = find_board(trello, board)
        lists = {row["id"]: row["name"] for row in found["lists"]}
        cards: dict[str, Row] = {}
        asked: dict[str, str | int] = {"fields": _FIELDS, "limit": _PAGE}
        while True:
            page = trello.rows(f"/boards/{found['id']}/cards/all", **asked)
            fresh = {row["id"]: row | {"list": lists.get(row["idList"], "")} for row in page if row["id"] not in cards}
            cards |= fresh
            if len(page) < _PAGE or not fresh:
                return list(cards.values())
            asked["before"] = min(fresh)
