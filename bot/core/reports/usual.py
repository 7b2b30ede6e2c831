"""What people of a channel usually answer to the same question; only what that channel may read anyway."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.clock import now
from bot.core.models import Question, Report

_RECENT = timedelta(days=90)


def usual_answers(session: Session, report_id: int, field: str, *, longest: int, most: int = 2) -> list[str]:
    """The commonest short answers about `field` (at most `longest` characters) to other reports of the same channel."""
    report = session.get(Report, report_id)
    if report is None:
        return []
    said = func.min(Question.answer)
    query = (
        select(said)
        .join(Report, Report.id == Question.report_id)
        .where(Report.workspace_id == report.workspace_id, Report.channel_id == report.channel_id)
        .where(Report.id != report_id, Question.field == field, Question.state == "answered")
        .where(func.length(Question.answer).between(3, longest), Question.answered_at > now() - _RECENT)
        .group_by(func.lower(Question.answer))
        .having(func.count() > 1)
        .order_by(func.count().desc(), said)
        .limit(most)
    )
    return list(session.scalars(query))
