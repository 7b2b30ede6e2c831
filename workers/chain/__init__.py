"""The chain: from a report and its thread, over questions, to a draft whose every statement has a source."""

from workers.chain.runner import advance

__all__ = ["advance"]
