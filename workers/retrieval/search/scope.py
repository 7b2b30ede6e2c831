"""Who is asking, and so what may be found: text of a private channel or a restricted source stays where it belongs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.core.models import Report
from bot.core.tickets.life import tickets_of

# To be joined with the documents (d) and sources (s) that are found.
VISIBLE = """
    (d.workspace_id is null or d.workspace_id = :workspace)
    and (d.audience is null or d.audience ?| :channels)
    and (s.audience is null or s.audience ?| :channels)
    and (d.ticket_id is null or d.ticket_id <> all(:without))
"""


@dataclass(frozen=True)
class Scope:
    """Whoever reads the answer is in all of `channels`; `without` are tickets that are no answer."""

    workspace_id: int | None = None
    channels: Sequence[str] = ()
    without: Sequence[int] = ()

    @classmethod
    def of(cls, session: Session, report: Report) -> "Scope":
        """What the readers of a report's ticket may read; its own tickets are no news to it."""
        own = tickets_of(session, report.id)
        return cls(report.workspace_id, (report.channel_id,), tuple(own))

    @property
    def values(self) -> dict[str, Any]:
        """Values for the names in VISIBLE."""
        return {"workspace": self.workspace_id, "channels": list(self.channels), "without": list(self.without)}
