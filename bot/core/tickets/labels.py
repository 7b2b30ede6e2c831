"""What people read for the kinds and fields of a draft, at the desk and in Slack."""

from bot.core.tickets.content import SECTIONS

KINDS = {
    "bug": "Bug",
    "idea": "Idea",
    "feedback": "Feedback",
    "question": "Question",
    "not_actionable": "Nothing to do",
}

FIELDS = {
    "title": "Title",
    "kind": "Kind",
    "priority": "Priority",
    **SECTIONS,
    "summary": "Summary",
    "criteria": "Acceptance criteria",
    "open_questions": "Open questions",
    "assumptions": "Assumptions",
}
