"""Which events are kept, and the manifest that is made from the same tables."""

from typing import Any

import pytest

from bot.core.slack.commands import COMMANDS
from bot.core.slack.shortcuts import SHORTCUTS
from bot.slack.manifest import manifest
from bot.slack.people import pointed_at, trim, wanted

SAID: dict[str, Any] = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "ts": "2.1"}
REPLY = SAID | {"thread_ts": "1.1", "text": "x"}


@pytest.mark.parametrize(
    ("event", "kept"),
    [
        (SAID, False),
        (REPLY, True),
        (SAID | {"type": "app_mention"}, True),
        (SAID | {"channel_type": "im"}, True),
        (REPLY | {"bot_id": "B1"}, False),
        (REPLY | {"user": "UBOT"}, False),
        (REPLY | {"user": "USLACKBOT"}, False),
        (REPLY | {"subtype": "file_share"}, True),
        (REPLY | {"subtype": "thread_broadcast"}, True),
        (REPLY | {"subtype": "channel_join"}, False),
        (REPLY | {"subtype": "bot_message"}, False),
        (SAID | {"type": "app_mention", "bot_id": "B1"}, False),
        ({"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.1"}, True),
        ({"type": "app_mention"}, False),
    ],
)
def test_only_what_people_say_is_kept(event: dict[str, Any], kept: bool) -> None:  # noqa: FBT001  # a column of the table above
    """People's words that may concern a report are kept; bots, bookkeeping and other talk are not."""
    assert wanted(event, "UBOT") is kept


@pytest.mark.parametrize(
    ("new", "old", "kept"),
    [
        ({"user": "U1", "text": "b"}, {"text": "a"}, True),
        ({"user": "U1", "text": "a"}, {"text": "a"}, False),
        ({"user": "UBOT", "text": "b"}, {"text": "a"}, False),
        ({"user": "U1", "text": "b", "bot_id": "B1"}, {"text": "a"}, False),
    ],
)
def test_only_edits_by_people_are_kept(new: dict[str, Any], old: dict[str, Any], kept: bool) -> None:  # noqa: FBT001  # a column of the table above
    """Slack's own unfurling and our own updates are no edits."""
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "message": new, "previous_message": old}
    assert wanted(event, "UBOT") is kept


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        ({"user": "U1", "text": "a"}, True),
        (None, True),
        ({"user": "UBOT", "text": "a"}, False),
        ({"user": "U1", "text": "a", "bot_id": "B1"}, False),
        ({"user": "USLACKBOT", "text": "a", "subtype": "tombstone"}, False),
    ],
)
def test_a_persons_tombstone_is_kept(before: dict[str, Any] | None, kept: bool) -> None:  # noqa: FBT001  # a column of the table above
    """A message with replies that is deleted becomes Slackbot's; it counts when a person had written it."""
    grave = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "ts": "1.1"}
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "message": grave}
    event |= {"previous_message": before} if before else {}
    assert wanted(event, "UBOT") is kept
    assert trim(event)["message"]["subtype"] == "tombstone"


ON_A_MESSAGE: dict[str, Any] = {
    "type": "reaction_added",
    "user": "U1",
    "reaction": "ticket",
    "item_user": "U2",
    "item": {"type": "message", "channel": "C1", "ts": "1.1"},
}


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({}, True),
        ({"item_user": None}, True),
        ({"item_user": "U1"}, True),
        ({"reaction": "ticket::skin-tone-2"}, False),
        ({"reaction": "eyes"}, False),
        ({"reaction": ""}, False),
        ({"user": "UBOT"}, False),
        ({"user": "USLACKBOT"}, False),
        ({"user": None}, False),
        ({"item_user": "UBOT"}, False),
        ({"item": None}, False),
        ({"item": {"type": "file", "file": "F1"}}, False),
        ({"item": {"type": "message", "channel": "C1"}}, False),
        ({"item": {"type": "message", "ts": "1.1"}}, False),
    ],
)
def test_only_the_reaction_of_a_person_on_a_message_counts(changed: dict[str, Any], kept: bool) -> None:  # noqa: FBT001  # a column of the table above
    """The emoji of the setting, by a person, on a message that is not ours; and none at all where it is turned off."""
    where = {"user_id": "U1", "channel_id": "C1", "message": {"ts": "1.1"}}
    assert pointed_at(ON_A_MESSAGE | changed, "UBOT", "ticket") == (where if kept else None)
    assert pointed_at(ON_A_MESSAGE | changed, "UBOT", "") is None


def test_little_of_an_event_is_kept() -> None:
    """Blocks, most of what Slack says of files, and the text of a message that was deleted stay out of the database."""
    file = {"id": "F1", "name": "a.png", "thumb_360": "https://files.slack.com/thumb", "size": 12}
    event = REPLY | {"blocks": [1], "files": [file], "previous_message": {"user": "U1", "ts": "1.1", "text": "secret"}}
    kept = {"files": [{"id": "F1", "name": "a.png", "size": 12}], "previous_message": {"user": "U1", "ts": "1.1"}}
    assert trim(event) == REPLY | kept


def test_the_manifest_names_what_the_app_listens_to() -> None:
    """Commands, events and scopes come from the tables the app listens by."""
    made = manifest("https://inkling.test")
    offered = [(one["type"], one["callback_id"], one["name"]) for one in made["features"]["shortcuts"]]
    assert offered == [
        ("message", "inkling.make_ticket", "Make a ticket"),
        ("global", "inkling.report", "Report to Inkling"),
    ]
    assert [command["command"] for command in made["features"]["slash_commands"]] == list(COMMANDS)
    assert made["settings"]["event_subscriptions"] == {
        "request_url": "https://inkling.test/slack/events",
        "bot_events": [
            "app_home_opened",
            "app_mention",
            "message.channels",
            "message.groups",
            "message.im",
            "reaction_added",
        ],
    }
    assert {"app_mentions:read", "chat:write", "im:write", "reactions:read", "users:read"} <= set(
        made["oauth_config"]["scopes"]["bot"]
    )


def test_shortcuts_keep_the_limits_of_a_manifest() -> None:
    """Slack takes at most 24 characters of a name, 150 of a description and 255 of an id."""
    for one in SHORTCUTS:
        assert (len(one.name) <= 24, len(one.description) <= 150, len(one.callback_id) <= 255) == (True, True, True)


def test_the_manifest_declares_home_and_agent() -> None:
    """Both tabs of the app are on, and it is an agent, which new apps can only be."""
    made = manifest("https://inkling.test")
    assert made["features"]["app_home"]["home_tab_enabled"] is True
    assert 0 < len(made["features"]["agent_view"]["agent_description"]) <= 300
    assert "assistant:write" in made["oauth_config"]["scopes"]["bot"]


def test_the_manifest_of_socket_mode_has_no_addresses() -> None:
    """With an app token everything comes through the socket."""
    made = manifest("https://inkling.test", by_socket=True)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in made["settings"]["event_subscriptions"]
