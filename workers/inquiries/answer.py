"""Answers an inquiry: gathers what its readers may know, has it put into at most five sentences, posts it once."""

from collections.abc import Sequence

from bot.core import inquiries
from bot.core.db import transaction
from bot.core.models import Inquiry
from bot.core.redact import Masker
from bot.core.slack.inquiry import answer_message
from workers.base import Job
from workers.chain.orders import is_order
from workers.chain.words import clip_words, overlap, sentences
from workers.inquiries import by_model, wording
from workers.inquiries.asked import Asked, read
from workers.inquiries.known import nearest, spoken_of
from workers.inquiries.mine import mine
from workers.notify import agent
from workers.notify.client import configured
from workers.notify.to_report import answer
from workers.retrieval import Found, Scope, search

MOST = 5
# Documents that a model reads, those that are quoted without one, and the share of the subject that they must have.
_DOCUMENTS, _QUOTED, _ENOUGH = 3, 2, 0.5
_WORDS = 35


def handle(job: Job) -> None:
    """Answer inquiry `job.payload["inquiry_id"]`; what was answered before is only posted."""
    if not configured():
        return
    with transaction() as session:
        inquiry = session.get(Inquiry, job.payload["inquiry_id"])
    if inquiry is None:
        return
    if inquiry.answered_at is None:
        if inquiry.channel_id.startswith("D") and inquiry.thread_ts:
            agent.busy(inquiry.channel_id, inquiry.thread_ts, agent.LOOKING)
        lines, by = _answered(inquiry)
        with transaction() as session:
            inquiry = inquiries.answer(session, inquiry.id, "\n".join(lines[:MOST]), by)
    answer(inquiry, answer_message(inquiry.answer))


def _answered(inquiry: Inquiry) -> tuple[list[str], str]:
    """The sentences, and what wrote them."""
    asked = read(inquiry.text, inquiry.created_at)
    # Wordings may have changed since it was kept: then all of it is the subject.
    asked = asked or Asked(mine=False, subject=inquiry.text)
    scope = Scope(inquiry.workspace_id, (inquiry.channel_id,))
    # A direct message with us has one reader, as has an answer that goes to the asker alone.
    alone = inquiry.channel_id.startswith("D") or not inquiry.thread_ts
    if not asked.mine:
        return _about(inquiry.text, asked, scope, alone=alone)
    with transaction() as session:
        found = mine(session, inquiry, asked.subject, asked.window, scope, alone=alone)
    none = wording.nothing(asked.subject, asked.window, mine=True, alone=alone)
    return wording.own(found) or none, "rules"


def _about(text: str, asked: Asked, scope: Scope, *, alone: bool) -> tuple[list[str], str]:
    subject, window, masker = asked.subject, asked.window, Masker()
    with transaction() as session:
        spoken = spoken_of(session, subject, window, scope, masker)
        before = spoken if spoken.tickets or window is None else spoken_of(session, subject, None, scope, masker)
    tickets, documents = spoken.named, list[Found]()
    if window is None:
        # No other ticket and no document tells when it was said.
        tickets = tickets or nearest(subject, scope, masker)
        documents = search(subject, scope, kinds=("document",), limit=_DOCUMENTS, subject=True)
    if said := by_model.sentences(text, tickets, documents, masker):
        return [wording.counted(spoken, subject, window, named=False), *said], "model"
    lines = [wording.counted(spoken, subject, window, named=True)] if spoken.tickets else []
    if not spoken.tickets and (others := before.named or tickets):
        lines = [wording.counted(spoken, subject, window, named=False), wording.others(others, before)]
    lines += _quoted(subject, documents, masker)
    return lines or wording.nothing(subject, window, mine=False, alone=alone), "rules"


def _row(text: str) -> str:
    """A row of a table as words."""
    cells = [cell.strip() for cell in text.strip().strip("|").split("|")]
    return ", ".join(filter(None, cells)) if text.lstrip().startswith("|") else text


def _quoted(subject: str, documents: Sequence[Found], masker: Masker) -> list[str]:
    """What documents say of a subject, in their own words."""
    lines: list[str] = []
    for found in documents:
        told = [one for one in sentences(masker.mask(found.text)) if not is_order(one)]
        best = max(told, key=lambda one: (near := overlap(subject, one), len(one) * near), default="")
        if best and overlap(subject, f"{found.heading} {best}") >= _ENOUGH and len(lines) < _QUOTED:
            said = "The documents say" if not lines else "And"
            quoted = wording.clean(clip_words(_row(best), _WORDS), 300)
            lines.append(f"{said}: “{quoted}” ({by_model.page(found, masker)}).")
    return lines
