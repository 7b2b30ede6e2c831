"""A strict Slack over HTTP and Socket Mode, with a page like a small Slack; knows nothing of Inkling's code."""

from .config import Config
from .server import Running, create_app

__all__ = ["Config", "Running", "create_app"]
