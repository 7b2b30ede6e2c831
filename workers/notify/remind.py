"""One reminder while questions are open, at half of the wait and never at night; after it the draft comes without."""

from datetime import timedelta

from bot.core.clock import now
from bot.core.db import transaction
from bot.core.errors import Later
from bot.core.models import Person, Report
from bot.core.outbox import topics
from bot.core.reports import questions_of
from bot.core.reports.questions import WORTH_REMINDING
from bot.core.slack.notes import reminder
from workers.base import Job
from workers.notify.client import configured
from workers.notify.order import only_after, shown_for
from workers.notify.quiet import until_morning
from workers.notify.to_report import say


def handle(job: Job) -> None:
    """Remind the thread of report `report_id` of round `round`, if something is still open.

    Raises Later at night, and while the questions were not there for an hour, as after Slack was away.
    """
    if not configured():
        return
    number = job.payload["round"]
    with transaction() as session:
        report = session.get_one(Report, job.payload["report_id"])
        asked = [question for question in questions_of(session, report.id) if question.round == number]
        still = sum(question.state == "open" for question in asked)
        user = session.get_one(Person, report.reporter_id).slack_user_id
        key = f"questions:{report.id}:{number}"
        if still:
            only_after(session, key, topics.QUESTIONS, f"{report.id}:{number}")
        shown = shown_for(session, key)
    left = report.wait_until - now() if report.wait_until else timedelta()
    if not still or left <= timedelta() or not report.thread_ts:
        return
    if shown is not None and shown < WORTH_REMINDING:
        raise Later("The questions have only just appeared.", (WORTH_REMINDING - shown).total_seconds(), counts=False)
    if sleep := until_morning(user):
        if sleep < left:
            raise Later("The reminder waits for the morning.", sleep.total_seconds(), counts=False)
        return
    say(report, f"remind:{report.id}:{number}", reminder(still, left))
