"""A round of questions as one message in the report's thread, refreshed as answers come in or time runs out."""

from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import Report
from bot.core.outbox import topics
from bot.core.redact import Masker
from bot.core.reports import questions_of
from bot.core.slack.questions import QuestionView, questions_message
from workers.base import Job
from workers.notify.client import configured
from workers.notify.order import only_after
from workers.notify.post import exists
from workers.notify.to_report import say


def handle(job: Job) -> None:
    """Show round `round` of report `report_id`; before a command has its thread, that is left to open_thread.

    Raises Later while its status is not there yet.
    """
    if not configured():
        return
    number = job.payload["round"]
    with transaction() as session:
        # Held against open_thread, which looks for rounds that were asked before the thread was there.
        report = session.scalars(select(Report).where(Report.id == job.payload["report_id"]).with_for_update()).first()
        if report is None or not report.thread_ts:
            return
        key = f"questions:{report.id}:{number}"
        asked = [question for question in questions_of(session, report.id) if question.round == number]
        # Questions that were closed before anybody saw them need not be seen any more.
        if not any(question.state == "open" for question in asked) and not exists(session, key):
            return
        only_after(session, f"status:{report.id}", topics.STATUS, report.id)
    # Answers come from a form that nobody else saw.
    masker = Masker()
    views = [
        QuestionView(row.id, row.position, row.text, row.reason, row.suggestions, row.state, masker.mask(row.answer))
        for row in asked
    ]
    say(report, key, questions_message(views))
