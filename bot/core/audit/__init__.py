"""The audit trail: who did what when, before and after; it only grows, and seals prove that it did."""

from bot.core.audit.actors import INKLING, SYSTEM, Actor
from bot.core.audit.record import record
from bot.core.audit.seals import Verdict, seal, verify

__all__ = ["INKLING", "SYSTEM", "Actor", "Verdict", "record", "seal", "verify"]
