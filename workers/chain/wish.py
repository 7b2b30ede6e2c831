"""A reviewer's wish for the next draft, with the draft that it is about."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.models import Run
from bot.core.redact import Masker
from bot.core.tickets.content import SECTIONS, DraftContent, Statement
from bot.core.tickets.review import latest_draft
from workers.chain.data import Thread, Wish
from workers.chain.marks import Marks
from workers.chain.openings import REGROUPS
from workers.chain.written import written


def wish_of(session: Session, run: Run, thread: Thread, masker: Masker) -> Wish:
    """The run's instruction with the draft it is about; empty for a first draft."""
    draft, regroup = latest_draft(session, run.ticket_id), masker.mask(_regroup(session, run))
    if draft is None:
        return Wish(instruction=masker.mask(run.instruction), regroup=regroup)
    content = DraftContent.model_validate(draft.content)
    text = masker.mask(as_of_today(content, thread))
    return Wish(instruction=masker.mask(run.instruction), regroup=regroup, last=content, draft=text)


def as_of_today(content: DraftContent, thread: Thread) -> str:
    """A draft as text, with the marks that its messages and answers have in the thread as it is now.

    What else it cites is found anew for each draft and keeps its marks here: nobody knows yet what that will be.
    """
    marks = Marks(content, thread)
    said = {source.mark for source in thread.said}

    def today(one: Statement) -> Statement:
        passages = [mark for mark in one.marks if mark[0] not in ("m", "q")]
        return one.model_copy(update={"marks": [*(mark for mark in marks.today(one) if mark in said), *passages]})

    sections = {name: [today(one) for one in content.sections.get(name, [])] for name in SECTIONS}
    return written(content.title, sections, [today(one) for one in content.criteria])


def _regroup(session: Session, run: Run) -> str:
    """What a reviewer last said about how many tickets there should be; it holds for later versions too."""
    query = select(Run.instruction).where(Run.ticket_id == run.ticket_id, Run.instruction != "").order_by(Run.id.desc())
    return next((said for said in session.scalars(query) if REGROUPS.search(said)), "")
