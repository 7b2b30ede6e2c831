"""Which function does which work: a table of topics, nothing else; the work lives in the rooms named here."""

from importlib import import_module

from bot.core.outbox import topics
from workers.base import Handler

_FUNCTIONS = {
    topics.INTAKE: "workers.intake:handle",
    topics.POINTED: "workers.intake.pointed:handle",
    topics.STATUS: "workers.notify.status:handle",
    topics.QUESTIONS: "workers.notify.questions:handle",
    topics.ANNOUNCE: "workers.notify.announce:handle",
    topics.OPEN_THREAD: "workers.notify.open_thread:handle",
    topics.HINT: "workers.notify.hint:handle",
    topics.REMIND: "workers.notify.remind:handle",
    topics.NOTED: "workers.notify.noted:handle",
    topics.DIGEST: "workers.notify.digest:handle",
    topics.DIGEST_ASKED: "workers.notify.digest:tell",
    topics.TELL: "workers.notify.tell:handle",
    topics.WHISPER: "workers.notify.whisper:handle",
    topics.HOME: "workers.notify.home:handle",
    topics.TOLD: "workers.notify.told:handle",
    topics.SUGGEST: "workers.notify.agent:suggest",
    topics.INQUIRY: "workers.inquiries.answer:handle",
    topics.FILES: "workers.intake.files:handle",
    topics.CHAIN: "workers.chain:advance",
    topics.CHANGE: "workers.chain.change:handle",
    topics.LEARN: "workers.learning.distil:handle",
    topics.EMBED: "workers.retrieval.embedding.fill:handle",
    topics.REMEMBER: "workers.retrieval.tickets:handle",
    topics.INGEST: "workers.retrieval.sources:handle",
    topics.DELIVER: "workers.trello:deliver",
    topics.FOLLOW: "workers.trello:follow",
}
assert set(_FUNCTIONS) == set(topics.QUEUES)


def handlers(queues: set[str]) -> dict[str, Handler]:
    """The functions for the topics of these queues; the rooms of other queues are not even imported."""
    found: dict[str, Handler] = {}
    for topic, address in _FUNCTIONS.items():
        if topics.QUEUES[topic] in queues:
            module, name = address.split(":")
            found[topic] = getattr(import_module(module), name)
    return found
