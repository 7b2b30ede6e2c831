"""The JSON API under /api/v1 for scripts and other tools; it reads and decides by the same rules as the desk."""

from bot.api.app import router

__all__ = ["router"]
