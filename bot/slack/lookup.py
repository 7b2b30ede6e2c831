"""The one thing a click needs to know before it is acknowledged: how the question stands; one small query."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from bot.core.db import transaction
from bot.core.models import Question, Report, Workspace
from bot.core.redact import Masker
from bot.core.slack.questions import QuestionView


def question_in(team_id: str, question_id: int) -> QuestionView | None:
    """The question, if it belongs to this Slack workspace."""
    query = (
        select(Question)
        .join(Report, Report.id == Question.report_id)
        .join(Workspace, Workspace.id == Report.workspace_id)
        .where(Question.id == question_id, Workspace.team_id == team_id)
    )
    with transaction() as session:
        row = session.scalars(query).first()
    return _view(row) if row else None


def open_beside(question_id: int) -> list[QuestionView]:
    """The open questions of the round that a question belongs to, in their order."""
    asked = aliased(Question)
    query = (
        select(Question)
        .join(asked, (asked.report_id == Question.report_id) & (asked.round == Question.round))
        .where(asked.id == question_id, Question.state == "open")
        .order_by(Question.position)
    )
    with transaction() as session:
        return [_view(row) for row in session.scalars(query)]


def _view(row: Question) -> QuestionView:
    # Whoever clicks late is told an answer that may come from a form that nobody else saw.
    answer = Masker().mask(row.answer)
    return QuestionView(row.id, row.position, row.text, row.reason, row.suggestions, row.state, answer)
