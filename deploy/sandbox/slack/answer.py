"""What the app answered to something Slack sent it."""

import json
from dataclasses import dataclass

from .config import Json


@dataclass
class Answer:
    """`status` is the HTTP code (200 for a socket acknowledgement, 0 for none); `problem` is empty when all is well.

    Problems carry the names of x-slack-retry-reason: http_timeout, http_error, connection_failed, timeout (socket).
    """

    status: int
    body: str = ""
    problem: str = ""
    no_retry: bool = False
    via: str = "http"
    ms: int = 0

    def json(self) -> Json:
        """The body as an object; plain text becomes `{"text": ...}`, nothing becomes `{}`."""
        if not self.body.strip():
            return {}
        try:
            parsed = json.loads(self.body)
        except ValueError:
            parsed = None
        return parsed if isinstance(parsed, dict) else {"text": self.body}

    @property
    def shown(self) -> str:
        """The code a person sees in place of an answer; empty when the app answered well."""
        if not self.problem:
            return ""
        if "timeout" in self.problem:
            return "operation_timeout"
        if self.problem == "http_error":
            return "http_client_error" if self.status < 500 else "http_service_error"
        return "dispatch_failed"
