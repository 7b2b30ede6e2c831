"""The kind of a thread: by the command used, by how it ends, else by the message that opens it; asks no model."""

from collections import Counter
from collections.abc import Iterable
from itertools import takewhile
from typing import get_args

from bot.core.tickets.content import Kind
from workers.chain.data import Source, Thread
from workers.chain.kinds.classifier import logits
from workers.chain.rules import spoken, tells, vague
from workers.chain.wording import ASKS, MILD_WISH, OPINION, settles
from workers.chain.words import content_words

# How much the share of sentences with a telling wording adds to what the classifier finds.
_WORDING = 3.0


def kind_of(thread: Thread) -> Kind:
    """The likeliest kind; with no words at all it is not actionable."""
    if hinted := hint_of(thread):
        return hinted
    if _over(thread):
        # What is wished once the trouble is gone is what is left of it.
        return "idea" if _wished(thread) else "not_actionable"
    if vague(thread):
        return "not_actionable"
    # What somebody says before anybody answers is why all of it was written.
    opening = takewhile(lambda message: message.who == thread.messages[0].who, thread.messages)
    told = _meant(opening) or _meant(thread.messages)
    votes, found = _votes(told), logits(" ".join(told))
    return max(found, key=lambda kind: found[kind] + _WORDING * votes[kind] / max(votes.total(), 1))


def _meant(messages: Iterable[Source]) -> list[str]:
    return [sentence for _, sentence in spoken(messages) if len(content_words(sentence)) > 1]


def hint_of(thread: Thread) -> Kind | None:
    """The kind that the person chose by their command."""
    return next((kind for kind in get_args(Kind) if kind == thread.kind_hint), None)


def _over(thread: Thread) -> bool:
    """Whether the end says that the trouble is over, and nobody tells of trouble after that."""
    ending = _ending(thread)
    told = [settles(sentence) for sentence in ending]
    if True not in told:
        return False
    after = ending[len(told) - told[::-1].index(True) :]
    return not any(tells("actual_behavior", sentence) and not _wishes(sentence) for sentence in after)


def _wished(thread: Thread) -> bool:
    return any(_wishes(sentence) for sentence in _ending(thread))


def _wishes(sentence: str) -> bool:
    return tells("desired_outcome", sentence) or MILD_WISH.search(sentence) is not None


def _ending(thread: Thread) -> list[str]:
    return [sentence for _, sentence in spoken(thread.messages[-2:])] if len(thread.messages) > 1 else []


def _votes(told: list[str]) -> Counter[Kind]:
    """How many sentences have a wording that speaks for a kind."""
    votes: Counter[Kind] = Counter()
    for sentence in told:
        wrong, wanted = tells("actual_behavior", sentence), tells("desired_outcome", sentence)
        asks = ASKS.search(sentence) is not None and not wanted and not wrong
        felt = OPINION.search(sentence) is not None
        votes.update({"bug": wrong, "idea": wanted, "question": asks, "feedback": felt})
    return votes
