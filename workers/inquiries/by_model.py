"""An answer by a model: a few sentences, of which only those stay that their sources bear out; it counts nothing."""

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.core import log
from bot.core.redact import Masker
from bot.core.settings import settings
from bot.core.tickets.content import MARK, Removed, Statement
from bot.core.tickets.life import state_words
from workers.chain.checks import Checker
from workers.chain.data import Source, Thread
from workers.chain.quoting import block, middle_out, quote
from workers.chain.words import clip_words, normal
from workers.inquiries.known import Ticket
from workers.inquiries.wording import clean, link, name, shown
from workers.llm import ModelOutputError, ModelUnavailable, load, structured
from workers.retrieval import Found

PROMPTS = Path(__file__).parent / "prompts"
PROMPT = "inquiry/v1"
MOST = 4
# Characters of one source that a model reads, words of a sentence, tokens of an answer, sources shown for a sentence.
_TEXT, _WORDS, _TOKENS, _SOURCES = 1_500, 40, 2_000, 2
# Counts are ours: whoever else says how many there are may have made it up.
_COUNT = re.compile(
    r"(?i)\b(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|"
    r"several|many|most|all|few|both|half|no)\b(?: of)?(?: \w+){0,2} "
    r"(?:tickets?|reports?|requests?|customers?|people|users?|complaints?|cards?|colleagues)\b"
)
_log = log.get("inquiries")


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Sentence(_Answer):
    text: str
    marks: list[str]


class InquiryAnswer(_Answer):
    """What a model says."""

    sentences: list[_Sentence]


def sentences(inquiry: str, tickets: Sequence[Ticket], documents: Sequence[Found], masker: Masker) -> list[str]:
    """At most four sentences with their sources; none without a full model, or where nothing of its answer stands."""
    config = settings()
    sources = _sources(tickets, documents, masker)
    if not sources or not config.has_model or config.inkling_model_profile == "small":
        return []
    told = {"inquiry": block(inquiry), "passages": quote(sources)}
    try:
        said = structured("fast", load(PROMPTS, PROMPT), told, InquiryAnswer, masker=masker, max_tokens=_TOKENS)
    except (ModelUnavailable, ModelOutputError) as error:
        # Somebody waits, and what rules can say is there at once.
        _log.warning("answering by rules", reason=error.message)
        return []
    places = {f"t{number}": shown(ticket) for number, ticket in enumerate(tickets, 1)}
    places |= {f"d{number}": page(found, masker) for number, found in enumerate(documents, 1)}
    return _borne_out(said, sources, places)


def page(found: Found, masker: Masker) -> str:
    """A document's name and where to read it."""
    return ", ".join(filter(None, (name(masker.mask(found.title)), link("page", found.url))))


def _sources(tickets: Sequence[Ticket], documents: Sequence[Found], masker: Masker) -> list[Source]:
    known = []
    for number, ticket in enumerate(tickets, 1):
        stands = state_words(ticket.state) if ticket.state else ticket.standing
        told = [
            ticket.title,
            f"It is {stands}." if stands else "",
            f"Declined: {ticket.reason}" if ticket.reason else "",
        ]
        known.append(_source(f"t{number}", "ticket", ticket.document, [*told, ticket.text]))
    for number, found in enumerate(documents, 1):
        told = [masker.mask(text) for text in (found.title, found.heading, found.text)]
        known.append(_source(f"d{number}", "document", found.id, told))
    return known


def _source(mark: str, kind: str, row: int, told: Sequence[str]) -> Source:
    text = middle_out("\n".join(dict.fromkeys(filter(None, told))), _TEXT)
    return Source.model_validate({"mark": mark, "source": kind, "source_id": row, "label": f"a {kind}", "text": text})


def _borne_out(said: InquiryAnswer, sources: Sequence[Source], places: dict[str, str]) -> list[str]:
    """The sentences that their sources bear out, each once, with those sources."""
    checker = Checker(Thread(report_id=0, kind_hint=None, messages=[], answers=[], asked=[]), sources)
    texts = {source.mark: normal(source.text) for source in sources}
    kept: dict[str, str] = {}
    for given in said.sentences:
        checked = checker.statement(Statement(text=MARK.sub("", given.text), marks=given.marks))
        if isinstance(checked, Removed) or not checked.marks:
            continue
        evidence = " ".join(texts[mark] for mark in checked.marks)
        if any(normal(count[0]) not in evidence for count in _COUNT.finditer(checked.text)):
            continue
        text = clean(clip_words(checked.text, _WORDS), 400).rstrip(". ")
        shown_at = "; ".join(places[mark] for mark in checked.marks[:_SOURCES])
        kept.setdefault(normal(text), f"{text} ({shown_at}).")
    return list(kept.values())[:MOST]
