"""Errors that speak to a person: what happened, what is safe, what to do next; no stack traces, no framework."""


class InklingError(Exception):
    """Something a person can understand and act on. `status` is the HTTP status the edges answer with."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(InklingError):
    """Nothing here under that name or number."""

    status = 404


class NotAllowed(InklingError):
    """The person is known, but may not do this."""

    status = 403


class Conflict(InklingError):
    """Somebody else was first, or the text has moved on; nothing was changed."""

    status = 409


class Invalid(InklingError):
    """What was sent cannot be used as it is; nothing was changed."""

    status = 422


class ConfigurationError(InklingError):
    """A setting is missing or wrong; the sentence names the setting and what to do."""

    status = 500


class NeedsAttention(InklingError):
    """The work cannot go on until a person fixes something outside; the ticket waits with this sentence."""

    status = 503


class Later(InklingError):
    """The work cannot go on right now and will be tried again by itself after `seconds`."""

    status = 503

    def __init__(self, message: str, seconds: float, *, counts: bool = True) -> None:
        super().__init__(message)
        self.seconds = seconds
        self.counts = counts
