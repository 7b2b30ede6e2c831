"""Commands, clicks, shortcuts and forms: payloads as documented, answers obeyed, three seconds, response_url."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from slack_sdk.webhook import WebhookClient

from deploy.sandbox.slack.config import Config
from tests.contracts.slack_sandbox_fixtures import Recorder, Slack, actions, button, recorder, sandbox, section

PRODUCT = "C0PRODUCT"
JSON = {"Content-Type": "application/json"}


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def written(block_id: str, **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "text", **more.pop("element", {})}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **more}


MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "ticket",
    "title": plain("A ticket"),
    "submit": plain("Send"),
    "private_metadata": "kept",
    "notify_on_close": True,
    "blocks": [
        written("title", element={"max_length": 20}),
        written("note", optional=True),
        {
            "type": "input",
            "block_id": "kind",
            "label": plain("Kind"),
            "element": {
                "type": "static_select",
                "action_id": "pick",
                "options": [{"text": plain("Bug"), "value": "bug"}, {"text": plain("Idea"), "value": "idea"}],
            },
        },
    ],
}


@pytest.fixture
def app() -> Iterator[Recorder]:
    with recorder() as running:
        yield running


@pytest.fixture
def slack(app: Recorder) -> Iterator[Slack]:
    with sandbox(events_url=app.url, answer_timeout=0.5, subscribed=()) as running:
        yield running


def opened(slack: Slack, app: Recorder, view: dict[str, Any]) -> dict[str, Any]:
    """The modal that a shortcut's trigger opens."""
    slack.do("shortcut", user="pm", callback_id="report")
    return dict(slack.client.views_open(trigger_id=app.got[-1].data["trigger_id"], view=view)["view"])


def test_a_command_is_the_documented_form(slack: Slack, app: Recorder) -> None:
    """The app gets the form with every documented field; a silent 200 shows nothing."""
    done = slack.do("command", user="pm", channel="product", command="/bug", text="a < b, ask @pm in #product")
    assert done == {"status": "ok", "shown": "", "response": {}}
    form = app.got[0].data
    assert app.got[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert set(form) == {
        "token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command", "text",
        "api_app_id", "is_enterprise_install", "response_url", "trigger_id",
    }  # fmt: skip
    assert (form["command"], form["channel_name"]) == ("/bug", "product")
    assert form["text"] == "a &lt; b, ask <@U0PRODUCT1|pm> in <#C0PRODUCT|product>"
    assert slack.see("messages", channel="product", user="pm")["ephemerals"] == []


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ((200, {}, "On it.", 0), "On it."),
        ((200, JSON, json.dumps({"text": "On it."}), 0), "On it."),
        ((200, {}, "", 0.8), '/bug failed with the error "operation_timeout"'),
        ((500, {}, "", 0), '/bug failed with the error "http_service_error"'),
        ((404, {}, "", 0), '/bug failed with the error "http_client_error"'),
    ],
)
def test_what_a_person_sees_of_a_command(
    slack: Slack, app: Recorder, answer: tuple[int, dict[str, str], str, float], shown: str
) -> None:
    """Text and JSON answers, silence past the deadline and errors are all shown to the person alone."""
    app.answers.append(answer)
    slack.do("command", user="pm", channel="product", command="/bug", text="x")
    seen = slack.see("messages", channel="product", user="pm")
    assert [message["text"] for message in seen["ephemerals"]] == [shown]
    assert seen["messages"] == []


def test_in_channel_and_unknown_commands(slack: Slack, app: Recorder) -> None:
    """in_channel answers are messages for all; an unknown command never reaches the app."""
    app.answers.append((200, JSON, json.dumps({"text": "for all", "response_type": "in_channel"}), 0))
    slack.do("command", user="pm", channel="product", command="/bug", text="x")
    assert [m["text"] for m in slack.see("messages", channel="product")["messages"]] == ["for all"]
    assert slack.do("command", user="pm", channel="product", command="/dance")["status"] == "unknown"
    assert len(app.got) == 1


def test_a_click_is_a_full_block_actions_payload(slack: Slack, app: Recorder) -> None:
    """The clicked button arrives with message, container, channel, state and response_url."""
    blocks = [actions(button("yes", "Yes", value="1"), button("no", "No", value="2"), block_id="q")]
    ts = slack.client.chat_postMessage(channel=PRODUCT, text="?", blocks=blocks)["ts"]
    assert slack.do("click", user="pm", channel="product", ts=ts, action_id="no")["status"] == "ok"
    data = app.got[-1].data
    assert app.got[-1].body.startswith("payload=")
    (action,) = data["actions"]
    assert (action["type"], action["block_id"], action["value"]) == ("button", "q", "2")
    assert action["text"]["text"] == "No"
    assert data["container"] == {
        "type": "message", "message_ts": ts, "channel_id": PRODUCT, "is_ephemeral": False,
    }  # fmt: skip
    assert data["message"]["ts"] == ts
    assert data["channel"] == {"id": PRODUCT, "name": "product"}
    assert (data["user"]["id"], data["team"]["domain"], data["enterprise"]) == ("U0PRODUCT1", "roomquill", None)
    assert data["state"] == {"values": {}}
    assert data["trigger_id"]
    assert data["response_url"].startswith(slack.url)


def test_selects_and_shared_names(slack: Slack, app: Recorder) -> None:
    """`value` picks an option of a select, or one of several buttons of the same name in different blocks."""
    options = [{"text": plain(name), "value": name} for name in ("web", "panel")]
    menu = {"type": "static_select", "action_id": "where", "options": options}
    blocks = [actions(menu), actions(button("answer", value="yes")), actions(button("answer", value="no"))]
    ts = slack.client.chat_postMessage(channel=PRODUCT, text="?", blocks=blocks)["ts"]
    slack.do("click", user="pm", channel="product", ts=ts, action_id="where", value="panel")
    assert app.got[-1].data["actions"][0]["selected_option"]["value"] == "panel"
    slack.do("click", user="pm", channel="product", ts=ts, action_id="answer", value="no")
    assert app.got[-1].data["actions"][0]["value"] == "no"
    impossible = requests.post(
        f"{slack.url}/_control/click",
        json={"user": "pm", "channel": "product", "ts": ts, "action_id": "where", "value": "moon"},
        timeout=5,
    )
    assert impossible.status_code == 400


def test_a_failing_click_is_shown(slack: Slack, app: Recorder) -> None:
    """Clicks are never retried; the person is told."""
    ts = slack.client.chat_postMessage(channel=PRODUCT, text="?", blocks=[actions(button("go"))])["ts"]
    app.answers.append((500, {}, "", 0))
    done = slack.do("click", user="pm", channel="product", ts=ts, action_id="go")
    assert (done["status"], done["shown"]) == ("error", "http_service_error")
    assert len(app.got) == 1


def test_response_url_replaces_deletes_and_wears_out(slack: Slack, app: Recorder) -> None:
    """A click's response_url changes its message, speaks to the person, and works five times."""
    ts = slack.client.chat_postMessage(channel=PRODUCT, text="?", blocks=[actions(button("go"))])["ts"]
    slack.do("click", user="pm", channel="product", ts=ts, action_id="go")
    hook = WebhookClient(app.got[-1].data["response_url"])
    assert hook.send(text="changed", replace_original=True, blocks=[section("changed")]).body == "ok"
    seen = slack.see("messages", channel="product", user="pm")
    assert (seen["messages"][0]["text"], seen["messages"][0]["ts"]) == ("changed", ts)
    hook.send(text="for you")
    assert [m["text"] for m in slack.see("messages", channel="product", user="pm")["ephemerals"]] == ["for you"]
    hook.send(text="for all", response_type="in_channel")
    hook.send(text="more")
    assert hook.send(delete_original=True).status_code == 200
    assert [m["text"] for m in slack.see("messages", channel="product")["messages"]] == ["for all"]
    worn = hook.send(text="again")
    assert (worn.status_code, json.loads(worn.body)["error"]) == (404, "used_url")


def test_response_url_ages() -> None:
    """After thirty minutes it is gone."""
    offset = 0.0
    with recorder() as app, sandbox(events_url=app.url, clock=lambda: time.time() + offset) as slack:
        slack.do("command", user="pm", channel="product", command="/bug", text="x")
        hook = WebhookClient(app.got[0].data["response_url"])
        offset = 1799
        assert hook.send(text="in time").status_code == 200
        offset = 1801
        assert json.loads(hook.send(text="late").body)["error"] == "expired_url"


def test_a_message_shortcut(slack: Slack, app: Recorder) -> None:
    """message_action carries the message, the channel, a trigger and a response_url; without one there is none."""
    ts = slack.do("say", user="csm-north", channel="product", text="broken")["ts"]
    slack.do("shortcut", user="pm", channel="product", ts=ts, callback_id="make_ticket")
    data = app.got[-1].data
    assert (data["type"], data["callback_id"], data["message_ts"]) == ("message_action", "make_ticket", ts)
    assert (data["message"]["text"], data["channel"]["id"]) == ("broken", PRODUCT)
    assert data["trigger_id"]
    assert data["response_url"]
    everywhere = {"user": "pm", "callback_id": "make_ticket"}
    assert requests.post(f"{slack.url}/_control/shortcut", json=everywhere, timeout=10).status_code == 400


def test_triggers_live_three_seconds_and_once(app: Recorder) -> None:
    """A trigger opens one view and only within three seconds; a made-up one is refused."""
    offset = 0.0
    with sandbox(events_url=app.url, clock=lambda: time.time() + offset) as slack:
        slack.do("shortcut", user="pm", callback_id="report")
        trigger = app.got[-1].data["trigger_id"]
        slack.client.views_open(trigger_id=trigger, view=MODAL)
        twice = slack.error(slack.client.views_open, trigger_id=trigger, view=MODAL)
        assert twice.response["error"] == "exchanged_trigger_id"
        slack.do("shortcut", user="pm", callback_id="report")
        offset = Config().trigger_life + 0.1
        late = slack.error(slack.client.views_open, trigger_id=app.got[-1].data["trigger_id"], view=MODAL)
        assert late.response["error"] == "expired_trigger_id"
        bogus = slack.error(slack.client.views_open, trigger_id="1.2.3", view=MODAL).response
        assert bogus["response_metadata"]["messages"] == ["[ERROR] invalid `trigger_id`"]


def test_a_form_is_sent_with_its_state(slack: Slack, app: Recorder) -> None:
    """Submitting sends view_submission with typed state.values; an empty 200 closes the modal."""
    view = opened(slack, app, MODAL)
    assert slack.see("views", user="pm")["views"][0]["id"] == view["id"]
    done = slack.do("submit", user="pm", view_id=view["id"],
                    values={"title": {"text": "Broken panel"}, "kind": {"pick": "bug"}})  # fmt: skip
    assert done["status"] == "ok"
    data = app.got[-1].data
    assert (data["type"], data["view"]["private_metadata"]) == ("view_submission", "kept")
    values = data["view"]["state"]["values"]
    assert values["title"]["text"] == {"type": "plain_text_input", "value": "Broken panel"}
    assert values["note"]["text"]["value"] is None
    assert values["kind"]["pick"]["selected_option"]["value"] == "bug"
    assert slack.see("views", user="pm")["views"] == []


def test_slack_itself_stops_incomplete_forms(slack: Slack, app: Recorder) -> None:
    """Required fields and max_length are Slack's own business: the app hears nothing."""
    view = opened(slack, app, MODAL)
    before = len(app.got)
    done = slack.do("submit", user="pm", view_id=view["id"], values={"title": {"text": "x" * 21}})
    assert (done["status"], set(done["errors"])) == ("blocked", {"title", "kind"})
    assert len(app.got) == before


@pytest.mark.parametrize(
    ("response", "status", "left"),
    [
        ({"response_action": "errors", "errors": {"title": "Taken."}}, "errors", ["A ticket"]),
        ({"response_action": "update", "view": {**MODAL, "title": plain("Changed")}}, "ok", ["Changed"]),
        ({"response_action": "push", "view": {**MODAL, "title": plain("On top")}}, "ok", ["A ticket", "On top"]),
        ({"response_action": "clear"}, "ok", []),
        ({"response_action": "update", "view": {"type": "modal"}}, "error", ["A ticket"]),
    ],
)
def test_answers_to_forms(slack: Slack, app: Recorder, response: dict[str, Any], status: str, left: list[str]) -> None:
    """errors, update, push and clear do what the reference says; a broken view leaves the modal and an error."""
    view = opened(slack, app, MODAL)
    app.answers.append((200, JSON, json.dumps(response), 0))
    done = slack.do("submit", user="pm", view_id=view["id"], values={"title": {"text": "x"}, "kind": {"pick": "bug"}})
    assert done["status"] == status
    assert [open_view["title"]["text"] for open_view in slack.see("views", user="pm")["views"]] == left


def test_views_change_by_id_external_id_and_hash(slack: Slack, app: Recorder) -> None:
    """views.update finds a view both ways, a stale hash conflicts, an external_id is unique, three views stack."""
    view = opened(slack, app, {**MODAL, "external_id": "draft-1"})
    changed = slack.client.views_update(external_id="draft-1", hash=view["hash"], view=MODAL)["view"]
    assert (changed["id"], changed["hash"] != view["hash"], changed["external_id"]) == (view["id"], True, "draft-1")
    stale = slack.error(slack.client.views_update, view_id=view["id"], hash=view["hash"], view=MODAL)
    assert stale.response["error"] == "hash_conflict"
    lost = slack.error(slack.client.views_update, view_id="VNOWHERE", view=MODAL)
    assert lost.response["error"] == "not_found"
    slack.do("shortcut", user="csm-north", callback_id="report")
    taken = slack.error(
        slack.client.views_open, trigger_id=app.got[-1].data["trigger_id"], view={**MODAL, "external_id": "draft-1"}
    )
    assert taken.response["error"] == "duplicate_external_id"
    for expected in ("ok", "ok", "push_limit_reached"):
        slack.do("shortcut", user="pm", callback_id="report")
        args = {"trigger_id": app.got[-1].data["trigger_id"], "view": MODAL}
        if expected == "ok":
            assert slack.client.views_push(**args)["view"]["root_view_id"] == view["id"]
        else:
            assert slack.error(slack.client.views_push, **args).response["error"] == expected


def test_clicks_in_views_and_closing(slack: Slack, app: Recorder) -> None:
    """A click in a modal brings the view with what was typed; closing says view_closed when asked to."""
    view = opened(slack, app, {**MODAL, "blocks": [*MODAL["blocks"], actions(button("more"))]})
    slack.do("click", user="pm", view_id=view["id"], action_id="more", values={"note": {"text": "so far"}})
    data = app.got[-1].data
    assert data["container"] == {"type": "view", "view_id": view["id"]}
    assert data["view"]["state"]["values"]["note"]["text"]["value"] == "so far"
    assert "response_url" not in data
    slack.do("close", user="pm", view_id=view["id"])
    assert (app.got[-1].data["type"], app.got[-1].data["is_cleared"]) == ("view_closed", False)
    assert slack.see("views", user="pm")["views"] == []
