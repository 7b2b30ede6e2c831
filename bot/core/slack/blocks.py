"""Small pieces that messages are built from, each within Slack's limits; what a message says is decided elsewhere."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from bot.core.clock import now
from bot.core.outgoing import tame
from bot.core.slack.text import brief, safe

Json = dict[str, Any]

# Slack refuses messages whose blocks pass some 13,200 characters of JSON (github.com/slackapi/bolt-js/issues/2509).
MOST_JSON = 12_900
MOST_TEXT = 3_000
MOST_BUTTON = 75
MOST_URL = 3_000


@dataclass(frozen=True)
class Rendered:
    """A message ready to post: `text` is the fallback for notifications and screen readers, already escaped."""

    text: str
    blocks: list[Json]


@dataclass(frozen=True)
class Span:
    """A stretch of text, which Slack shows as it is: in rich text nothing is a mention, a link or markup."""

    text: str
    style: str = ""

    def element(self) -> Json:
        """The rich text element (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""
        # A zero-width space stands for an empty text, which Slack refuses.
        element: Json = {"type": "text", "text": tame(self.text) or "\u200b"}
        return element | ({"style": {self.style: True}} if self.style else {})


@dataclass(frozen=True)
class When:
    """A moment that each reader sees in their own time zone ("tomorrow at 10:00")."""

    at: datetime

    @property
    def text(self) -> str:
        """What readers without dates see, in UTC."""
        return f"on {self.at.day} {self.at:%B at %H:%M} UTC"

    def element(self) -> Json:
        """The rich text date element."""
        stamp = int(self.at.timestamp())
        return {"type": "date", "timestamp": stamp, "format": "{date_short_pretty} at {time}", "fallback": self.text}


@dataclass(frozen=True)
class InChannel:
    """A channel by its id; whoever may not see it reads "private channel" instead of its name."""

    channel_id: str
    text: str = "a channel"

    def element(self) -> Json:
        """The rich text channel element."""
        return {"type": "channel", "channel_id": self.channel_id}


@dataclass(frozen=True)
class Link:
    """An address behind a word of ours; never behind words of others."""

    text: str
    url: str

    def element(self) -> Json:
        """The rich text link element."""
        return {"type": "link", "url": self.url, "text": self.text}


Part = Span | When | InChannel | Link


def day(at: datetime) -> str:
    """A day as one says it: "today", "on 3 November", "in May 2025"."""
    if at.date() == now().date():
        return "today"
    return f"on {at.day} {at:%B}" if at.year == now().year else f"in {at:%B %Y}"


def rich(line: Sequence[Part], quote: str = "") -> Json:
    """A rich text block with one line, and a quotation below it when there is one."""
    elements = [{"type": "rich_text_section", "elements": [part.element() for part in line]}]
    if quote:
        elements.append({"type": "rich_text_quote", "elements": [Span(quote).element()]})
    return {"type": "rich_text", "elements": elements}


def words(*lines: Sequence[Part], quote: str = "") -> str:
    """The same lines as an escaped fallback text."""
    spoken = ["".join(part.text for part in line) for line in lines]
    return safe(brief("\n".join([*spoken, *([quote] if quote else [])]), MOST_TEXT))


def button(label: str, action_id: str, *, url: str = "", style: str | None = None) -> ButtonElement:
    """A button; its label is clipped to 75 characters."""
    text = brief(tame(label), MOST_BUTTON)
    return ButtonElement(text=text, action_id=action_id, url=url or None, style=style)


def link_button(label: str, action_id: str, url: str, *, style: str | None = None) -> list[ButtonElement]:
    """A button that opens `url`, or nothing when Slack would refuse the address."""
    return [button(label, action_id, url=url, style=style)] if _usable(url) else []


def link(label: str, url: str) -> list[Part]:
    """A word of ours that opens `url`, or nothing when Slack would refuse the address."""
    return [Link(label, url)] if _usable(url) else []


def _usable(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url) <= MOST_URL


def row(buttons: Sequence[ButtonElement], block_id: str) -> list[Json]:
    """The buttons side by side; no block at all when there are none."""
    return [ActionsBlock(elements=list(buttons), block_id=block_id).to_dict()] if buttons else []


def fit(build: Callable[[int], Rendered]) -> Rendered:
    """What `build` makes with the most room for each outside text that still keeps the message within Slack's size."""
    for room in (2_000, 600, 200, 75):
        message = build(room)
        if len(json.dumps(message.blocks)) <= MOST_JSON:
            return message
    return build(30)
