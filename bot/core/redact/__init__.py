"""Taking secrets and personal data out of text, and putting personal data back for those allowed; asks nobody."""

from bot.core.redact.masker import Masker, restored

__all__ = ["Masker", "restored"]
