"""What the fictional company Roomquill already knows: its documents and past tickets; run again it changes nothing."""

import json
from pathlib import Path

from bot.core.db import transaction
from workers.retrieval import PastTicket, embedding, ingest_docs, ingest_tickets

SANDBOX = Path(__file__).parents[1]


def past_tickets() -> list[PastTicket]:
    """The cards that the Trello stand-in begins with, as past tickets."""
    boards = json.loads((SANDBOX / "trello" / "seed.json").read_text())["boards"]
    return [
        PastTicket(f"{board['name']}/{card['name']}", card["name"], "\n".join(card["desc"]))
        for board in boards
        for card in board["cards"]
    ]


def main() -> None:
    """Take both in and say how much that was."""
    print(ingest_docs(SANDBOX / "company"))
    print(ingest_tickets(past_tickets()))
    with transaction() as session:
        # The embedder may have come after them.
        embedding.promise(session)


if __name__ == "__main__":
    main()
