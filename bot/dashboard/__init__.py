"""The review desk: pages for people, made on the server; it works without JavaScript and calls nobody outside."""

from bot.dashboard.install import install
from bot.dashboard.routes import router

__all__ = ["install", "router"]
