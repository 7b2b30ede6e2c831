"""What can go wrong with Trello, as sentences: a person must act, Trello is busy, or nobody knows what happened."""

from bot.core.errors import InklingError, Later, NeedsAttention


class Stuck(NeedsAttention):
    """Nothing goes on until a person acts: `what` is the matter, `todo` is what helps; `message` is for a ticket."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(f"{what} The ticket waits. {todo}")
        self.what = what
        self.todo = todo


class Refused(Stuck):
    """Trello said no and did nothing. `code` is the HTTP status, `body` Trello's words without secrets."""

    def __init__(self, code: int, body: str) -> None:
        super().__init__(*_refusal(code, quoted(body)))
        self.code = code
        self.body = body


class RateLimited(Later):
    """Trello was asked too often (429) and did nothing; `seconds` is how long all workers keep quiet."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Trello asks for a pause. The card goes on by itself.", seconds, counts=False)


class NoAnswer(InklingError):
    """Timeout, lost connection, 5xx, or an answer that is empty or cut: what was asked may or may not have happened."""

    status = 503

    def __init__(self, reason: str, code: int = 0, body: str = "") -> None:
        super().__init__(f"Trello gave no usable answer ({reason}).")
        self.code = code
        self.body = body


def quoted(body: str) -> str:
    """Trello's own words, short enough for a sentence."""
    words = " ".join(body.split())
    return f"“{words[:160]}{'…' if len(words) > 160 else ''}”" if words else "no reason given"


def _refusal(code: int, words: str) -> tuple[str, str]:
    """What is the matter and what helps; the 401 texts are Trello's (guides/rest-api/authorization)."""
    if code == 401 and "invalid key" in words:
        return "Trello does not know the API key.", "Check TRELLO_API_KEY."
    if code == 401 and "invalid" in words and "token" in words:
        return (
            "Trello does not accept the token: it was revoked, has expired or belongs to another key.",
            "Make a new token for this key and set TRELLO_TOKEN.",
        )
    if code in (401, 403):
        return (
            f"Trello does not let the owner of the token do this ({words}).",
            "Give that member the right to edit the board, or set TRELLO_TOKEN to the token of somebody who has it.",
        )
    if code == 404:
        return (
            f"Trello does not find what the ticket needs ({words}).",
            "It may have been deleted meanwhile. Choose another board or list, or decline the ticket.",
        )
    if 300 <= code < 400:
        return "Trello sends us to another address.", "Check TRELLO_API_URL: it is the origin, without /1."
    return f"Trello does not accept this: {words}.", "Change that on the board and the ticket goes on by itself."
