"""What the company already knows, found again: taking documents and past tickets in, and searching them by words."""

from workers.retrieval.ingest import Counts, PastTicket, ingest_docs, ingest_tickets
from workers.retrieval.search import Found, search

__all__ = ["Counts", "Found", "PastTicket", "ingest_docs", "ingest_tickets", "search"]
