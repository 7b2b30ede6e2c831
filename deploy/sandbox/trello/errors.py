"""The one way to say no: an HTTP status with Trello's words."""


class Refused(Exception):
    """A request that gets `status` and the plain text `text`, and changes nothing."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text


NOT_FOUND = "The requested resource was not found."


def invalid(name: str) -> Refused:
    """400 in the form Trello uses for a parameter it cannot accept."""
    return Refused(400, f"invalid value for {name}")
