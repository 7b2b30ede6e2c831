"""Where a house rule can hold, in words and to choose from; and the rules that a draft followed, as they were then."""

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from bot.core.models import HouseRuleVersion, Report, Ticket
from bot.core.settings import settings
from bot.core.tickets.content import DraftContent

# Channels and boards that are offered, those with the most reports first.
_MOST = 50


def places(session: Session, workspace_id: int) -> dict[str, str]:
    """Every scope that a rule of this workspace can have, with its name for people."""
    channels = (
        select(Report.channel_id, func.max(Report.channel_name).label("name"))
        .where(Report.workspace_id == workspace_id, Report.channel_id.not_like("D%"))
        .group_by(Report.channel_id)
        .order_by(func.count().desc(), Report.channel_id)
        .limit(_MOST)
    )
    named = {f"channel:{row.channel_id}": f"in #{row.name or row.channel_id}" for row in session.execute(channels)}
    boards = (
        select(Ticket.route_board)
        .where(Ticket.workspace_id == workspace_id, Ticket.route_board != "")
        .group_by(Ticket.route_board)
        .order_by(func.count().desc(), Ticket.route_board)
        .limit(_MOST)
    )
    known = dict.fromkeys(filter(None, [settings().trello_board, *session.scalars(boards)]))
    return {"": "everywhere", **named, **{f"board:{board}": f"for the board {board}" for board in known}}


def place(scope: str, known: dict[str, str]) -> str:
    """The name of a scope, also of one that is not offered any more."""
    return known.get(scope) or f"in {scope.partition(':')[2]}"


def followed(session: Session, content: DraftContent | None) -> list[HouseRuleVersion]:
    """The house rules that a draft followed, in the words they had then."""
    keys = [(one.rule, one.version) for one in content.house_rules] if content else []
    key = tuple_(HouseRuleVersion.rule_id, HouseRuleVersion.number)
    query = select(HouseRuleVersion).where(key.in_(keys)).order_by(HouseRuleVersion.rule_id)
    return list(session.scalars(query)) if keys else []
