"""What arrived becomes reports, messages and answers; reading a thread is here too, posting is not."""

from workers.intake.dispatch import handle

__all__ = ["handle"]
