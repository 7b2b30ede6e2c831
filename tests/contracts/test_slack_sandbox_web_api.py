"""The sandbox's Web API against slack_sdk: answers, errors, paging, threads, reactions."""

from collections.abc import Iterator

import pytest
import requests
from slack_sdk import WebClient

from tests.contracts.slack_sandbox_fixtures import Slack, sandbox

CUSTOMERS, INCIDENTS = "C0CUSTOMERS", "C0INCIDENTS"


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with sandbox() as running:
        yield running


def test_auth_test_says_who_the_app_is(slack: Slack) -> None:
    """auth.test gives team, bot user and bot id, and the scopes in a header, as Bolt expects."""
    answer = slack.client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0ROOMQUILL", "U0INKLING", "B0INKLING")
    assert answer["is_enterprise_install"] is False
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp-sandbox-app", "not_allowed_token_type")],
)
def test_tokens_are_checked(slack: Slack, token: str, error: str) -> None:
    """No token, a wrong one and one of the other kind each get their own error, with status 200."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.post(f"{slack.url}/api/auth.test", headers=headers, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (200, error)


def test_a_token_in_a_json_body_is_no_token(slack: Slack) -> None:
    """Slack reads `token` from forms only."""
    body = {"token": slack.config.bot_token}
    assert requests.post(f"{slack.url}/api/auth.test", json=body, timeout=5).json()["error"] == "not_authed"
    assert requests.post(f"{slack.url}/api/auth.test", data=body, timeout=5).json()["ok"] is True


def test_unknown_methods_and_broken_bodies(slack: Slack) -> None:
    """A method that does not exist, broken JSON and a strange content type are refused by name."""
    headers = {"Authorization": f"Bearer {slack.config.bot_token}"}
    url = f"{slack.url}/api/chat.postMessage"
    assert slack.error(slack.client.api_call, api_method="chat.shout").response["error"] == "unknown_method"
    broken = requests.post(url, data="{", headers={**headers, "Content-Type": "application/json"}, timeout=5)
    assert broken.json()["error"] == "invalid_json"
    strange = requests.post(url, data="<a/>", headers={**headers, "Content-Type": "text/xml"}, timeout=5)
    assert strange.json()["error"] == "invalid_post_type"


def test_reading_methods_ignore_json(slack: Slack) -> None:
    """conversations.info takes a query or a form; a JSON body counts as no argument."""
    headers = {"Authorization": f"Bearer {slack.config.bot_token}"}
    url, args = f"{slack.url}/api/conversations.info", {"channel": CUSTOMERS}
    assert requests.post(url, json=args, headers=headers, timeout=5).json()["error"] == "channel_not_found"
    assert requests.get(url, params=args, headers=headers, timeout=5).json()["channel"]["name"] == "customers"


def test_a_missing_scope_is_named() -> None:
    """Without its scope a method says which one it wants."""
    with sandbox(scopes=("chat:write",)) as slack:
        refused = slack.error(slack.client.users_list).response
        assert (refused["error"], refused["needed"]) == ("missing_scope", "users:read")


def test_the_bot_must_be_in_the_channel(slack: Slack) -> None:
    """Posting and reading elsewhere fail until the bot joins."""
    with sandbox() as fresh:
        refused = fresh.error(fresh.client.chat_postMessage, channel=INCIDENTS, text="hello")
        assert refused.response["error"] == "not_in_channel"
        unread = fresh.error(fresh.client.conversations_history, channel=INCIDENTS)
        assert unread.response["error"] == "not_in_channel"
        fresh.client.conversations_join(channel=INCIDENTS)
        assert fresh.client.chat_postMessage(channel=INCIDENTS, text="hello")["ok"]
    unknown = slack.error(slack.client.chat_postMessage, channel="C0NOWHERE", text="hello")
    assert unknown.response["error"] == "channel_not_found"


def test_threads(slack: Slack) -> None:
    """Replies hang under their parent, which counts them; unknown threads and replies to replies are refused."""
    root = slack.do("say", user="csm-north", channel="customers", text="the panel is offline")["ts"]
    reply = slack.client.chat_postMessage(channel=CUSTOMERS, text="On it.", thread_ts=root)["ts"]
    found = slack.client.conversations_replies(channel=CUSTOMERS, ts=root)["messages"]
    assert [message["ts"] for message in found] == [root, reply]
    assert (found[0]["reply_count"], found[0]["latest_reply"], found[1]["thread_ts"]) == (1, reply, root)
    top = [message["ts"] for message in slack.client.conversations_history(channel=CUSTOMERS)["messages"]]
    assert root in top
    assert reply not in top
    for ts, error in (("1.000001", "thread_not_found"), (reply, "cannot_reply_to_message")):
        refused = slack.error(slack.client.chat_postMessage, channel=CUSTOMERS, text="x", thread_ts=ts)
        assert refused.response["error"] == error
    shown = slack.client.chat_postMessage(channel=CUSTOMERS, text="all", thread_ts=root, reply_broadcast=True)
    assert shown["message"]["subtype"] == "thread_broadcast"


def test_paging(slack: Slack) -> None:
    """limit and cursor walk through a thread once; a made-up cursor is refused."""
    root = slack.client.chat_postMessage(channel=CUSTOMERS, text="root")["ts"]
    sent = [slack.client.chat_postMessage(channel=CUSTOMERS, text=str(n), thread_ts=root)["ts"] for n in range(5)]
    seen, cursor = [], ""
    while True:
        page = slack.client.conversations_replies(channel=CUSTOMERS, ts=root, limit=2, cursor=cursor)
        seen += [message["ts"] for message in page["messages"][1:]]
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    assert seen == sent
    refused = slack.error(slack.client.conversations_replies, channel=CUSTOMERS, ts=root, cursor="bogus")
    assert refused.response["error"] == "invalid_cursor"
    assert slack.error(slack.client.users_list, limit=0).response["error"] == "invalid_limit"
    everyone = [user["id"] for page in slack.client.users_list(limit=3) for user in page["members"]]
    assert len(everyone) == len(set(everyone)) == 7


def test_only_own_messages_change(slack: Slack) -> None:
    """The app edits and deletes its own messages; blocks stay unless given; people's messages are out of reach."""
    block = {"type": "section", "text": {"type": "plain_text", "text": "kept"}}
    mine = slack.client.chat_postMessage(channel=CUSTOMERS, text="first", blocks=[block])["ts"]
    changed = slack.client.chat_update(channel=CUSTOMERS, ts=mine, text="second")["message"]
    assert (changed["text"], changed["blocks"][0]["text"]["text"]) == ("second", "kept")
    assert "edited" in changed
    theirs = slack.do("say", user="pm", channel="customers", text="mine")["ts"]
    for call, error in (
        (slack.client.chat_update, "cant_update_message"),
        (slack.client.chat_delete, "cant_delete_message"),
    ):
        args = {"channel": CUSTOMERS, "ts": theirs} | ({"text": "x"} if "update" in error else {})
        assert slack.error(call, **args).response["error"] == error
    slack.client.chat_delete(channel=CUSTOMERS, ts=mine)
    gone = slack.error(slack.client.chat_update, channel=CUSTOMERS, ts=mine, text="x")
    assert gone.response["error"] == "message_not_found"


def test_reactions(slack: Slack) -> None:
    """A reaction is added once, seen, and taken back once."""
    ts = slack.do("say", user="pm", channel="customers", text="look")["ts"]
    slack.client.reactions_add(channel=CUSTOMERS, timestamp=ts, name="eyes")
    twice = slack.error(slack.client.reactions_add, channel=CUSTOMERS, timestamp=ts, name="eyes")
    assert twice.response["error"] == "already_reacted"
    slack.do("react", user="pm", channel="customers", ts=ts, name="eyes")
    seen = slack.client.reactions_get(channel=CUSTOMERS, timestamp=ts)["message"]["reactions"]
    assert seen == [{"name": "eyes", "users": ["U0INKLING", "U0PRODUCT1"], "count": 2}]
    slack.client.reactions_remove(channel=CUSTOMERS, timestamp=ts, name="eyes")
    none = slack.error(slack.client.reactions_remove, channel=CUSTOMERS, timestamp=ts, name="eyes")
    assert none.response["error"] == "no_reaction"


def test_metadata_only_when_asked(slack: Slack) -> None:
    """Metadata comes back with include_all_metadata and not otherwise; a bad shape is refused."""
    metadata = {"event_type": "op", "event_payload": {"op_id": "42"}}
    root = slack.client.chat_postMessage(channel=CUSTOMERS, text="root", metadata=metadata)["ts"]
    bare = slack.client.conversations_replies(channel=CUSTOMERS, ts=root)["messages"][0]
    full = slack.client.conversations_replies(channel=CUSTOMERS, ts=root, include_all_metadata=True)["messages"][0]
    assert "metadata" not in bare
    assert full["metadata"] == metadata
    bad = slack.error(slack.client.chat_postMessage, channel=CUSTOMERS, text="x", metadata={"event_type": "op"})
    assert bad.response["error"] == "invalid_metadata_format"
    huge = {"event_type": "op", "event_payload": {"x": "y" * 16_000}}
    big = slack.error(slack.client.chat_postMessage, channel=CUSTOMERS, text="x", metadata=huge)
    assert big.response["error"] == "metadata_too_large"


def test_ephemerals_and_direct_messages(slack: Slack) -> None:
    """An ephemeral is in no history and only for members; a person's id as channel reaches their direct message."""
    slack.client.chat_postEphemeral(channel=CUSTOMERS, user="U0PRODUCT1", text="psst")
    texts = [message["text"] for message in slack.client.conversations_history(channel=CUSTOMERS)["messages"]]
    assert "psst" not in texts
    assert [m["text"] for m in slack.see("messages", channel="customers", user="pm")["ephemerals"]] == ["psst"]
    assert slack.see("messages", channel="customers", user="csm-north")["ephemerals"] == []
    outside = slack.error(slack.client.chat_postEphemeral, channel="C0REVIEW", user="U0CSMNORTH", text="psst")
    assert outside.response["error"] == "user_not_in_channel"
    opened = slack.client.conversations_open(users="U0CSMSOUTH")["channel"]["id"]
    assert slack.client.chat_postMessage(channel="U0CSMSOUTH", text="hello")["channel"] == opened


def test_permalinks_and_status(slack: Slack) -> None:
    """A reply's permalink names its thread; a status goes when the app answers."""
    root = slack.client.chat_postMessage(channel=CUSTOMERS, text="root")["ts"]
    reply = slack.client.chat_postMessage(channel=CUSTOMERS, text="reply", thread_ts=root)["ts"]
    link = slack.client.chat_getPermalink(channel=CUSTOMERS, message_ts=reply)["permalink"]
    assert link.endswith(f"/archives/{CUSTOMERS}/p{reply.replace('.', '')}?thread_ts={root}&cid={CUSTOMERS}")
    slack.client.assistant_threads_setStatus(channel_id=CUSTOMERS, thread_ts=root, status="is reading")
    assert slack.see("state")["statuses"] == {f"{CUSTOMERS} {root}": "is reading"}
    slack.client.chat_postMessage(channel=CUSTOMERS, text="done", thread_ts=root)
    assert slack.see("state")["statuses"] == {}


def test_calls_are_logged_without_tokens(slack: Slack) -> None:
    """Every call is in the log with its arguments as data, and no token."""
    requests.delete(f"{slack.url}/_control/calls", timeout=5)
    WebClient("xoxb-sandbox-bot", base_url=f"{slack.url}/api/").chat_postMessage(channel=CUSTOMERS, text="hi")
    (call,) = slack.see("calls")["calls"]
    assert (call["method"], call["args"]["text"], call["ok"]) == ("chat.postMessage", "hi", True)
    assert "xoxb" not in str(call)


def test_suggested_prompts(slack: Slack) -> None:
    """One to four of them belong to a conversation; a call that names a thread does nothing, as for any agent."""
    channel = slack.client.conversations_open(users="U0CSMNORTH")["channel"]["id"]
    prompts = [{"title": "News?", "message": "Any news?"}]
    slack.client.assistant_threads_setSuggestedPrompts(channel_id=channel, thread_ts="1.1", prompts=prompts)
    assert slack.see("state")["prompts"] == {}
    slack.client.assistant_threads_setSuggestedPrompts(channel_id=channel, title="Ask", prompts=prompts)
    assert slack.see("state")["prompts"] == {channel: {"title": "Ask", "prompts": prompts}}
    for wrong in ([], prompts * 5, [{"title": "x"}]):
        refused = slack.error(slack.client.assistant_threads_setSuggestedPrompts, channel_id=channel, prompts=wrong)
        assert refused.response["error"] == "invalid_arguments"
