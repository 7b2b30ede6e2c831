"""The one thing a click needs to know before it is acknowledged: how the question stands; one small query."""

from sqlalchemy import select

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
        if row is None:
            return None
    # Whoever clicks late is told an answer that may come from a form that nobody else saw.
    answer = Masker().mask(row.answer)
    return QuestionView(row.id, row.position, row.text, row.reason, row.suggestions, row.state, answer)
