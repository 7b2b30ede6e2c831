"""What the sandbox is started with (Config) and what may change while it runs (Knobs); no behaviour."""

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Config:
    """Start-up choices. `url` is the public origin used in card links; `state=None` keeps everything in memory."""

    key: str
    secret: str
    token: str
    state: Path | None = None
    seed: Path | None = None
    url: str = "http://127.0.0.1:8000"


@dataclass
class Knobs:
    """Numbers Trello documents, changeable by `POST /_control/config`; times are seconds.

    Rates: developer.atlassian.com/cloud/trello/guides/rest-api/rate-limits. Object limits: .../guides/rest-api/limits.
    """

    key_limit: int = 300
    token_limit: int = 100
    window: float = 10.0
    members_limit: int = 100
    members_window: float = 900.0
    refusals_before_block: int = 200
    search_delay: float = 5.0
    revoked: bool = False
    webhook_retry_delays: list[float] = field(default_factory=lambda: [30.0, 60.0, 120.0])
    webhook_timeout: float = 10.0
    open_cards_per_board: int = 5000
    checklists_per_card: int = 500
    items_per_checklist: int = 200
    attachments_per_card: int = 1000

    def change(self, values: Json) -> None:
        """Set the named knobs, all or none; ValueError names the first unknown or ill-typed one."""
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown setting {name!r}; known: {', '.join(sorted(known))}")
            if not _fits(known[name], value):
                raise ValueError(f"{name} wants a {type(known[name]).__name__} like {known[name]!r}, not {value!r}")
        for name, value in values.items():
            setattr(self, name, value)

    def as_json(self) -> Json:
        """Every knob with its present value."""
        return asdict(self)


def _fits(old: object, new: object) -> bool:
    if isinstance(old, bool) or isinstance(new, bool):
        return isinstance(old, bool) and isinstance(new, bool)
    if isinstance(old, list):
        return isinstance(new, list) and all(isinstance(item, int | float) and item >= 0 for item in new)
    if isinstance(old, int):
        return isinstance(new, int) and new >= 0
    return isinstance(new, int | float) and new >= 0
