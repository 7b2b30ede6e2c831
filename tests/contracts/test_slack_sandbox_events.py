"""What the sandbox tells the app by HTTP: signed envelopes, who hears what, deadlines, retries, verification."""

from collections.abc import Iterator

import pytest

from tests.contracts.slack_sandbox_fixtures import Recorder, Slack, recorder, sandbox, wait_for

CUSTOMERS = "C0CUSTOMERS"


@pytest.fixture
def app() -> Iterator[Recorder]:
    with recorder() as running:
        yield running


@pytest.fixture
def slack(app: Recorder) -> Iterator[Slack]:
    with sandbox(events_url=app.url, answer_timeout=0.4) as running:
        yield running


def test_a_message_comes_in_a_full_signed_envelope(slack: Slack, app: Recorder) -> None:
    """A person's message arrives once, signed, with everything the reference lists."""
    ts = slack.do("say", user="csm-north", channel="customers", text="the panel is offline")["ts"]
    slack.settle()
    (got,) = app.got
    assert app.forged == 0
    assert got.headers["content-type"] == "application/json"
    assert "x-slack-retry-num" not in got.headers
    data, event = got.data, got.event
    assert data["type"] == "event_callback"
    assert data["event_id"].startswith("Ev")
    assert (data["team_id"], data["api_app_id"]) == ("T0ROOMQUILL", "A0INKLING")
    (who,) = data["authorizations"]
    assert (who["user_id"], who["is_bot"], who["is_enterprise_install"]) == ("U0INKLING", True, False)
    assert data["is_ext_shared_channel"] is False
    assert data["event_context"]
    assert (event["ts"], event["event_ts"], event["channel_type"]) == (ts, ts, "channel")
    assert (event["user"], event["text"], event["team"]) == ("U0CSMNORTH", "the panel is offline", "T0ROOMQUILL")
    assert event["client_msg_id"]
    assert "_pings" not in event


def test_a_mention_is_two_events(slack: Slack, app: Recorder) -> None:
    """A mention in a channel comes as message and as app_mention, with one ts and two event ids."""
    slack.do("say", user="pm", channel="product", text="@inkling please look")
    slack.settle()
    assert sorted(got.event["type"] for got in app.got) == ["app_mention", "message"]
    assert len({got.data["event_id"] for got in app.got}) == 2
    assert len({got.event["ts"] for got in app.got}) == 1
    assert all(got.event["text"] == "<@U0INKLING> please look" for got in app.got)


def test_direct_messages_are_message_im_alone(slack: Slack, app: Recorder) -> None:
    """A mention in a direct message gives no app_mention, and the conversation is an im."""
    slack.do("dm", user="pm", text="@inkling hello")
    slack.settle()
    (got,) = app.got
    assert (got.event["type"], got.event["channel_type"]) == ("message", "im")
    assert got.event["channel"].startswith("D")


def test_nothing_from_channels_the_bot_is_not_in(slack: Slack, app: Recorder) -> None:
    """#incidents is silent until the bot is invited; its own joining is the first thing it hears."""
    slack.do("say", user="support-lead", channel="incidents", text="@inkling are you there?")
    slack.settle()
    assert app.got == []
    slack.do("join", user="inkling", channel="incidents", inviter="support-lead")
    slack.do("say", user="support-lead", channel="incidents", text="now?")
    slack.settle()
    kinds = {got.event["type"]: got.event for got in app.got}
    assert set(kinds) == {"member_joined_channel", "message"}
    assert kinds["member_joined_channel"]["inviter"] == "U0SUPPORT1"


def test_edits_deletions_and_the_apps_own_messages(slack: Slack, app: Recorder) -> None:
    """Edits come as message_changed with the version before, deletions as message_deleted, own messages with bot_id."""
    ts = slack.do("say", user="pm", channel="product", text="frist")["ts"]
    slack.do("edit", user="pm", channel="product", ts=ts, text="first")
    slack.do("delete", user="pm", channel="product", ts=ts)
    slack.client.chat_postMessage(channel="C0PRODUCT", text="mine")
    slack.settle()
    by_subtype = {got.event.get("subtype", got.event.get("bot_id", "")): got.event for got in app.got}
    changed, deleted = by_subtype["message_changed"], by_subtype["message_deleted"]
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("first", "frist")
    assert changed["message"]["edited"]["user"] == "U0PRODUCT1"
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "first")
    assert (by_subtype["B0INKLING"]["text"], by_subtype["B0INKLING"]["app_id"]) == ("mine", "A0INKLING")


def test_only_subscribed_events_come(slack: Slack, app: Recorder) -> None:
    """reaction_removed is not subscribed by default; subscribing brings it."""
    ts = slack.do("say", user="pm", channel="product", text="look")["ts"]
    slack.do("react", user="pm", channel="product", ts=ts, name="ticket")
    slack.do("react", user="pm", channel="product", ts=ts, name="ticket", remove=True)
    slack.settle()
    (added,) = app.of("reaction_added")
    assert added.event["item"] == {"type": "message", "channel": "C0PRODUCT", "ts": ts}
    assert (added.event["reaction"], added.event["item_user"]) == ("ticket", "U0PRODUCT1")
    assert app.of("reaction_removed") == []
    slack.do("config", subscribed=["reaction_removed"])
    slack.do("react", user="pm", channel="product", ts=ts, name="eyes")
    slack.do("react", user="pm", channel="product", ts=ts, name="eyes", remove=True)
    slack.settle()
    assert len(app.of("reaction_removed")) == 1


def test_opening_the_home_tab(slack: Slack, app: Recorder) -> None:
    """app_home_opened tells tab and direct channel, and carries the view once there is one."""
    slack.do("home", user="pm")
    slack.settle()
    (opened,) = app.of("app_home_opened")
    assert (opened.event["tab"], "view" in opened.event) == ("home", False)
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    slack.client.views_publish(user_id="U0PRODUCT1", view=view)
    slack.do("home", user="pm")
    slack.settle()
    assert app.of("app_home_opened")[1].event["view"]["blocks"][0]["type"] == "divider"


def test_a_failing_app_gets_four_tries(slack: Slack, app: Recorder) -> None:
    """Answers other than 2xx are retried three times with number and reason, under one event id."""
    app.answers += [(500, {}, "", 0)] * 4
    slack.do("say", user="pm", channel="product", text="hello")
    slack.settle()
    assert [got.headers.get("x-slack-retry-num") for got in app.got] == [None, "1", "2", "3"]
    assert {got.headers.get("x-slack-retry-reason") for got in app.got[1:]} == {"http_error"}
    assert len({got.data["event_id"] for got in app.got}) == 1
    log = slack.see("deliveries")["deliveries"]
    assert [(entry["attempt"], entry["status"]) for entry in log] == [(0, 500), (1, 500), (2, 500), (3, 500)]


def test_a_slow_app_is_asked_again(slack: Slack, app: Recorder) -> None:
    """An answer after the deadline counts as http_timeout even if it comes."""
    app.answers += [(200, {}, "", 0.8)]
    slack.do("say", user="pm", channel="product", text="hello")
    slack.settle()
    assert len(app.got) == 2
    assert app.got[1].headers["x-slack-retry-reason"] == "http_timeout"


def test_no_retry_is_honoured(slack: Slack, app: Recorder) -> None:
    """X-Slack-No-Retry: 1 ends it."""
    app.answers += [(500, {"X-Slack-No-Retry": "1"}, "", 0)]
    slack.do("say", user="pm", channel="product", text="hello")
    slack.settle()
    assert len(app.got) == 1


def test_an_absent_app_is_noted(app: Recorder) -> None:
    """Nobody listening: connection_failed, four times."""
    with sandbox(events_url="http://127.0.0.1:9/slack/events", retry_delays=(0.0, 0.0, 0.0)) as slack:
        slack.do("say", user="pm", channel="product", text="hello")
        slack.settle()
        log = slack.see("deliveries")["deliveries"]
        assert [entry["problem"] for entry in log] == ["connection_failed"] * 4


def test_a_new_address_is_verified(app: Recorder) -> None:
    """Setting events_url sends url_verification; a wrong answer is reported and kept in the log, no more."""
    with sandbox() as slack:
        assert slack.do("config", events_url=app.url)["verified"] is True
        assert app.got[0].data["type"] == "url_verification"
        app.answers += [(200, {}, "no idea", 0)]
        assert slack.do("config", events_url=app.url) == {"verified": False, "problem": "challenge_failed"}
        assert [e["kind"] for e in slack.see("deliveries")["deliveries"]] == ["url_verification"] * 2


def test_a_wrong_secret_shows(slack: Slack, app: Recorder) -> None:
    """Signatures follow the secret, so a changed one is noticed by the app."""
    slack.do("config", signing_secret="another")
    slack.do("say", user="pm", channel="product", text="hello")
    wait_for(lambda: app.forged == 1)


def test_raw_events_are_sent_as_they_are(slack: Slack, app: Recorder) -> None:
    """raw_event posts any body, signed."""
    answer = slack.do("raw_event", envelope={"type": "event_callback", "event": {"type": "strange"}})
    assert answer["status"] == 200
    assert app.got[0].event == {"type": "strange"}
    assert app.forged == 0
