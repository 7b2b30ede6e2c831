"""Deciding in Slack by one click: approval, rights, who was faster, and what the message shows afterwards."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, update

from bot.core import access
from bot.core.db import transaction
from bot.core.models import InboxItem, OutboxItem, Problem, Run, Ticket, Workspace
from bot.core.outbox import topics
from bot.core.tickets import review
from bot.core.tickets.content import Statement
from bot.core.tickets.life import locked
from deploy.sandbox.slack.blockkit.blocks import message_errors, too_long
from tests.flows import desk_world as desk
from tests.flows import review_world as world
from tests.flows.review_world import ADA, BO, CONTENT, NOBODY, click, shown, ticket, verbs, whispers
from tests.flows.slack_support import House, house
from workers.base import Job
from workers.intake import handle
from workers.notify import whisper


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of, INKLING_REVIEW_CHANNEL="#product-review") as running:
        yield running


def promised(topic: str) -> int:
    with transaction() as session:
        return len(session.scalars(select(OutboxItem).where(OutboxItem.topic == topic)).all())


def test_one_click_approves(slack: House) -> None:
    """The ticket is approved in the clicker's name, the card is promised, the buttons give way to who it was."""
    world.waiting(slack)
    assert list(verbs(shown(slack))) == ["Approve", "Edit", "Decline", "Ask again", "Open"]
    click(slack, "Approve")
    slack.work()
    assert (ticket().state, world.reviews(), world.trail()) == (
        "approved",
        [("approve", "ada", "")],
        ["ticket.approve"],
    )
    assert promised(topics.DELIVER) == 1
    assert shown(slack)["text"].endswith("✓ Approved by ada.")
    assert list(verbs(shown(slack))) == ["Open"]
    assert whispers(slack, ADA) == []


def test_what_was_said_in_private_stays_on_the_desk(slack: House) -> None:
    """The channel reads the title and may decide; the statements and open questions are read at the desk."""
    world.waiting(slack, private=True)
    assert list(verbs(shown(slack))) == ["Approve", "Edit", "Decline", "Ask again", "Open"]
    assert "Said in private, so the text is on the desk only." in shown(slack)["text"]
    assert "hold the same slot" not in str(shown(slack))
    assert "Which version" not in str(shown(slack))


def test_the_first_of_two_clicks_counts_and_the_slower_one_is_told(slack: House) -> None:
    """Both click before a worker looks: one approval, one polite sentence to the slower one, also when told anew."""
    world.waiting(slack)
    click(slack, "Approve", ADA)
    click(slack, "Approve", BO)
    slack.work()
    assert world.reviews() == [("approve", "ada", "")]
    assert promised(topics.DELIVER) == 1
    assert whispers(slack, BO) == ["Approved by ada a moment ago. Nothing was changed."]
    assert whispers(slack, ADA) == []
    with transaction() as session:
        items = list(session.scalars(select(InboxItem.id).where(InboxItem.kind == "action")))
    for item in items:
        handle(Job({"inbox_id": item}, 1))
        # A worker that died may have told them already.
        whisper.handle(Job({"inbox_id": item}, 2))
    slack.work()
    assert len(whispers(slack, BO)) == 1
    assert len(slack.ours(channel=world.CHANNEL)) == 1


def test_a_double_click_is_one_approval_and_no_word(slack: House) -> None:
    """The same person twice wanted one thing, and it was done."""
    world.waiting(slack)
    click(slack, "Approve")
    click(slack, "Approve")
    slack.work()
    assert world.trail() == ["ticket.approve"]
    assert whispers(slack, ADA) == []


@pytest.mark.parametrize("label", ["Approve", "Edit", "Decline", "Ask again"])
def test_who_may_not_decide_is_told_how_they_may(slack: House, label: str) -> None:
    """A sentence for them alone; no form, no change, no word in the trail; nobody is pinged."""
    world.waiting(slack)
    click(slack, label, NOBODY)
    slack.work()
    (told,) = whispers(slack, NOBODY)
    assert told.startswith("Only a reviewer may decide on a draft, so nothing was changed.")
    assert told.endswith("inkling user add NAME --role reviewer --slack U0CSMNORTH")
    assert (ticket().state, world.trail(), world.reviews()) == ("in_review", [], [])
    assert slack.look("views", user=NOBODY)["views"] == []


@pytest.mark.parametrize("label", ["Approve", "Decline"])
def test_who_was_locked_out_may_not_decide_here_either(slack: House, label: str) -> None:
    """Removing somebody from the desk takes their right in Slack with it."""
    world.waiting(slack)
    with transaction() as session:
        access.remove_person(session, "ada")
    click(slack, label)
    slack.work()
    assert whispers(slack, ADA)[0].startswith("Only a reviewer may decide")
    assert world.trail() == []


@pytest.mark.parametrize("label", ["Approve", "Edit", "Decline", "Ask again"])
def test_an_outdated_message_decides_nothing(slack: House, label: str) -> None:
    """Whoever clicks on a version that was edited since is told so, and the message shows the newer one."""
    number = world.waiting(slack)
    old = shown(slack)
    assert desk.browser("bo", "reviewer").post(f"/tickets/{number}/edit", number="1", title="Newer")[0] == 303
    slack.work()
    assert shown(slack)["text"].startswith("Newer")
    assert {one.rpartition(".")[2] for one in verbs(shown(slack)).values()} == {"2", "open_draft"}
    click(slack, label, message=old)
    slack.work()
    (told,) = whispers(slack, ADA)
    assert told.startswith("There is a newer version of this draft (2; you saw 1). Nothing was changed.")
    assert (ticket().state, world.trail()) == ("in_review", ["ticket.edit"])
    assert slack.look("views", user=ADA)["views"] == []


def test_desk_and_slack_stay_in_step(slack: House) -> None:
    """What was decided in Slack stands on the desk and refuses a late click there with the name; and the other way."""
    number = world.waiting(slack)
    ola = desk.browser("ola", "reviewer")
    old = shown(slack)
    click(slack, "Approve")
    slack.work()
    assert 'name="number"' not in ola.http.get(f"/tickets/{number}").text
    status, page = ola.post(f"/tickets/{number}/approve", number="1")
    assert status == 409
    assert "Approved by ada a moment ago. Nothing was changed." in page
    click(slack, "Decline", BO, message=old)
    assert whispers(slack, BO) == ["Approved by ada a moment ago. Nothing was changed."]


def test_a_decision_at_the_desk_ends_the_buttons(slack: House) -> None:
    """Declined at the desk: the message says by whom and why, and a click that crossed it is told the same."""
    number = world.waiting(slack)
    click(slack, "Approve")
    desk.browser("ola", "reviewer").post(f"/tickets/{number}/decline", reason="not this year")
    slack.work()
    assert ticket().state == "declined"
    assert shown(slack)["text"].endswith("Declined by ola: “not this year”.")
    assert whispers(slack, ADA) == ["Declined by ola a moment ago. Nothing was changed."]


def test_tickets_of_another_workspace_are_out_of_reach(slack: House) -> None:
    """A click that names a ticket of another workspace changes nothing, whoever clicks."""
    world.waiting(slack)
    with transaction() as session:
        other = access.workspace_of(session, "T0OTHER")
        session.execute(update(Ticket).values(workspace_id=other.id))
    click(slack, "Approve")
    click(slack, "Decline")
    slack.work()
    assert world.trail() == []
    with transaction() as session:
        session.execute(update(Workspace).where(Workspace.team_id == world.TEAM).values(team_id="T0GONE"))
    click(slack, "Decline")
    assert all(told.startswith("There is no ticket") for told in whispers(slack, ADA))


def test_the_largest_and_worst_draft_fits_and_pings_nobody(slack: House) -> None:
    """Thousands of long lines full of mentions and masked links: a valid message, no ping, no hidden address."""
    evil = "<!channel> @here <@U0CSMNORTH> [docs](https://evil.test) <https://evil.test|docs> *x* " * 40
    lines = [Statement(text=evil) for _ in range(300)]
    huge = {"title": evil[:500], "priority_reason": evil * 20, "open_questions": [evil] * 200, "criteria": lines}
    world.waiting(slack, CONTENT.model_copy(update={**huge, "sections": {"summary": lines, "why": lines}}))
    message = shown(slack)
    assert message_errors(message["blocks"]) == []
    assert not too_long(message["blocks"])
    assert message["pings"] == []
    assert "300 criteria, 200 open questions" in message["text"]
    assert "[docs](" not in str(message["blocks"])
    assert "… and 597 more statements." in str(message["blocks"])
    click(slack, "Approve")
    slack.work()
    assert ticket().state == "approved"


def test_a_deleted_message_comes_back_with_the_decision(slack: House) -> None:
    """Nothing hangs on the message: the desk decides, and what was decided is shown once."""
    number = world.waiting(slack)
    slack.sandbox.sandbox.world.remove("C0REVIEW", shown(slack)["ts"])
    desk.browser("ola", "reviewer").post(f"/tickets/{number}/approve", number="1")
    slack.work()
    assert shown(slack)["text"].endswith("✓ Approved by ola.")


def test_in_an_archived_channel_the_decision_stands(slack: House) -> None:
    """What Slack does not let us show is a problem with a way out; the decision took effect."""
    world.waiting(slack)
    click(slack, "Approve")
    slack.sandbox.sandbox.world.channels["C0REVIEW"]["is_archived"] = True
    slack.work()
    assert ticket().state == "approved"
    with transaction() as session:
        (problem,) = session.scalars(select(Problem))
    assert problem.sentence.startswith(
        "The Slack channel #product-review is archived. Unarchive it, or choose another."
    )
    assert "INKLING_REVIEW_CHANNEL" in problem.sentence


@pytest.mark.parametrize("cause", ["left", "archived"])
def test_who_cannot_be_told_there_is_told_by_direct_message(slack: House, cause: str) -> None:
    """The slower one has left the channel, or it was archived: the sentence comes by direct message, once."""
    world.waiting(slack)
    click(slack, "Approve", ADA)
    click(slack, "Approve", BO)
    if cause == "left":
        slack.control("leave", user=BO, channel=world.CHANNEL)
    else:
        slack.sandbox.sandbox.world.channels["C0REVIEW"]["is_archived"] = True
    slack.work()
    (direct,) = [
        call["args"]["channel"] for call in slack.calls("chat.postMessage") if call["args"]["channel"][0] == "D"
    ]
    (told,) = slack.ours(channel=direct)
    assert told["text"] == "Approved by ada a moment ago. Nothing was changed."


def test_a_person_who_left_slack_leaves_no_trouble(slack: House) -> None:
    """Nobody can tell them, and nothing is tried for ever."""
    world.waiting(slack)
    click(slack, "Approve", NOBODY)
    slack.fault("chat.postEphemeral", "error:user_not_in_channel")
    slack.fault("conversations.open", "error:user_not_found")
    assert set(slack.work()) == {"done"}
    assert ticket().state == "in_review"


@pytest.mark.parametrize("kind", ["drop_after", "http_500"])
def test_a_whisper_of_unknown_outcome_is_not_repeated(slack: House, kind: str) -> None:
    """Slack keeps no list of them to look in, so at most one is sent."""
    world.waiting(slack)
    click(slack, "Approve", NOBODY)
    slack.fault("chat.postEphemeral", kind)
    slack.work(hurry=True)
    assert len(slack.calls("chat.postEphemeral")) == 1


def test_a_rate_limit_holds_a_whisper_back(slack: House) -> None:
    """What Slack surely did not take is said later."""
    world.waiting(slack)
    click(slack, "Approve", NOBODY)
    slack.fault("chat.postEphemeral", "ratelimited")
    slack.work(hurry=True)
    assert len(whispers(slack, NOBODY)) == 1


def test_a_draft_written_again_has_its_buttons_back(slack: House) -> None:
    """Sent back at the desk it says so; the next version is offered with its own number."""
    number = world.waiting(slack)
    desk.browser("ola", "reviewer").post(f"/tickets/{number}/revise", instruction="shorter")
    slack.work()
    assert shown(slack)["text"].endswith("Being written again.")
    assert list(verbs(shown(slack))) == ["Open"]
    with transaction() as session:
        found = locked(session, number)
        run = session.scalars(select(Run).order_by(Run.id.desc()).limit(1)).one()
        review.submit(session, found, CONTENT.model_copy(update={"title": "Shorter"}), "none", run.id)
    slack.work()
    click(slack, "Approve")
    slack.work()
    assert world.reviews()[-1] == ("approve", "ada", "")
