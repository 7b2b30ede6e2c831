"""What the sandbox refuses to show: Block Kit limits, long texts, views; and how it treats text and mentions."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contracts.slack_sandbox_fixtures import Slack, actions, button, sandbox, section

CUSTOMERS = "C0CUSTOMERS"


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with sandbox() as running:
        yield running


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def select(*values: str, **more: Any) -> dict[str, Any]:
    options = [{"text": plain(value[:75]), "value": value} for value in values]
    return {"type": "static_select", "action_id": "pick", "options": options, **more}


REFUSED = {
    "long section": ([section("x" * 3001)], "must be less than 3001 characters", "/blocks/0/text/text"),
    "empty section": ([section("")], "must be more than 0 characters", "/blocks/0/text/text"),
    "bare section": ([{"type": "section"}], "missing required field: text or fields", "/blocks/0"),
    "long field": ([{"type": "section", "fields": [plain("x" * 2001)]}], "less than 2001", "/blocks/0/fields/0/text"),
    "fields": ([{"type": "section", "fields": [plain("x")] * 11}], "no more than 10 items", "/blocks/0/fields"),
    "many blocks": ([{"type": "divider"}] * 51, "no more than 50 items allowed", "/blocks"),
    "header": ([{"type": "header", "text": plain("x" * 151)}], "less than 151", "/blocks/0/text/text"),
    "mrkdwn header": ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type", "/blocks/0"),
    "context": ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items", "/blocks/0/elements"),
    "actions": ([actions(*[button(str(n)) for n in range(26)])], "no more than 25 items", "/blocks/0/elements"),
    "button text": ([actions(button("a", "x" * 76))], "less than 76", "/blocks/0/elements/0/text/text"),
    "button value": ([actions(button("a", value="x" * 2001))], "less than 2001", "/blocks/0/elements/0/value"),
    "button url": ([actions(button("a", url="x" * 3001))], "less than 3001", "/blocks/0/elements/0/url"),
    "button style": ([actions(button("a", style="calm"))], "must be one of", "/blocks/0/elements/0/style"),
    "action_id": ([actions(button("a" * 256))], "less than 256", "/blocks/0/elements/0/action_id"),
    "same action_id": ([actions(button("a"), button("a"))], "already exists", "/blocks/0/elements/1/action_id"),
    "same block_id": ([section("a", block_id="b"), section("c", block_id="b")], "already exists", "/blocks/1/block_id"),
    "block_id": ([section("a", block_id="b" * 256)], "less than 256", "/blocks/0/block_id"),
    "option text": (
        [actions({"type": "static_select", "options": [{"text": plain("x" * 76), "value": "v"}]})],
        "less than 76",
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "option value": ([actions(select("x" * 151))], "less than 151", "/blocks/0/elements/0/options/0/value"),
    "options": ([actions(select(*map(str, range(101))))], "no more than 100 items", "/blocks/0/elements/0/options"),
    "no options": ([actions({"type": "static_select"})], "exactly one of", "/blocks/0/elements/0"),
    "placeholder": ([actions(select("a", placeholder=plain("x" * 151)))], "less than 151", "placeholder/text"),
    "overflow": (
        [actions({"type": "overflow", "options": [{"text": plain("x"), "value": str(n)} for n in range(6)]})],
        "no more than 5 items",
        "/blocks/0/elements/0/options",
    ),
    "image": ([{"type": "image", "image_url": "http://x/y.png"}], "missing required field: alt_text", "/blocks/0"),
    "markdown": ([{"type": "markdown", "text": "x" * 12_001}], "less than 12001", "/blocks/0/text"),
    "markdowns": ([{"type": "markdown", "text": "x" * 7000}] * 2, "less than 12001", "/blocks"),
    "unknown block": ([{"type": "marquee"}], "unsupported type: marquee", "/blocks/0/type"),
    "unknown field": ([section("a", colour="red")], "invalid additional property: colour", "/blocks/0"),
    "unknown element": ([actions({"type": "knob"})], "unsupported type: knob", "/blocks/0/elements/0/type"),
    "confirm": (
        [actions(button("a", confirm={"title": plain("x" * 101), "text": plain("x"), "confirm": plain("x"),
                                      "deny": plain("x")}))],
        "less than 101",
        "confirm/title/text",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_block_kit_limits(slack: Slack, name: str) -> None:
    """Each limit is refused as invalid_blocks, in Slack's words and with a pointer to the place."""
    blocks, words, pointer = REFUSED[name]
    refused = slack.error(slack.client.chat_postMessage, channel=CUSTOMERS, text="x", blocks=blocks).response
    assert refused["error"] == "invalid_blocks"
    messages = refused["response_metadata"]["messages"]
    assert any(words in message and pointer in message and message.startswith("[ERROR] ") for message in messages)


def test_what_fits_is_taken(slack: Slack) -> None:
    """The largest legal parts pass, and missing ids are filled in."""
    blocks = [
        section("x" * 3000, accessory=button("a" * 255, "x" * 75, value="v" * 2000)),
        actions(select(*map(str, range(100))), block_id="one"),
        actions(button("pick"), block_id="two"),
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
    ]
    sent = slack.client.chat_postMessage(channel=CUSTOMERS, text="x", blocks=blocks)["message"]["blocks"]
    assert all(block["block_id"] for block in sent)


def test_the_hidden_limit_on_all_blocks(slack: Slack) -> None:
    """Legal blocks of more than 13,200 characters of JSON together are msg_blocks_too_long."""
    refused = slack.error(slack.client.chat_postMessage, channel=CUSTOMERS, text="x", blocks=[section("y" * 2900)] * 5)
    assert refused.response["error"] == "msg_blocks_too_long"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": "{not json"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": '{"type": "divider"}'}, "invalid_blocks_format"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
    ],
)
def test_texts(slack: Slack, args: dict[str, Any], error: str) -> None:
    """Empty, endless and misshapen messages have their own errors."""
    body = {"channel": CUSTOMERS, **args}
    assert slack.error(slack.client.api_call, api_method="chat.postMessage", json=body).response["error"] == error


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("A modal"), "blocks": [section("hi")], **more}


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (modal(title=plain("x" * 25)), "less than 25 characters [json-pointer:/view/title/text]"),
        (modal(private_metadata="x" * 3001), "less than 3001 characters [json-pointer:/view/private_metadata]"),
        (modal(callback_id="x" * 256), "less than 256 characters [json-pointer:/view/callback_id]"),
        (modal(external_id="x" * 256), "less than 256 characters [json-pointer:/view/external_id]"),
        (modal(blocks=[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
        ({"type": "home", "blocks": []}, "unsupported type: home [json-pointer:/view/type]"),
        (
            modal(blocks=[{"type": "input", "label": plain("x"), "element": {"type": "plain_text_input"}}]),
            "missing required field: submit",
        ),
    ],
)
def test_views(slack: Slack, view: dict[str, Any], words: str) -> None:
    """A view outside its limits is invalid_arguments with the reason."""
    refused = slack.error(slack.client.views_open, trigger_id="any", view=view).response
    assert refused["error"] == "invalid_arguments"
    assert any(words in message for message in refused["response_metadata"]["messages"])


def test_people_cannot_type_live_markup(slack: Slack) -> None:
    """Typed <, > and & are escaped, @names and #channels become tokens, and `<!channel>` stays dead text."""
    typed = "a < b & <!channel> @inkling see #product https://x.example/?a=1&b=2 `@pm <b>`"
    ts = slack.do("say", user="pm", channel="customers", text=typed)["ts"]
    text = slack.client.conversations_replies(channel=CUSTOMERS, ts=ts)["messages"][0]["text"]
    assert text == (
        "a &lt; b &amp; &lt;!channel&gt; <@U0INKLING> see <#C0PRODUCT> <https://x.example/?a=1&amp;b=2> `@pm &lt;b&gt;`"
    )


@pytest.mark.parametrize(
    ("args", "pings"),
    [
        ({"text": "hello <!channel>"}, [{"kind": "channel"}]),
        ({"text": "hello &lt;!channel&gt; @here"}, []),
        ({"text": "hello @here", "link_names": True}, [{"kind": "here"}]),
        ({"text": "x", "blocks": [section("<@U0PRODUCT1> <!everyone>")]},
         [{"kind": "user", "id": "U0PRODUCT1"}, {"kind": "everyone"}]),
        ({"text": "x", "blocks": [{"type": "markdown", "text": "<!here>"}]}, [{"kind": "here"}]),
        ({"text": "x", "blocks": [{"type": "section", "text": plain("<!here>")}]}, []),
        ({"text": "x", "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "text", "text": "<!here>"}, {"type": "broadcast", "range": "channel"}]}]}]},
         [{"kind": "channel"}]),
    ],
)  # fmt: skip
def test_pings_are_recorded(slack: Slack, args: dict[str, Any], pings: list[dict[str, str]]) -> None:
    """Whoever a message would notify is recorded, from text, mrkdwn, markdown and rich text; plain text never pings."""
    ts = slack.client.api_call("chat.postMessage", json={"channel": CUSTOMERS, **args})["ts"]
    found = [m for m in slack.see("messages", channel="customers")["messages"] if m["ts"] == ts]
    assert found[0]["pings"] == pings


def test_what_apps_send_is_escaped_once(slack: Slack) -> None:
    """A lone < or & from an app is escaped, entities and valid tokens stay as they are."""
    sent = slack.client.chat_postMessage(channel=CUSTOMERS, text="a & b &amp; <b> <https://x.example|x>")
    assert sent["message"]["text"] == "a &amp; b &amp; &lt;b&gt; <https://x.example|x>"
