"""Asking Slack who and where: names of people, workspace and channels, addresses; each remembered, none insisted on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, select

from bot.core import access, log
from bot.core.db import transaction
from bot.core.models import Message, Person, Report, Workspace
from bot.core.settings import settings
from workers.notify.client import Refused, read

# A thread names few people; whoever comes later is asked for with the next report.
MOST_NAMES = 60
_log = log.get("slack.lookup")


def authors(report_id: int) -> Select[str | None]:
    """Slack ids of those whose messages are stored for a report, and of its reporter."""
    written = select(Message.author_id).where(Message.report_id == report_id)
    reporter = select(Report.reporter_id).where(Report.id == report_id)
    return select(Person.slack_user_id).where(Person.id.in_(written) | Person.id.in_(reporter))


def learn_names(workspace_id: int, slack_ids: Iterable[str]) -> None:
    """Remember what these people are called (users.info); known names are not asked for again."""
    wanted = list(slack_ids)
    with transaction() as session:
        named = select(Person.slack_user_id).where(
            Person.workspace_id == workspace_id, Person.slack_user_id.in_(wanted), Person.display_name != ""
        )
        known = set(session.scalars(named))
    for user in [user for user in wanted if user not in known][:MOST_NAMES]:
        try:
            info = read("users_info", user=user)["user"]
        except Refused as refused:
            _log.info("name not learned", code=refused.code)
            if refused.code == "missing_scope":
                return
            continue
        profile = info.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or info.get("real_name") or info.get("name")
        with transaction() as session:
            access.person_of_slack(session, workspace_id, user, str(name or ""))


def learn_workspace(workspace_id: int) -> None:
    """Remember the workspace's name, address and our own user id there (auth.test), once."""
    with transaction() as session:
        if session.get_one(Workspace, workspace_id).url:
            return
    try:
        told = read("auth_test")
    except Refused:
        return
    with transaction() as session:
        workspace = session.get_one(Workspace, workspace_id)
        if told.get("team_id") == workspace.team_id:
            workspace.name, workspace.url = told.get("team", ""), told.get("url", "")
            workspace.bot_user_id = told.get("user_id", "")


def permalink(channel: str, ts: str) -> str:
    """The address of a message (chat.getPermalink); empty when Slack does not tell."""
    try:
        return str(read("chat_getPermalink", channel=channel, message_ts=ts).get("permalink", ""))
    except Refused:
        return ""


@dataclass(frozen=True)
class Channel:
    """A channel's name, empty for direct messages, and whether only some may read it, as far as Slack tells."""

    name: str
    private: bool


def channel(channel_id: str) -> Channel:
    """What a channel is (conversations.info); what Slack does not tell is taken for private."""
    if channel_id.startswith("D"):
        return Channel("", private=True)
    try:
        told = read("conversations_info", channel=channel_id).get("channel") or {}
    except Refused:
        return Channel("", private=True)
    closed = told.get("is_private", True) or told.get("is_im") or told.get("is_mpim")
    return Channel(str(told.get("name") or ""), private=bool(closed))


def channel_id(name: str) -> str:
    """The id behind a channel's id, name or #name (conversations.list). Raises Refused("channel_not_found")."""
    if re.fullmatch(r"[CG][A-Z0-9]{6,}", name):
        return name
    return _channel_called(name.removeprefix("#"), settings().slack_api_url)


@lru_cache(maxsize=64)
def _channel_called(bare: str, _api_url: str) -> str:
    cursor = ""
    while True:
        page = read(
            "conversations_list",
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=200,
            cursor=cursor or None,
        )
        for channel in page.get("channels", []):
            if channel.get("name") == bare:
                return str(channel["id"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            raise Refused("channel_not_found")
