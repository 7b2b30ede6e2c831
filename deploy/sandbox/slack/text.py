"""Slack's message text: escaping, mentions and who gets pinged; pure functions over strings and blocks."""

import re
from collections.abc import Callable, Iterator

from .config import Json

TOKEN = re.compile(
    r"<(@[UW][A-Z0-9]+|#C[A-Z0-9]+|!(?:channel|here|everyone|subteam\^[A-Z0-9]+|date\^[^<>|]+)"
    r"|(?:https?://|mailto:|slack://)[^<>|\s]+)(\|[^<>]*)?>"
)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
TYPED = re.compile(
    r"<(?P<token>[@#][UWC][A-Z0-9]+)(?:\|[^<>]*)?>"
    r"|(?P<url>https?://[^\s<>|`]+[^\s<>|`.,;:!?)\]'\"])"
    r"|(?<![\w@])@(?P<user>[\w.-]*\w)|(?<![\w&#])#(?P<channel>[\w-]+)"
)
ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
MASS = ("channel", "here", "everyone")
Lookup = Callable[[str], str | None]


def escape(text: str) -> str:
    """The three characters Slack escapes (https://docs.slack.dev/messaging/formatting-message-text/)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str, user_id: Lookup, channel_id: Lookup) -> str:
    """What Slack stores when a person types `text`: known @names, #channels and addresses become tokens.

    A mention may also be given ready-made (`<@U1>`); any other angle bracket is escaped, so a person
    can never type a live `<!channel>`, only `@channel`.
    """

    def token(match: re.Match[str]) -> str:
        if given := match["token"]:
            known = user_id(given[1:]) if given[0] == "@" else channel_id(given[1:])
            return f"<{given}>" if known else escape(match[0])
        if url := match["url"]:
            return f"<{escape(url)}>"
        if name := match["user"]:
            return f"<!{name}>" if name in MASS else _named("<@", user_id(name), match[0])
        return _named("<#", channel_id(match["channel"]), match[0])

    parts, at = [], 0
    for code in [*CODE.finditer(text), None]:
        end = code.start() if code else len(text)
        parts.append(_outside(text[at:end], token))
        if code:
            parts.append(escape(code[0]))
            at = code.end()
    return "".join(parts)


def _named(opening: str, found: str | None, original: str) -> str:
    return f"{opening}{found}>" if found else escape(original)


def _outside(text: str, token: Callable[[re.Match[str]], str]) -> str:
    out, at = [], 0
    for match in TYPED.finditer(text):
        out += [escape(text[at : match.start()]), token(match)]
        at = match.end()
    return "".join([*out, escape(text[at:])])


def commanded(text: str, user_id: Lookup, channel_id: Lookup, name: Callable[[str], str]) -> str:
    """The text of a slash command whose manifest says should_escape: as `typed`, with names beside the ids.

    Source: https://docs.slack.dev/interactivity/implementing-slash-commands (escaping users, channels and links)
    """
    written = typed(text, user_id, channel_id)
    return re.sub(r"<([@#])([UWC][A-Z0-9]+)>", lambda token: f"<{token[1]}{token[2]}|{name(token[2])}>", written)


def posted(text: str) -> str:
    """What Slack stores of text an app sends: valid tokens live on, every other <, > and lone & is escaped."""
    out, at = [], 0
    for match in TOKEN.finditer(text):
        out += [_loose(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*out, _loose(text[at:])])


def _loose(text: str) -> str:
    return ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def pings(text: str, blocks: list[Json], *, linked: bool = False) -> list[Json]:
    """Everyone a message would notify: `{"kind": "user"|"channel"|"here"|"everyone"|"usergroup", "id"?}`.

    Text, mrkdwn objects, markdown blocks and rich text elements all count. `linked` says that bare
    @channel words count too (link_names or parse=full).
    """
    found = [ping for live in [text, *_live(blocks)] for ping in _in_text(live, linked=linked)]
    found += [ping for block in blocks if block.get("type") == "rich_text" for ping in _in_rich(block)]
    return [ping for at, ping in enumerate(found) if ping not in found[:at]]


def _in_text(text: str, *, linked: bool) -> Iterator[Json]:
    for match in TOKEN.finditer(text):
        body = match[1]
        if body[0] == "@":
            yield {"kind": "user", "id": body[1:]}
        elif body[1:] in MASS:
            yield {"kind": body[1:]}
        elif body.startswith("!subteam^"):
            yield {"kind": "usergroup", "id": body[9:]}
    if linked:
        yield from ({"kind": word} for word in re.findall(r"@(channel|here|everyone)\b", text))


def _live(node: object) -> Iterator[str]:
    """Every string in which Slack looks for mentions."""
    if isinstance(node, list):
        for item in node:
            yield from _live(item)
    elif isinstance(node, dict):
        if node.get("type") in ("mrkdwn", "markdown") and isinstance(node.get("text"), str):
            yield node["text"]
        for value in node.values():
            yield from _live(value)


def _in_rich(node: object) -> Iterator[Json]:
    if isinstance(node, list):
        for item in node:
            yield from _in_rich(item)
    elif isinstance(node, dict):
        if node.get("type") == "user":
            yield {"kind": "user", "id": node.get("user_id")}
        elif node.get("type") == "usergroup":
            yield {"kind": "usergroup", "id": node.get("usergroup_id")}
        elif node.get("type") == "broadcast":
            yield {"kind": node.get("range")}
        yield from _in_rich(node.get("elements", []))
