"""Who is who: people, workspaces, sign-in links, sessions, bearer tokens. Secrets are kept as hashes; no HTTP."""

from bot.core.access.members import make_member
from bot.core.access.people import person_of_slack, reviewer_of_slack, workspace_of
from bot.core.access.tokens import (
    SESSION_LIFE,
    add_person,
    issue_api_token,
    issue_link,
    person_of_link,
    person_of_token,
    remove_person,
    revoke_session,
    session_of,
    sign_in,
)

__all__ = [
    "SESSION_LIFE",
    "add_person",
    "issue_api_token",
    "issue_link",
    "make_member",
    "person_of_link",
    "person_of_slack",
    "person_of_token",
    "remove_person",
    "reviewer_of_slack",
    "revoke_session",
    "session_of",
    "sign_in",
    "workspace_of",
]
