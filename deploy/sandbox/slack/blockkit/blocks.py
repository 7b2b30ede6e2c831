"""Blocks, messages and views with their limits, and the ids Slack fills in.

Source: https://docs.slack.dev/reference/block-kit
"""

import json
import secrets
from collections.abc import Iterator

from deploy.sandbox.slack.config import Json

from . import elements
from .checks import Check, any_text, anything, by_type, flag, list_of, one_of, plain, record, say, string

MARKDOWN_MOST = 12_000
BLOCKS_JSON_MOST = 13_200
VIEW_MOST = 250_000
BASE: dict[str, Check] = {"block_id": string(255)}
TYPE: dict[str, Check] = {"type": anything}
STYLE: dict[str, Check] = {"style": anything}

_inline = by_type(
    {
        "text": record({**TYPE, "text": string(13_200, 0)}, STYLE),
        "link": record({**TYPE, "url": string(3000)}, {**STYLE, "text": string(3000), "unsafe": flag}),
        "emoji": record({**TYPE, "name": string(255)}, {**STYLE, "unicode": string(50)}),
        "user": record({**TYPE, "user_id": string(20)}, STYLE),
        "channel": record({**TYPE, "channel_id": string(20)}, STYLE),
        "usergroup": record({**TYPE, "usergroup_id": string(20)}, STYLE),
        "broadcast": record({**TYPE, "range": one_of("here", "channel", "everyone")}, STYLE),
        "date": record(
            {**TYPE, "timestamp": anything, "format": string(255)}, {"url": string(3000), "fallback": string(255)}
        ),
    }
)
_border: dict[str, Check] = {"border": anything}
_rich = {
    "rich_text_section": record({**TYPE, "elements": list_of(_inline, 1000, 0)}),
    "rich_text_preformatted": record(
        {**TYPE, "elements": list_of(_inline, 1000, 0)}, {**_border, "language": string(50)}
    ),
    "rich_text_quote": record({**TYPE, "elements": list_of(_inline, 1000, 0)}, _border),
}
_rich_list = record(
    {
        **TYPE,
        "elements": list_of(by_type({"rich_text_section": _rich["rich_text_section"]}), 1000),
        "style": one_of("bullet", "ordered"),
    },
    {"indent": anything, "offset": anything, **_border},
)

_section_fields = record(
    TYPE,
    {
        **BASE,
        "text": any_text(3000),
        "fields": list_of(any_text(2000), 10),
        "accessory": elements.in_section,
        "expand": flag,
    },
)


def _section(errors: list[str], value: object, path: str) -> None:
    if isinstance(value, dict) and not value.get("text") and not value.get("fields"):
        say(errors, "missing required field: text or fields", path)
    _section_fields(errors, value, path)


BLOCKS: dict[str, Check] = {
    "section": _section,
    "header": record({**TYPE, "text": plain(150)}, BASE),
    "divider": record(TYPE, BASE),
    "context": record({**TYPE, "elements": list_of(elements.in_context, 10)}, BASE),
    "actions": record({**TYPE, "elements": list_of(elements.in_actions, 25)}, BASE),
    "context_actions": record({**TYPE, "elements": list_of(elements.in_context_actions, 5)}, BASE),
    "image": record({**TYPE, "image_url": string(3000), "alt_text": string(2000)}, {**BASE, "title": plain(2000)}),
    "markdown": record({**TYPE, "text": string(MARKDOWN_MOST)}, BASE),
    "rich_text": record({**TYPE, "elements": list_of(by_type({**_rich, "rich_text_list": _rich_list}), 1000, 0)}, BASE),
    "input": record(
        {**TYPE, "label": plain(2000), "element": elements.in_input},
        {**BASE, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
}
_block = by_type(BLOCKS)
_view_fields: dict[str, Check] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
}
_modal = record(
    {**TYPE, "title": plain(24), "blocks": list_of(_block, 100, 0)},
    {
        **_view_fields,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
)
_home = record({**TYPE, "blocks": list_of(_block, 100, 0)}, _view_fields)


def parts(blocks: list[Json]) -> Iterator[tuple[Json, Json, str]]:
    """Every element with its block and its path inside the list: `(block, element, "/0/accessory")`."""
    for at, block in enumerate(blocks):
        for name in ("accessory", "element"):
            if isinstance(block.get(name), dict):
                yield block, block[name], f"/{at}/{name}"
        if block.get("type") in ("actions", "context_actions"):
            for number, element in enumerate(block["elements"]):
                yield block, element, f"/{at}/elements/{number}"


def _duplicates(errors: list[str], blocks: list[Json], path: str) -> None:
    block_ids: set[str] = set()
    for at, block in enumerate(blocks):
        if (block_id := block.get("block_id")) in block_ids:
            say(errors, f"`block_id` {block_id} already exists", f"{path}/{at}/block_id")
        elif block_id:
            block_ids.add(block_id)
    action_ids: set[tuple[int, str]] = set()
    for block, element, where in parts(blocks):
        key = (id(block), element.get("action_id", ""))
        if key[1] and key in action_ids:
            say(errors, f"`action_id` {key[1]} already exists", f"{path}{where}/action_id")
        action_ids.add(key)


def _together(errors: list[str], blocks: list[Json], path: str) -> None:
    """Rules that look at the whole list, once each block is well formed."""
    _duplicates(errors, blocks, path)
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if markdown > MARKDOWN_MOST:
        say(errors, f"markdown blocks must be less than {MARKDOWN_MOST + 1} characters together", path)


def message_errors(blocks: object) -> list[str]:
    """What is wrong with the blocks of a message; empty when Slack would take them."""
    errors: list[str] = []
    list_of(_block, 50, 0)(errors, blocks, "/blocks")
    if not errors and isinstance(blocks, list):
        _together(errors, blocks, "/blocks")
    return errors


def too_long(blocks: list[Json]) -> bool:
    """Slack's unlisted limit on the JSON of all blocks; https://github.com/slackapi/bolt-js/issues/2509"""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > BLOCKS_JSON_MOST


def view_errors(view: object, kind: str) -> list[str]:
    """What is wrong with a view of `kind` "modal" or "home" (https://docs.slack.dev/reference/views)."""
    errors: list[str] = []
    by_type({"modal": _modal} if kind == "modal" else {"home": _home})(errors, view, "/view")
    if errors or not isinstance(view, dict):
        return errors
    _together(errors, view["blocks"], "/view/blocks")
    if kind == "modal" and not view.get("submit") and any(block["type"] == "input" for block in view["blocks"]):
        say(errors, "missing required field: submit, which a view with input blocks must have", "/view")
    return errors


def with_ids(blocks: list[Json]) -> list[Json]:
    """The same blocks (changed in place) with a made-up id wherever the app gave none, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
    for _, element, _ in parts(blocks):
        if element["type"] != "image":
            element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    return blocks
