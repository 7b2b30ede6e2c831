"""Finding what the company already knows, by words and by meaning, as far as who asks may see it."""

from workers.retrieval.search.found import Found, search, standing
from workers.retrieval.search.scope import Scope
from workers.retrieval.search.similar import Asking, Similar, similar

__all__ = ["Asking", "Found", "Scope", "Similar", "search", "similar", "standing"]
