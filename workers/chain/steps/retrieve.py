"""Retrieve: passages of documents and past tickets that may bear on the report; whether they do, the writer decides."""

from bot.core.db import transaction
from workers.chain.context import Context, Made
from workers.chain.data import Passages, Source
from workers.retrieval import search


def by_words(made: Made, context: Context) -> Passages:
    """The nearest passages, masked like everything else, marked d1.. (documents) and t1.. (past tickets)."""
    with transaction() as session:
        found = search(session, made.thread.text)
    items: list[Source] = []
    for passage in found:
        letter, source = ("t", "ticket") if passage.kind == "ticket" else ("d", "document")
        number = sum(item.source == source for item in items) + 1
        place = passage.heading if passage.title in passage.heading else f"{passage.title}: {passage.heading}"
        items.append(
            Source.model_validate(
                {
                    "mark": f"{letter}{number}",
                    "source": source,
                    "source_id": passage.id,
                    "label": context.masker.mask(place.rstrip(": ")),
                    "text": context.masker.mask(passage.text),
                    "url": passage.url,
                }
            )
        )
    return Passages(items=items)
