"""How work from the outbox is run: claimed, done, finished or put back; what the work is, its handler knows."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from bot.core import log, outbox
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.tickets.life import hold, locked, tickets_of
from bot.core.tickets.states import TERMINAL, State

MAX_ATTEMPTS = 8
_log = log.get("workers")


@dataclass(frozen=True)
class Job:
    """What a handler gets: ids to look at (`payload`) and the how-manieth try this is."""

    payload: dict[str, Any]
    attempt: int


Handler = Callable[[Job], None]


def perform(item_id: int, process_id: str, handlers: dict[str, Handler]) -> str:
    """Run one outbox item to its end or put it back; returns done, later, retry, dead or nothing."""
    with transaction() as session:
        held = outbox.claim(session, item_id, process_id)
    if held is None:
        return "nothing"
    with structlog.contextvars.bound_contextvars(topic=held.topic, item=held.id, attempt=held.attempt, **held.payload):
        if held.attempt > MAX_ATTEMPTS:
            # Claimed again and again and never finished: its process dies each time.
            return _give_up(held, "The work was interrupted too many times.")
        try:
            handlers[held.topic](Job(held.payload, held.attempt))
        except Later as later:
            with transaction() as session:
                outbox.put_back(session, held, later.message, later.seconds, counts=later.counts)
            _log.info("later", seconds=later.seconds, reason=later.message)
            return "later"
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, the item must not be lost
            return _failed(held, error)
        with transaction() as session:
            outbox.finish(session, held)
        return "done"


def _failed(held: outbox.Claim, error: Exception) -> str:
    _log.error("failed", error=f"{type(error).__name__}: {error}", where=traceback.format_exc(limit=-6))
    if held.attempt >= MAX_ATTEMPTS:
        return _give_up(held, f"{type(error).__name__}: {error}")
    with transaction() as session:
        outbox.put_back(session, held, f"{type(error).__name__}: {error}", min(2.0**held.attempt, 120))
    return "retry"


def _give_up(held: outbox.Claim, error: str) -> str:
    """Stop trying and let a person look: the tickets concerned wait with a sentence."""
    with transaction() as session:
        outbox.give_up(session, held, error)
        for ticket_id in _tickets_of(held.payload):
            ticket = locked(session, ticket_id)
            if ticket.state not in TERMINAL and ticket.state != State.ON_BOARD and held.topic in _DECISIVE:
                hold(session, ticket, f"{_DECISIVE[held.topic]} Nothing is lost; the story page says more.")
    _log.error("given up", error=error)
    return "dead"


_DECISIVE = {
    outbox.topics.CHAIN: "Writing this up failed several times, so a person has to look.",
    outbox.topics.DELIVER: "Bringing this to the board failed several times, so a person has to look.",
}


def _tickets_of(payload: dict[str, Any]) -> list[int]:
    if "ticket_id" in payload:
        return [int(payload["ticket_id"])]
    if "report_id" in payload:
        # The other tickets of a report are written by work that names them.
        with transaction() as session:
            return tickets_of(session, int(payload["report_id"]))[:1]
    return []
