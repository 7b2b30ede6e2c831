"""A request and an answer as plain values, and the reading of parameters wherever a client may put them; no routing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl

from .config import Json
from .errors import Refused

Cut = Literal["", "silent", "drop", "half"]


@dataclass(frozen=True)
class Upload:
    """A file sent as multipart form data."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class Incoming:
    """One request, fully read. `url` has scheme, host and path; `query` is the raw text after the question mark."""

    method: str
    url: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    form: Json = field(default_factory=dict)
    upload: Upload | None = None

    def param(self, name: str) -> str | None:
        """A query or body parameter as text, the query first; unreadable bodies count as empty."""
        try:
            value = self.params().get(name)
        except Refused:
            value = dict(parse_qsl(self.query)).get(name)
        return value if isinstance(value, str) else None

    def params(self) -> Json:
        """Every parameter from body (JSON, form or multipart) and query; 400 when a JSON body cannot be read."""
        values: Json = dict(self.form)
        kind = self.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            values.update(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
        elif kind.startswith("application/json") and self.body.strip():
            try:
                read = json.loads(self.body)
            except ValueError as error:
                raise Refused(400, "Error parsing body: invalid json") from error
            if not isinstance(read, dict):
                raise Refused(400, "Error parsing body: expected an object")
            values.update(read)
        values.update(parse_qsl(self.query, keep_blank_values=True))
        return values


@dataclass(frozen=True)
class Answer:
    """What goes back. `cut` says how the connection is spoiled: silent for `hold` seconds, dropped, or half sent."""

    status: int
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    cut: Cut = ""
    hold: float = 0.0


def as_json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """An answer in JSON."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, "application/json; charset=utf-8", headers or {})


def as_text(text: str, status: int) -> Answer:
    """An answer in plain text, as Trello sends its errors."""
    return Answer(status, text.encode())
