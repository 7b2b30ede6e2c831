"""A REST call once it is known who asks and for what, and the table of routes; no transport, no Trello rules."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from .config import Json
from .errors import Refused, invalid
from .http import Upload
from .store import Store, is_id

Handler = Callable[["Call"], object]


@dataclass
class Call:
    """One call by `member`. `params` are all parameters, `args` the named parts of the path."""

    store: Store
    method: str
    path: str
    params: Json
    member: Json
    args: dict[str, str] = field(default_factory=dict)
    upload: Upload | None = None

    def has(self, name: str) -> bool:
        """Whether the parameter was sent at all."""
        return name in self.params

    def text(self, name: str, most: int = 16384) -> str:
        """A text parameter, empty when missing or null; 400 above `most` characters or when it is no text."""
        value = self.params.get(name)
        if value is None:
            return ""
        if isinstance(value, dict | list) or len(str(value)) > most:
            raise invalid(name)
        return str(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no parameter, written as JSON or as true/false; 400 for anything else."""
        value = self.params.get(name)
        if value is None or value == "":
            return default
        if str(value).lower() not in ("true", "false"):
            raise invalid(name)
        return str(value).lower() == "true"

    def ids(self, name: str) -> list[str]:
        """Ids from a JSON list or a comma-separated text, each once; 400 when one is no id."""
        value = self.params.get(name) or []
        found = [str(item) for item in (value if isinstance(value, list) else str(value).split(",")) if item]
        if not all(is_id(item) for item in found):
            raise invalid(name)
        return list(dict.fromkeys(found))

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 0 to `most`; 400 otherwise."""
        value = str(self.params.get(name) or default)
        if not value.isdigit() or int(value) > most:
            raise invalid(name)
        return int(value)

    def moment(self, name: str) -> str | None:
        """A date as Trello stores it, None for null, empty or "null"; 400 when it cannot be read."""
        value = self.params.get(name)
        if value in (None, "", "null"):
            return None
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError as error:
            raise Refused(400, "invalid date") from error
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def position(self, table: str, **siblings: object) -> float:
        """`pos` as a number: top, bottom (also when missing) or a positive number; 400 otherwise."""
        value = self.params.get("pos") or "bottom"
        places = [row["pos"] for row in self.store.rows(table, **siblings)]
        if value == "top":
            return min(places, default=32768) / 2
        if value == "bottom":
            return max(places, default=0) + 16384
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise invalid("pos") from error
        if not 0 < number < 1e18:
            raise invalid("pos")
        return number


@dataclass(frozen=True)
class Route:
    """A method and a path pattern; `locked=False` handlers talk to the network first and take the lock themselves."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    locked: bool


ROUTES: list[Route] = []
_SINGULAR = {"card": "cards", "board": "boards", "list": "lists", "checklist": "checklists", "label": "labels"}


def route(method: str, path: str, *, locked: bool = True) -> Callable[[Handler], Handler]:
    """Register a handler for a path such as "/cards/{card}/checklists"; the path with fewer named parts wins."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def keep(handler: Handler) -> Handler:
        ROUTES.append(Route(method, pattern, handler, locked))
        ROUTES.sort(key=lambda entry: entry.pattern.groups)
        return handler

    return keep


def dispatch(call: Call) -> object:
    """Run the handler for `call.path` (without /1), as one step nobody can interleave with; 404 as Express says it."""
    head, _, rest = call.path.strip("/").partition("/")
    path = "/" + "/".join(part for part in (_SINGULAR.get(head, head), rest) if part)
    for entry in ROUTES:
        if entry.method == call.method and (match := entry.pattern.fullmatch(path)):
            call.args = match.groupdict()
            if not entry.locked:
                return entry.handler(call)
            with call.store.lock:
                return entry.handler(call)
    raise Refused(404, f"Cannot {call.method} /1{path}")
