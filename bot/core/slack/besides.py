"""What comes with a message besides its words: files, forwarded messages and pages behind links; pure, asks nobody."""

from collections.abc import Mapping
from typing import Any

from bot.core.slack.text import clip, mentioned, plain

Json = dict[str, Any]

# https://docs.slack.dev/reference/objects/file-object
_OF_FILE = ("id", "name", "mimetype", "size", "url_private", "url_private_download", "mode", "file_access")
# https://docs.slack.dev/messaging/unfurling-links-in-messages, and what forwarding adds
_OF_ATTACHMENT = (
    *("is_share", "is_msg_unfurl", "author_id", "author_name", "author_subname"),
    *("from_url", "title", "text", "service_name"),
)
_MOST, _MOST_CHARACTERS = 20, 8_000
_PAGE_LINES, _PAGE_CHARACTERS = 3, 300


def besides(message: Json) -> dict[str, list[Json]]:
    """The `files` and `attachments` of a message, only what is read of them; forwarded messages bring their files."""
    attachments = message.get("attachments") or []
    files = [*(message.get("files") or []), *(file for item in attachments for file in item.get("files") or [])]
    return {
        "files": [_fields(file, _OF_FILE) for file in files if file.get("id")][:_MOST],
        "attachments": [_fields(item, _OF_ATTACHMENT) for item in attachments if item.get("from_url")][:_MOST],
    }


def _fields(item: Json, names: tuple[str, ...]) -> Json:
    given = {name: item[name] for name in names if isinstance(item.get(name), str | int)}
    return {name: value[:_MOST_CHARACTERS] if isinstance(value, str) else value for name, value in given.items()}


def called_with_files(event: Json, ours: str) -> bool:
    """Whether this is a mention with files: Slack may tell of it as a message alone (bolt-python issue 925)."""
    return event.get("subtype") == "file_share" and bool(ours) and ours in mentioned(event.get("text") or "")


def people_in(attachments: list[Json]) -> list[str]:
    """Slack ids of those who wrote what was forwarded, and of those it mentions."""
    authors = [str(item["author_id"]) for item in attachments if item.get("author_id")]
    return authors + [user for item in attachments for user in mentioned(str(item.get("text", "")))]


def quoted(item: Json, names: Mapping[str, str]) -> str:
    """A forwarded message under its writer's name and address, or a page's title and first lines, as a quotation."""
    address = _line(plain(str(item["from_url"])))
    text = plain(str(item.get("text", "")), names)
    if item.get("is_share") or item.get("is_msg_unfurl"):
        known = names.get(str(item.get("author_id", "")))
        head = f"Forwarded from {_line(known or item.get('author_name') or item.get('author_subname') or 'somebody')}"
    else:
        head = _line(plain(str(item.get("title") or item.get("service_name") or "Page")))
        text = clip("\n".join(text.splitlines()[:_PAGE_LINES]), _PAGE_CHARACTERS)
    lines = [f"> {line}" for line in text.splitlines() if line.strip()]
    return "\n".join([f"{head} ({address}):", *lines])


def _line(text: object) -> str:
    return clip(" ".join(str(text).split()), 300)
