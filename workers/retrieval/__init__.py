"""What the company already knows: taking it in from its sources, telling what it means, and finding it again."""

from workers.retrieval.past import PastTicket, ingest_tickets
from workers.retrieval.search import Asking, Found, Scope, Similar, search, similar, standing
from workers.retrieval.sources import ingest_docs
from workers.retrieval.store import Counts

__all__ = [
    "Asking",
    "Counts",
    "Found",
    "PastTicket",
    "Scope",
    "Similar",
    "ingest_docs",
    "ingest_tickets",
    "search",
    "similar",
    "standing",
]
