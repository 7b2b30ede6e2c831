"""What kind of report something is, told by code from what was said; a person's choice and a model's come before."""

from workers.chain.kinds.choice import hint_of, kind_of

__all__ = ["hint_of", "kind_of"]
