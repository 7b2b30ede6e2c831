"""Clicks and forms: answers, and whether a match is the same; the first counts, a later one refreshes what is seen."""

from typing import Any

from sqlalchemy.orm import Session

from bot.core import access, reports
from bot.core.models import InboxItem, Match, Question, Report, Workspace
from bot.core.outbox import enqueue, topics
from bot.core.slack import ids
from bot.core.tickets import matches
from workers.intake.approvals import on_approve


def on_click(session: Session, workspace: Workspace, item: InboxItem) -> str:
    """A button: an answer (one of the suggestions, or "Don't know"), whether a match is the same, or an approval."""
    if "match_id" in item.payload:
        return _on_match(session, workspace, item)
    if "verb" in item.payload:
        return on_approve(session, workspace, item)
    choice = item.payload["choice"]
    question = session.get(Question, item.payload["question_id"])
    if question is None:
        return "no such question"
    if choice == ids.UNKNOWN:
        return _answer(session, workspace, item, question, None)
    if int(choice) >= len(question.suggestions):
        return "no such suggestion"
    return _answer(session, workspace, item, question, question.suggestions[int(choice)])


def _on_match(session: Session, workspace: Workspace, item: InboxItem) -> str:
    match = session.get(Match, item.payload["match_id"])
    if match is None or session.get_one(Report, match.report_id).workspace_id != workspace.id:
        return "no such match"
    person = access.person_of_slack(session, workspace.id, item.payload["user_id"])
    return matches.decide(session, match.id, person, same=item.payload["same"])


def on_form(session: Session, workspace: Workspace, item: InboxItem) -> str:
    """An answer in one's own words, or several at once."""
    if "answers" in item.payload:
        return ", ".join(_one_of(session, workspace, item, said) for said in item.payload["answers"])
    question = session.get(Question, item.payload["question_id"])
    return _answer(session, workspace, item, question, item.payload["text"]) if question else "no such question"


def _one_of(session: Session, workspace: Workspace, item: InboxItem, said: dict[str, Any]) -> str:
    """One answer of several: what was chosen, own words, or both."""
    question = session.get(Question, said["question_id"])
    if question is None:
        return "no such question"
    at = said["choice"]
    chosen = question.suggestions[int(at)] if at.isdecimal() and int(at) < len(question.suggestions) else ""
    text = ": ".join(part for part in (chosen, said["words"]) if part)
    return _answer(session, workspace, item, question, text or None)


def _answer(session: Session, workspace: Workspace, item: InboxItem, question: Question, text: str | None) -> str:
    report = session.get_one(Report, question.report_id)
    if report.workspace_id != workspace.id:
        return "no such question"
    person = access.person_of_slack(session, workspace.id, item.payload["user_id"])
    if reports.answer(session, question.id, person, text):
        enqueue(session, topics.STATUS, report.id, {"report_id": report.id})
        return "answered"
    subject = {"report_id": report.id, "round": question.round}
    enqueue(session, topics.QUESTIONS, f"{report.id}:{question.round}", subject)
    return "closed already"
