"""Gives a report without a thread its own: the quoted report as its root, in the channel or by direct message."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from bot.core.db import transaction
from bot.core.models import Message, Person, Report
from bot.core.outbox import enqueue, topics
from bot.core.redact import Masker
from bot.core.reports import is_to_be_opened, questions_of
from bot.core.slack.blocks import Rendered
from bot.core.slack.notes import command_root
from bot.core.tickets.life import remember, tickets_of
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
        said = session.scalars(first).one()
        author = session.get_one(Person, said.author_id).slack_user_id
        # Nobody but its writer has seen a command yet.
        text = Masker().mask(said.text)
    lookup.learn_names(report.workspace_id, [name for name in dict.fromkeys((user, author)) if name])
    with transaction() as session:
        reporter = session.get_one(Person, report.reporter_id).label
        author = session.get_one(Person, said.author_id).label if said.author_id != report.reporter_id else ""
    place = _open(report, partial(command_root, reporter, report.kind_hint, text, author=author))
    if place is not None:
        _keep(report.id, place, lookup.permalink(place.channel, str(place.thread_ts)))


def _open(report: Report, root: Callable[..., Rendered]) -> Place | None:
    key = f"root:{report.id}"
    if is_to_be_opened(report.channel_id):
        return to_reporter(report, key, root())
    try:
        post = publish(key, report.workspace_id, Place(report.channel_id), root())
    except Refused:
        # A command works in any channel, also where we are no member: nothing to fix.
        where = f"#{report.channel_name}" if report.channel_name else "that channel"
        return to_reporter(report, key, root(absent_from=where))
    return Place(post.channel_id, post.ts)


def _keep(report_id: int, place: Place, permalink: str) -> None:
    """The report has its thread now: what was held back for it can be shown."""
    with transaction() as session:
        report = session.scalars(select(Report).where(Report.id == report_id).with_for_update()).one()
        report.channel_id, report.thread_ts, report.permalink = place.channel, place.thread_ts, permalink
        for ticket_id in tickets_of(session, report.id):
            # Who may know of it depends on the place.
            remember(session, ticket_id)
        enqueue(session, topics.STATUS, report.id, {"report_id": report.id})
        for number in {question.round for question in questions_of(session, report.id)}:
            subject = {"report_id": report.id, "round": number}
            enqueue(session, topics.QUESTIONS, f"{report.id}:{number}", subject)
