"""What `inkling doctor` says of Trello: key, token, board and list are tried, nothing is written."""

from bot.core.errors import InklingError
from bot.core.settings import settings
from workers.trello.board import resolve
from workers.trello.errors import NoAnswer, Stuck
from workers.trello.session import connect


def check() -> list[str]:
    """What stands in the way of cards, a sentence each; empty when a card could be made now on the default list."""
    if not settings().has_trello:
        return ["Trello is not set up: set TRELLO_API_KEY and TRELLO_TOKEN, or approved tickets wait."]
    try:
        with connect() as trello:
            resolve(trello, settings().trello_board, settings().trello_list)
    except Stuck as error:
        return [f"{error.what} {error.todo}"]
    except NoAnswer as error:
        return [f"{error.message} It was asked at {settings().trello_api_url} (TRELLO_API_URL)."]
    except InklingError as error:
        return [error.message]
    return []
