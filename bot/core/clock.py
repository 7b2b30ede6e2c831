"""The one place that asks what time it is; nothing else may call datetime.now()."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current moment, always with its time zone (UTC)."""
    return datetime.now(UTC)
