"""A reviewer's wish for the next draft, with the draft that it is about."""

from sqlalchemy.orm import Session

from bot.core.models import Run
from bot.core.tickets.content import DraftContent
from bot.core.tickets.review import latest_draft
from workers.chain.data import Wish
from workers.chain.written import written
from workers.llm import Masker


def wish_of(session: Session, run: Run, masker: Masker) -> Wish:
    """The run's instruction with the draft it is about; empty for a first draft."""
    draft = latest_draft(session, run.ticket_id)
    if draft is None:
        return Wish(instruction=masker.mask(run.instruction))
    content = DraftContent.model_validate(draft.content)
    text = written(content.title, content.sections, content.criteria)
    return Wish(instruction=masker.mask(run.instruction), last=content, draft=masker.mask(text))
