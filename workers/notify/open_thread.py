"""Gives a command's report a thread: the quoted report as its root, in the channel or by direct message."""

from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import Message, Person, Report
from bot.core.outbox import enqueue, topics
from bot.core.redact import Masker
from bot.core.reports import questions_of
from bot.core.slack.notes import command_root
from workers.base import Job
from workers.notify import lookup
from workers.notify.client import Refused, configured
from workers.notify.post import Place, publish
from workers.notify.to_report import to_reporter


def handle(job: Job) -> None:
    """Post the root for report `job.payload["report_id"]` and let the status follow; nothing if it has a thread."""
    if not configured():
        return
    with transaction() as session:
        report = session.get(Report, job.payload["report_id"])
        if report is None or report.thread_ts:
            return
        user = session.get_one(Person, report.reporter_id).slack_user_id
        first = select(Message).where(Message.report_id == report.id).order_by(Message.ts).limit(1)
        # Nobody but its writer has seen a command yet.
        text = Masker().mask(session.scalars(first).one().text)
    if user:
        lookup.learn_names(report.workspace_id, [user])
    with transaction() as session:
        reporter = session.get_one(Person, report.reporter_id).label
    place = _open(report, reporter, text)
    if place is not None:
        _keep(report.id, place, lookup.permalink(place.channel, str(place.thread_ts)))


def _open(report: Report, reporter: str, text: str) -> Place | None:
    key = f"root:{report.id}"
    try:
        post = publish(
            key, report.workspace_id, Place(report.channel_id), command_root(reporter, report.kind_hint, text)
        )
    except Refused:
        # A command works in any channel, also where we are no member: nothing to fix.
        where = f"#{report.channel_name}" if report.channel_name else "that channel"
        return to_reporter(report, key, command_root(reporter, report.kind_hint, text, absent_from=where))
    return Place(post.channel_id, post.ts)


def _keep(report_id: int, place: Place, permalink: str) -> None:
    """The report has its thread now: what was held back for it can be shown."""
    with transaction() as session:
        report = session.scalars(select(Report).where(Report.id == report_id).with_for_update()).one()
        report.channel_id, report.thread_ts, report.permalink = place.channel, place.thread_ts, permalink
        enqueue(session, topics.STATUS, report.id, {"report_id": report.id})
        for number in {question.round for question in questions_of(session, report.id)}:
            subject = {"report_id": report.id, "round": number}
            enqueue(session, topics.QUESTIONS, f"{report.id}:{number}", subject)
