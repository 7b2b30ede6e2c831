"""A draft in the review channel, two reviewers and somebody who is none, and their hands; no tests here."""

from sqlalchemy import select

from bot.core import access, audit
from bot.core.db import transaction
from bot.core.models import AuditEvent, Draft, Report, Review, Run, Ticket
from bot.core.tickets import review
from bot.core.tickets.content import DraftContent, Evidence, Statement
from bot.core.tickets.life import locked, move
from tests.flows.slack_support import House, Json

TEAM, CHANNEL = "T0ROOMQUILL", "product-review"
# ada and bo may decide; the third is a member of the channel without any right.
ADA, BO, NOBODY = "pm", "support-lead", "csm-north"
CONTENT = DraftContent(
    kind="bug",
    title="Door panel confirms a booking while offline",
    sections={
        "summary": [Statement(text="Two people hold the same slot.", marks=["m1"])],
        "steps": [Statement(text="Unplug the panel."), Statement(text="Book on it.")],
    },
    criteria=[Statement(text="The panel refuses to book while offline.", marks=["m1"])],
    open_questions=["Which version?"],
    priority="P2",
    priority_reason="a main task fails",
    evidence=[Evidence(mark="m1", source="message", source_id=1, label="csm-north", quote="it broke")],
)


def waiting(slack: House, content: DraftContent = CONTENT, *, private: bool = False) -> int:
    """A draft that is announced to ada, bo and csm-north; returns the ticket."""
    slack.control("join", user=NOBODY, channel=CHANNEL)
    with transaction() as session:
        for name, member in (("ada", "U0PRODUCT1"), ("bo", "U0SUPPORT1")):
            access.make_member(session, access.add_person(session, name, "reviewer"), f"{TEAM}/{member}")
    slack.say("@inkling it broke")
    slack.work()
    with transaction() as session:
        ticket = locked(session, session.scalars(select(Ticket.id)).one())
        # Slack says so once the thread is read.
        session.scalars(select(Report)).one().private = private
        run = Run(report_id=session.scalars(select(Report.id)).one(), ticket_id=ticket.id, state="done")
        session.add(run)
        session.flush()
        move(session, ticket, "draft", audit.INKLING)
        review.submit(session, ticket, content, "none", run.id)
    slack.work()
    return ticket.id


def shown(slack: House) -> Json:
    """The one message in the review channel."""
    (message,) = slack.ours(channel=CHANNEL)
    return message


def verbs(message: Json) -> dict[str, str]:
    """The buttons of a message: label and action id."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return {element["text"]["text"]: element["action_id"] for row in rows for element in row}


def click(slack: House, label: str, user: str = ADA, *, message: Json | None = None) -> Json:
    """Press a button of the message; of `message` as it was before, for a screen that is behind."""
    if message is not None:
        stored = slack.sandbox.sandbox.world.messages["C0REVIEW"][message["ts"]]
        stored["blocks"] = message["blocks"]
    now = shown(slack)
    answer = slack.control("click", user=user, channel=CHANNEL, ts=now["ts"], action_id=verbs(now)[label])
    assert answer["status"] == "ok"
    return answer


def opened(slack: House, label: str, user: str = ADA) -> Json:
    """Press a button that opens a form; the form."""
    click(slack, label, user)
    (view,) = slack.look("views", user=user)["views"]
    return dict(view)


def submit(slack: House, view: Json, user: str = ADA, **fields: str | None) -> Json:
    """Type into a form and send it."""
    values = {f"inkling.review.{name}": {"inkling.review_input": value} for name, value in fields.items()}
    return slack.control("submit", user=user, view_id=view["id"], values=values)


def whispers(slack: House, user: str) -> list[str]:
    """What only this person was told in the review channel."""
    return [message["text"] for message in slack.look("messages", channel=CHANNEL, user=user)["ephemerals"]]


def ticket() -> Ticket:
    with transaction() as session:
        return session.scalars(select(Ticket)).one()


def reviews() -> list[tuple[str, str, str]]:
    """Every decision: what, by whom, and why."""
    with transaction() as session:
        rows = session.scalars(select(Review).order_by(Review.id)).all()
        events = session.scalars(select(AuditEvent).where(AuditEvent.actor.like("person:%")).order_by(AuditEvent.id))
        names = {event.actor: event.actor_name for event in events}
        return [(row.decision, names[f"person:{row.person_id}"], row.reason) for row in rows]


def drafts() -> list[DraftContent]:
    with transaction() as session:
        contents = session.scalars(select(Draft.content).order_by(Draft.number)).all()
    return [DraftContent.model_validate(content) for content in contents]


def trail() -> list[str]:
    """What people are on record to have done to tickets."""
    with transaction() as session:
        query = select(AuditEvent.action).where(AuditEvent.actor.like("person:%"), AuditEvent.ticket_id.is_not(None))
        return list(session.scalars(query.order_by(AuditEvent.id)))
