"""What can go wrong with a model, told apart: it is not there (wait), or it answered badly (do without)."""

from bot.core.errors import InklingError


class ModelUnavailable(InklingError):
    """No answer can be had right now; the sentence says what a person could do. `retry_after` is in seconds."""

    status = 503

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ModelOutputError(InklingError):
    """The model answered, but not with something that can be used; trying the same again may not help."""

    status = 502
