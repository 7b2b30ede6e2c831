"""One Web API call as its method sees it, the table of methods, and cursor paging; no HTTP here."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .config import Json
from .sandbox import Sandbox
from .world import SlackError

T = TypeVar("T")


@dataclass
class Call:
    """Arguments as sent (strings from a form, anything from JSON), and the sandbox they act on."""

    sandbox: Sandbox
    args: Json

    def text(self, name: str, default: str = "") -> str:
        """A string argument; numbers are taken as their digits."""
        value = self.args.get(name)
        return default if value is None else value if isinstance(value, str) else json.dumps(value)

    def needed(self, name: str, error: str = "invalid_arguments") -> str:
        """A string argument that must be there, or else the documented error."""
        value = self.text(name)
        if not value:
            raise SlackError(error, [f"missing required field: {name}"] if error == "invalid_arguments" else [])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no, as JSON has it or as forms spell it (1, true)."""
        value = self.args.get(name, default)
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def data(self, name: str, error: str) -> object:
        """A JSON argument: an object or list, or (as forms send it) its text; None when absent."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as broken:
            raise SlackError(error) from broken

    def channel(self, name: str = "channel", *, member: bool = True) -> Json:
        """The conversation an id names: channel_not_found when it is unknown or private, not_in_channel when asked."""
        world = self.sandbox.world
        channel = world.channels.get(self.text(name))
        if channel is None:
            raise SlackError("channel_not_found")
        inside = world.bot["id"] in channel["members"]
        if not inside and (channel.get("is_private") or channel.get("is_im")):
            raise SlackError("channel_not_found")
        if member and not inside:
            raise SlackError("not_in_channel")
        return channel

    def page(self, items: list[T], most: int, usual: int) -> tuple[list[T], str]:
        """The page of `items` that cursor and limit ask for, and the next cursor (empty at the end)."""
        limit, start = usual, 0
        if given := self.text("limit"):
            if not given.isdigit() or not 1 <= int(given) <= most:
                raise SlackError("invalid_limit")
            limit = int(given)
        if cursor := self.text("cursor"):
            try:
                word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
                start = int(number) if word == "next" else -1
            except ValueError:
                start = -1
            if not 0 < start < len(items):
                raise SlackError("invalid_cursor")
        end = start + limit
        following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
        return items[start:end], following


@dataclass(frozen=True)
class Method:
    """How a method may be called: scope, rate tier, whether it reads (so GET is fine) and takes JSON.

    `caller` is the token it wants: "bot" or "app".
    """

    run: Callable[[Call], Json]
    scope: str
    tier: int
    reads: bool
    takes_json: bool
    caller: str


METHODS: dict[str, Method] = {}


def method(
    name: str, *, scope: str = "", tier: int = 3, reads: bool = False, takes_json: bool = False, caller: str = "bot"
) -> Callable[[Callable[[Call], Json]], Callable[[Call], Json]]:
    """Register a function as the Web API method `name`; tiers and scopes as on its reference page."""

    def keep(run: Callable[[Call], Json]) -> Callable[[Call], Json]:
        METHODS[name] = Method(run, scope, tier, reads, takes_json, caller)
        return run

    return keep
