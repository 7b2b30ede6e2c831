"""POST /slack/events at its edge: only Slack gets in, nonsense is refused kindly, and trouble makes Slack repeat."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from fastapi import FastAPI

from bot.core.slack import ids
from bot.slack import http
from tests.flows.slack_support import inbox, serving

Json = dict[str, Any]
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
EVENT: Json = {
    "type": "event_callback",
    "team_id": "T1",
    "api_app_id": "A1",
    "event_id": "Ev1",
    "authorizations": [{"user_id": "UBOT", "is_bot": True}],
    "event": {"type": "app_mention", "user": "U1", "text": "<@UBOT> it broke", "ts": "1.000001", "channel": "C1"},
}


@pytest.fixture
def edge(database: str, settings_of: Callable[..., None]) -> Iterator[str]:
    settings_of(SLACK_SIGNING_SECRET=SECRET, SLACK_BOT_TOKEN="xoxb-1")
    app = FastAPI()
    app.include_router(http.router)
    with serving(app) as address:
        yield f"{address}/slack/events"


def sign(body: bytes, stamp: str, secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def post(address: str, body: bytes, kind: str = "application/json", **changed: str | None) -> tuple[int, str]:
    stamp = changed.get("stamp") or str(int(time.time()))
    headers = {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": sign(body, stamp)}
    if "signature" in changed:
        headers["x-slack-signature"] = changed["signature"] or ""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def form(**fields: str) -> bytes:
    return urllib.parse.urlencode(fields).encode()


FORM = "application/x-www-form-urlencoded"


def test_a_signed_event_is_kept_once(edge: str) -> None:
    """The same event twice is one row; both are acknowledged."""
    body = json.dumps(EVENT).encode()
    assert [post(edge, body)[0], post(edge, body)[0]] == [200, 200]
    assert len(inbox()) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": "v0=" + "0" * 64},
        {"signature": ""},
        {"signature": "v0=é"},
        {"stamp": "1"},
        {"stamp": "soon"},
        {"stamp": "-5"},
        {"stamp": str(10**30)},
    ],
)
def test_whoever_is_not_slack_stays_outside(
    edge: str, changed: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong, missing or old signature is 401; nothing is stored and nothing of the body is logged."""
    assert post(edge, json.dumps(EVENT).encode(), **changed)[0] == 401
    assert inbox() == []
    assert "it broke" not in caplog.text


def test_without_a_signing_secret_nobody_gets_in(edge: str, settings_of: Callable[..., None], database: str) -> None:
    """The answer names the setting that is missing."""
    settings_of(SLACK_SIGNING_SECRET=" ")
    status, body = post(edge, json.dumps(EVENT).encode())
    assert status == 401
    assert "SLACK_SIGNING_SECRET" in body


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"null", "application/json"),
        (b"{}", "application/json; charset=utf-8"),
        (b'{"type": 3}', "application/json"),
        (b'{"type": "event_callback"}', "application/json"),
        (b'{"type": "event_callback", "event": []}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"", FORM),
        (b"a=b", FORM),
        (b"payload=%7B", FORM),
        (b"payload=[]", FORM),
        (b"hello", "text/plain"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(edge: str, body: bytes, kind: str) -> None:
    """Signed nonsense is 400, says so, and is not stored."""
    status, answer = post(edge, body, kind)
    assert status == 400
    assert json.loads(answer)["error"].endswith("Nothing was kept.")
    assert inbox() == []


def test_bytes_that_are_no_text_are_refused(edge: str) -> None:
    """A body that is not UTF-8 is no JSON, whoever signed it."""
    assert post(edge, b'{"type": "\xff"}')[0] == 400


def test_a_field_of_another_shape_stops_nothing(edge: str) -> None:
    """Whatever stands where text or an object should: never 500, or Slack would send it again and again."""
    said: Json = {
        "type": "message",
        "user": "U1",
        "text": "more",
        "ts": "2.1",
        "thread_ts": "1.000001",
        "channel": "C1",
    }
    changed: Json = {"type": "message", "subtype": "message_changed", "channel": "C1", "message": said, "ts": "2.1"}
    extra = dict.fromkeys(("enterprise_id", "bot_id", "subtype", "previous_message", "channel_type"))
    place = {"team": {"id": "T1"}, "user": {"id": "U1"}, "channel": {"id": "C1"}, "trigger_id": "1.2.a"}
    action = {"action_id": "inkling.answer.1.0", "block_id": "b", "type": "button"}
    values: Json = {ids.ANSWER_BLOCK: {ids.ANSWER_INPUT: {"type": "plain_text_input", "value": "x"}}}
    view: Json = {"id": "V1", "type": "modal", "callback_id": ids.ANSWER_MODAL, "private_metadata": "1"}
    view["state"] = {"values": values}
    click = {"type": "block_actions", "actions": [action], "enterprise": None, "container": {}, **place}
    form_sent = {"type": "view_submission", "view": view, **place}
    picked = {ids.KIND_INPUT: {"type": "radio_buttons", "selected_option": {"value": "bug"}}}
    filled = {ids.KIND_BLOCK: picked, ids.TEXT_BLOCK: {ids.TEXT_INPUT: {"value": "it broke"}}}
    report = {**view, "callback_id": ids.REPORT_FORM, "private_metadata": "{}", "state": {"values": filled}}
    report_sent = {"type": "view_submission", "view": report, **place}
    message = {"user": "U1", "bot_id": None, "username": None, "text": "x", "ts": "2.1", "thread_ts": "1.1"}
    where = {"id": "C1", "name": "customers"}
    pointed = {"type": "message_action", "callback_id": ids.MAKE_TICKET, **place, "channel": where, "message": message}
    reaction = {
        "type": "reaction_added",
        "user": "U1",
        "reaction": "ticket",
        "item_user": "U2",
        "item": {"type": "message", "channel": "C1", "ts": "1.1"},
    }
    events = [EVENT, *({**EVENT, "event": {**extra, **event}} for event in (said, changed, reaction))]
    bodies = [json.dumps(odd).encode() for body in events for odd in _odd({**extra, **body})]
    answers = {body: post(edge, body)[0] for body in bodies}
    payloads = [json.dumps(odd) for body in (click, form_sent, report_sent, pointed) for odd in _odd(body)]
    answers |= {payload.encode(): post(edge, form(payload=payload), FORM)[0] for payload in payloads}
    assert {body: status for body, status in answers.items() if status not in (200, 400)} == {}


def _odd(body: object) -> Iterator[object]:
    """The body with each of its parts in turn replaced by things of other shapes."""
    yield from (None, 5, True, "", [], {}, [5], {"id": 5})
    if isinstance(body, dict):
        yield from ({**body, name: odd} for name, part in body.items() for odd in _odd(part))


def test_a_huge_body_is_refused(edge: str) -> None:
    """More than 1 MiB is 413, whatever the signature."""
    assert post(edge, b"x" * (1024 * 1024 + 1))[0] == 413


def test_the_address_is_verified(edge: str) -> None:
    """Slack's challenge comes back."""
    status, body = post(edge, b'{"type": "url_verification", "challenge": "c-1"}')
    assert status == 200
    assert json.loads(body)["challenge"] == "c-1"


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(EVENT | {"event": {"type": "emoji_changed"}}).encode(),
        json.dumps(EVENT | {"event": {"type": "message", "subtype": "channel_topic", "channel": "C1"}}).encode(),
        b'{"type": "app_rate_limited", "team_id": "T1"}',
    ],
)
def test_unknown_events_are_acknowledged_and_forgotten(edge: str, body: bytes) -> None:
    """Slack never sees a 404 for something well formed."""
    assert post(edge, body)[0] == 200
    assert inbox() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"ssl_check": "1"},
        {"command": "/other", "text": "x", "team_id": "T1", "user_id": "U1"},
        {
            "payload": json.dumps(
                {
                    "type": "message_action",
                    "callback_id": "x",
                    "team": {"id": "T1"},
                    "user": {"id": "U1"},
                    "channel": {"id": "C1", "name": "customers"},
                    "message": {"type": "message", "user": "U1", "text": "hello", "ts": "1.1"},
                }
            )
        },
        {
            "payload": json.dumps(
                {"type": "shortcut", "callback_id": "x", "team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "1"}
            )
        },
        {
            "payload": json.dumps(
                {
                    "type": "block_actions",
                    "team": {"id": "T1"},
                    "user": {"id": "U1"},
                    "actions": [{"action_id": "inkling.open_draft", "block_id": "b", "type": "button"}],
                }
            )
        },
    ],
)
def test_other_requests_of_slack_are_acknowledged(edge: str, fields: dict[str, str]) -> None:
    """Commands, shortcuts and clicks nobody listens to get a 200 and leave nothing behind."""
    assert post(edge, form(**fields), FORM)[0] == 200
    assert inbox() == []


def test_without_a_database_slack_is_asked_to_repeat(
    edge: str, away: Callable[[], AbstractContextManager[None]]
) -> None:
    """An event that could not be kept is not acknowledged; once the database is back the repeat is kept."""
    body = json.dumps(EVENT).encode()
    with away():
        assert post(edge, body)[0] == 500
    assert post(edge, body)[0] == 200
    assert len(inbox()) == 1
