"""A reviewer's wish for the next draft, with the draft that it is about."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.models import Run
from bot.core.redact import Masker
from bot.core.tickets.content import DraftContent
from bot.core.tickets.review import latest_draft
from workers.chain.data import Wish
from workers.chain.openings import REGROUPS
from workers.chain.written import written


def wish_of(session: Session, run: Run, masker: Masker) -> Wish:
    """The run's instruction with the draft it is about; empty for a first draft."""
    draft, regroup = latest_draft(session, run.ticket_id), masker.mask(_regroup(session, run))
    if draft is None:
        return Wish(instruction=masker.mask(run.instruction), regroup=regroup)
    content = DraftContent.model_validate(draft.content)
    text = masker.mask(written(content.title, content.sections, content.criteria))
    return Wish(instruction=masker.mask(run.instruction), regroup=regroup, last=content, draft=text)


def _regroup(session: Session, run: Run) -> str:
    """What a reviewer last said about how many tickets there should be; it holds for later versions too."""
    query = select(Run.instruction).where(Run.ticket_id == run.ticket_id, Run.instruction != "").order_by(Run.id.desc())
    return next((said for said in session.scalars(query) if REGROUPS.search(said)), "")
