"""Everything the sandbox knows, as tables of JSON rows, with ids, clock and lookups; no HTTP, no views, no rules."""

import secrets
import string
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from .config import Config, Json, Knobs
from .errors import NOT_FOUND, Refused

TABLES = (
    "boards",
    "lists",
    "cards",
    "labels",
    "members",
    "checklists",
    "actions",
    "webhooks",
    "attachments",
    "customFields",
)
_ALPHABET = string.ascii_letters + string.digits


class Store:
    """Tables of rows by id. Hold `lock` around any reading or writing; call `changed()` after writing."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.knobs = Knobs()
        self.lock = threading.RLock()
        self.tables: dict[str, dict[str, Json]] = {name: {} for name in TABLES}
        self._of_card: dict[tuple[str, str], dict[str, Json]] = {}
        self.version = 0
        self.shift = 0.0  # seconds added to the clock while the seed tells of the past
        self.on_change: list[Callable[[], None]] = []
        self.on_action: list[Callable[[Json], None]] = []
        self.search_versions: dict[str, list[tuple[float, str]]] = {}
        self._process = secrets.token_hex(5)
        self._counter = secrets.randbelow(1 << 20)

    def now(self) -> float:
        """Seconds since 1970, shifted while the seed is read."""
        return time.time() + self.shift

    def stamp(self) -> str:
        """Now as Trello writes moments: 2026-11-21T09:30:00.000Z."""
        return datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def new_id(self) -> str:
        """24 hex digits in the order they were given; the first eight are the time, as clients read creation dates."""
        self._counter += 1
        return f"{int(self.now()):08x}{self._process}{self._counter & 0xFFFFFF:06x}"

    def new_short_link(self) -> str:
        """Eight letters and digits, as in trello.com/c/AbCd1234."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(8))

    def add(self, table: str, row: Json) -> Json:
        """Keep a row under its id, giving it one if it has none."""
        row.setdefault("id", self.new_id())
        self.tables[table][row["id"]] = row
        self._index(table, row)
        return row

    def remove(self, table: str, key: str) -> None:
        """Forget a row."""
        row = self.tables[table].pop(key)
        if card := row.get("idCard"):
            self._of_card.get((table, card), {}).pop(key, None)

    def rows(self, table: str, **equals: object) -> list[Json]:
        """Rows whose fields equal all of `equals`, oldest first; by `idCard` it takes no longer on a full board."""
        card = equals.get("idCard")
        among = self._of_card.get((table, str(card)), {}) if card else self.tables[table]
        return [row for row in among.values() if all(row.get(name) == value for name, value in equals.items())]

    def in_order(self, table: str, **equals: object) -> list[Json]:
        """As `rows`, in the order of their position on the board."""
        return sorted(self.rows(table, **equals), key=lambda row: (row["pos"], row["id"]))

    def need(self, table: str, key: str, missing: str = NOT_FOUND) -> Json:
        """The row by id or short link; 400 when the key cannot be one, 404 with `missing` when nothing has it."""
        if is_id(key):
            row = self.tables[table].get(key)
        elif table in ("boards", "cards") and is_short_link(key):
            row = next((item for item in self.tables[table].values() if item["shortLink"] == key), None)
        else:
            raise Refused(400, "invalid id")
        if row is None:
            raise Refused(404, missing)
        return row

    def changed(self) -> None:
        """Tell the page and the snapshot that something is different now."""
        self.version += 1
        for listener in self.on_change:
            listener()

    def note_text(self, card: Json) -> None:
        """Let the search index learn a card's present text; it becomes findable only after `search_delay`."""
        versions = self.search_versions.setdefault(card["id"], [])
        versions.append((time.time() + self.knobs.search_delay, f"{card['name']}\n{card['desc']}"))
        del versions[:-10]

    def load(self, tables: dict[str, dict[str, Json]]) -> None:
        """Replace everything by saved tables; what was saved is findable at once."""
        self.tables = {name: tables.get(name, {}) for name in TABLES}
        self._of_card = {}
        for table, rows in self.tables.items():
            for row in rows.values():
                self._index(table, row)
        self.search_versions = {card["id"]: [(0.0, f"{card['name']}\n{card['desc']}")] for card in self.rows("cards")}
        self.changed()

    def _index(self, table: str, row: Json) -> None:
        if card := row.get("idCard"):
            self._of_card.setdefault((table, card), {})[row["id"]] = row


def is_id(text: object) -> bool:
    """True for 24 lower-case hex digits."""
    return isinstance(text, str) and len(text) == 24 and all(char in "0123456789abcdef" for char in text)


def is_short_link(text: str) -> bool:
    """True for eight letters and digits."""
    return len(text) == 8 and all(char in _ALPHABET for char in text)
