"""Duplicates: which earlier tickets the report is about, and what shows it; nothing is joined or closed here."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.core.db import transaction
from bot.core.models import Report
from bot.core.tickets.content import Alike
from bot.core.tickets.states import State
from workers.chain.context import Context, Made
from workers.chain.data import Alikes
from workers.chain.earlier import Earlier, earlier
from workers.chain.likewise import says_the_same
from workers.chain.quoting import block, fit, middle_out, quote
from workers.chain.words import clip_words, content_words, normal, sentences
from workers.retrieval import Scope

# How like a ticket must be to be taken for the same without a full model (if it says so, too), and to be worth a
# reviewer's look. A small model calls every second ticket the same, so it is not asked.
SURE, LIKELY = 0.62, 0.5
# Tickets that are shown, and the characters of each that a model reads.
_SHOWN, _TEXT = 3, 1_500
_QUOTE = 16  # words
# What a ticket in such a state has come to, in place of `same`.
_ENDED: dict[str, Literal["shipped", "declined"]] = {State.SHIPPED: "shipped", State.DECLINED: "declined"}


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Judged(_Answer):
    ticket: int
    verdict: Literal["different", "related", "same"]
    report_words: str
    ticket_words: str


class DuplicatesAnswer(_Answer):
    """What a model says."""

    tickets: list[_Judged]


def by_model(made: Made, context: Context) -> Alikes:
    """One call over all candidates, none without any; what it calls same or related it must quote."""
    found = _earlier(context, made, made.triage.other_words)
    if not found:
        return Alikes(items=[])
    said, _ = fit(made.whole, context.rung)
    shown = "\n\n".join(f"{number}.\n{block(_text(one))}" for number, one in enumerate(found, 1))
    answer = context.ask("fast", "duplicates/v2", {"thread": quote(said), "tickets": shown}, DuplicatesAnswer)
    judged = {item.ticket: item for item in reversed(answer.tickets) if 0 < item.ticket <= len(found)}
    items = [_quoted(found[number - 1], judged[number], made.whole.text) for number in sorted(judged)]
    return _shown([item for item in items if item])


def by_rules(made: Made, context: Context) -> Alikes:
    """Likeness alone, to what was said: another wording proves nothing without a judge, and to be much alike little."""
    found = _earlier(context, made, [])
    items = [_by_words(one, made.whole.text) for one in found]
    return _shown([item for item, one in zip(items, found, strict=True) if one.score >= LIKELY])


def _earlier(context: Context, made: Made, wordings: list[str]) -> list[Earlier]:
    with transaction() as session:
        report = session.get_one(Report, made.whole.report_id)
        scope = Scope.of(session, report)
    return earlier([made.whole.text, *wordings], report.created_at, scope, context.masker)


def _text(one: Earlier) -> str:
    return middle_out(f"{one.title}\n{one.text}".strip(), _TEXT)


def _quoted(one: Earlier, judged: _Judged, said: str) -> Alike | None:
    """What a model found, as far as its quotations stand where they should."""
    ours, theirs = normal(judged.report_words), normal(judged.ticket_words)
    if judged.verdict == "different" or not (ours and theirs and ours in normal(said) and theirs in normal(_text(one))):
        return None
    quotations = (clip_words(words.strip(' .…"“”'), _QUOTE) for words in (judged.report_words, judged.ticket_words))
    here, there = quotations
    return _alike(one, judged.verdict, f"“{here}” here, “{there}” there")


def _by_words(one: Earlier, said: str) -> Alike:
    same = one.score >= SURE and says_the_same(said, _text(one))
    words = content_words(said)
    nearest = max(sentences(_text(one)) or [one.title], key=lambda sentence: len(content_words(sentence) & words))
    return _alike(one, "same" if same else "related", f"it says “{clip_words(nearest, _QUOTE)}”")


def _alike(one: Earlier, relation: Literal["same", "related"], why: str) -> Alike:
    return Alike(
        relation=_ENDED.get(one.state, relation) if relation == "same" else relation,
        ticket_id=one.ticket_id,
        document_id=one.document,
        title=one.title,
        standing=one.standing,
        since=one.since.date() if one.since else None,
        url=one.url,
        why=why,
    )


def _shown(items: list[Alike]) -> Alikes:
    """The few that matter, those that are the same first."""
    return Alikes(items=sorted(items, key=lambda item: item.relation == "related")[:_SHOWN])
