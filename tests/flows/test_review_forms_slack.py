"""Deciding in Slack by a form: edit, decline, ask again; what stands against it is said there, nothing is lost."""

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from bot.core import access
from bot.core.db import transaction
from bot.core.models import InboxItem, Run
from bot.core.tickets.content import Statement
from bot.slack import socket
from tests.flows import desk_world as desk
from tests.flows import review_world as world
from tests.flows.review_world import ADA, BO, CONTENT, click, drafts, opened, shown, submit, ticket, whispers
from tests.flows.slack_support import House, Json, house
from workers.base import Job
from workers.intake import handle

KEPT = "What you wrote is still here; copy it before you close this."


@pytest.fixture
def slack(database: str, settings_of: Callable[..., None]) -> Iterator[House]:
    with house(settings_of, INKLING_REVIEW_CHANNEL="#product-review") as running:
        yield running


def values(slack: House, user: str = ADA) -> dict[str, str]:
    """What stands in somebody's open form."""
    (view,) = slack.look("views", user=user)["views"]
    state = view["state"]["values"]
    return {block.rpartition(".")[2]: state[block]["inkling.review_input"].get("value") or "" for block in state}


def test_a_decline_needs_its_reason_and_tells_it(slack: House) -> None:
    """Blank, the form stays open with a sentence; written, the reporter reads it and the message says by whom."""
    world.waiting(slack)
    view = opened(slack, "Decline")
    assert "Why not? The reporter will read it." in str(view["blocks"])
    assert CONTENT.title in str(view["blocks"])
    blank = submit(slack, view, reason="  \n ")
    assert blank["errors"] == {
        "inkling.review.reason": "Say why in a sentence: the reporter will read it. Nothing was changed."
    }
    assert submit(slack, view, reason="we drop <offline> booking @channel")["status"] == "ok"
    assert (ticket().state, world.reviews()) == ("declined", [("decline", "ada", "we drop <offline> booking @channel")])
    slack.work()
    assert shown(slack)["text"].endswith("Declined by ada: “we drop &lt;offline&gt; booking @\u200bchannel”.")
    assert slack.ours()[0]["text"].startswith("Not now: “we drop &lt;offline&gt; booking @\u200bchannel”")
    assert all(message["pings"] == [] for message in [*slack.ours(), shown(slack)])
    assert slack.look("views", user=ADA)["views"] == []


def test_asking_again_starts_a_run_with_the_instruction(slack: House) -> None:
    """As the desk's "Send back": the version stays, the chain gets the instruction, the message says how it stands."""
    world.waiting(slack)
    view = opened(slack, "Ask again")
    assert submit(slack, view, instruction="name the customer")["status"] == "ok"
    assert (ticket().state, len(drafts())) == ("drafting", 1)
    with transaction() as session:
        assert "name the customer" in session.scalars(select(Run.instruction)).all()
    slack.work()
    assert shown(slack)["text"].endswith("Being written again.")
    assert list(world.verbs(shown(slack))) == ["Open"]


def test_an_edit_is_a_new_version(slack: House) -> None:
    """What was changed is the person's, what was not keeps its origin; the message shows the newer version."""
    number = world.waiting(slack)
    view = opened(slack, "Edit")
    assert view["blocks"][0]["elements"][0]["elements"][0]["text"].startswith("One statement per line.")
    text = "Two people hold the same slot. [m1]\nAn <angry> customer & his client stood outside."
    answer = submit(slack, view, title="Panel confirms offline", summary=text, priority="P1", open_questions=None)
    assert answer["status"] == "ok"
    old, new = drafts()
    assert (old, new.title, new.priority) == (CONTENT, "Panel confirms offline", "P1")
    first, second = new.sections["summary"]
    assert (first.by, first.marks) == ("inkling", ["m1"])
    assert (second.by, second.text) == ("person", "An <angry> customer & his client stood outside.")
    assert (new.open_questions, new.sections["steps"], new.criteria) == (
        [],
        CONTENT.sections["steps"],
        CONTENT.criteria,
    )
    slack.work()
    assert shown(slack)["text"].startswith("Panel confirms offline · bug · P1 proposed")
    assert world.verbs(shown(slack))["Approve"] == f"inkling.review.approve.{number}.2"
    assert (ticket().state, world.trail()) == ("in_review", ["ticket.edit"])
    click(slack, "Approve", BO)
    slack.work()
    assert world.reviews()[-1] == ("approve", "bo", "")


def test_saving_without_a_change_makes_no_version(slack: House) -> None:
    """A form that is sent as it was opened changes nothing."""
    world.waiting(slack)
    assert submit(slack, opened(slack, "Edit"))["status"] == "ok"
    assert (len(drafts()), world.trail()) == (1, [])


def test_what_cannot_be_saved_is_said_under_its_field(slack: House) -> None:
    """A title of blanks is refused at the title, and the rest stays as typed."""
    world.waiting(slack)
    answer = submit(slack, opened(slack, "Edit"), title="   ", criteria="Mine")
    assert answer["errors"] == {
        "inkling.review.title": "The title is empty. Nothing was saved; give the ticket a title."
    }
    assert values(slack)["criteria"] == "Mine"
    assert len(drafts()) == 1


def test_a_field_too_long_for_slack_is_left_to_the_desk(slack: House) -> None:
    """It is named with the way to the desk and no input; saving the others leaves every word of it."""
    long = [Statement(text=f"{at}. {'word ' * 60}".strip()) for at in range(12)]
    number = world.waiting(slack, CONTENT.model_copy(update={"criteria": long}))
    view = opened(slack, "Edit")
    assert "Too long for a form of Slack's, so saving here leaves it as it is: Acceptance criteria (" in str(
        view["blocks"]
    )
    assert f"http://127.0.0.1:8000/tickets/{number}/edit" in str(view["blocks"])
    assert "criteria" not in values(slack)
    assert submit(slack, view, title="Shorter")["status"] == "ok"
    assert (drafts()[-1].title, drafts()[-1].criteria) == ("Shorter", long)


FORMS: list[tuple[str, dict[str, str]]] = [
    ("Edit", {"title": "Mine"}),
    ("Decline", {"reason": "mine"}),
    ("Ask again", {"instruction": "mine"}),
]


@pytest.mark.parametrize(("label", "typed"), FORMS)
def test_who_comes_too_late_keeps_what_they_typed(slack: House, label: str, typed: dict[str, str]) -> None:
    """Somebody approves while the form is open: it stays open with who was faster, and nothing is changed."""
    number = world.waiting(slack)
    view = opened(slack, label)
    assert desk.browser("ola", "reviewer").post(f"/tickets/{number}/approve", number="1")[0] == 303
    answer = submit(slack, view, **typed)
    assert answer["status"] == "errors"
    (told,) = answer["errors"].values()
    assert told == f"Approved by ola a moment ago. Nothing was changed. {KEPT}"
    assert typed.items() <= values(slack).items()
    assert (world.reviews(), len(drafts())) == ([("approve", "ola", "")], 1)


@pytest.mark.parametrize(("label", "typed"), FORMS)
def test_a_newer_version_is_not_decided_unseen(slack: House, label: str, typed: dict[str, str]) -> None:
    """The draft was edited while the form was open: no decision on what the person has not seen."""
    number = world.waiting(slack)
    view = opened(slack, label)
    desk.browser("ola", "reviewer").post(f"/tickets/{number}/edit", number="1", title="Newer")
    (told,) = submit(slack, view, **typed)["errors"].values()
    assert told.startswith("There is a newer version of this draft (2; you saw 1). Nothing was changed.")
    assert told.endswith(KEPT)
    assert (ticket().state, world.trail(), drafts()[-1].title) == ("in_review", ["ticket.edit"], "Newer")


def test_a_form_sent_twice_decides_once(slack: House) -> None:
    """The answer to the first sending was lost: the second closes the form, and there is one version."""
    world.waiting(slack)
    view = opened(slack, "Edit")
    assert submit(slack, view, title="Mine")["status"] == "ok"
    slack.sandbox.sandbox.world.views[view["id"]] = view | {"_user": "U0PRODUCT1", "_errors": {}}
    assert submit(slack, view, title="Mine")["status"] == "ok"
    assert (len(drafts()), world.trail()) == (2, ["ticket.edit"])
    with transaction() as session:
        (kept,) = session.scalars(select(InboxItem).where(InboxItem.kind == "view"))
    assert (kept.outcome, kept.handled_at is not None, "Mine" in str(kept.payload)) == ("edit", True, False)
    handle(Job({"inbox_id": kept.id}, 1))


def test_a_right_that_was_taken_meanwhile_is_gone(slack: House) -> None:
    """Who is no reviewer any more when the form arrives is told so in it."""
    world.waiting(slack)
    view = opened(slack, "Decline")
    with transaction() as session:
        access.add_person(session, "ada", "reporter")
    answer = submit(slack, view, reason="mine")
    assert answer["errors"]["inkling.review.reason"].startswith("Only a reviewer may decide on a draft")
    assert world.trail() == []


def test_a_form_that_does_not_open_is_explained(slack: House) -> None:
    """When Slack does not open the form, the person reads what to do instead; nothing fails."""
    world.waiting(slack)
    slack.fault("views.open", "error:expired_trigger_id")
    click(slack, "Edit")
    assert whispers(slack, ADA) == ["Slack did not open the form in time. Click again, or open the draft at the desk."]


def test_all_of_it_through_the_socket(database: str, settings_of: Callable[..., None]) -> None:
    """Socket Mode: a form opens, refuses, and decides; an approval comes through."""
    settings: Json = {"SLACK_APP_TOKEN": "xapp-sandbox-app", "INKLING_REVIEW_CHANNEL": "#product-review"}
    with house(settings_of, http_edge=False, **settings) as slack:
        socket.start()
        try:
            deadline = time.monotonic() + 20
            while not slack.look("state")["sockets"]:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            world.waiting(slack)
            view = opened(slack, "Edit")
            assert submit(slack, view, title=" ")["status"] == "errors"
            assert submit(slack, view, title="Mine")["status"] == "ok"
            slack.work()
            click(slack, "Approve", BO)
            slack.work()
        finally:
            socket.stop()
        assert shown(slack)["text"].startswith("Mine ·")
        assert shown(slack)["text"].endswith("✓ Approved by bo.")
