"""Text to and from Slack: escaping, undoing it once, and making it fit to be posted; no blocks."""

import re
from collections.abc import Mapping

from bot.core.outgoing import tame

# Real Slack tokens only, so that angle brackets a command leaves unescaped stay as typed.
_TOKEN = re.compile(
    r"<(?P<sign>[@#!])(?P<id>[^<>|]*)(?:\|(?P<label>[^<>]*))?>"
    r"|<(?P<url>(?:https?|mailto|tel|slack|ftp):[^<>|]*)(?:\|(?P<caption>[^<>]*))?>"
    r"|&(?P<entity>amp|lt|gt);"
)
_ENTITY = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}
_MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def escape(text: str) -> str:
    """Exactly the three characters Slack wants escaped (https://docs.slack.dev/messaging/formatting-message-text/)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def safe(text: str) -> str:
    """Outside text for mrkdwn and for `text` fallbacks: tamed and escaped."""
    return escape(tame(text))


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis when something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def brief(text: str, limit: int) -> str:
    """Outside text in at most `limit` characters, tamed before it is cut: half a link could not be recognised."""
    return clip(tame(text), limit)


def plain(text: str, names: Mapping[str, str] | None = None) -> str:
    """Slack's message text as the person wrote it; `names` maps user ids to what people are called."""

    def written(match: re.Match[str]) -> str:
        if entity := match["entity"]:
            return _CHARACTERS[entity]
        if (url := match["url"]) is not None:
            return _link(_unescape(url), _unescape(match["caption"] or ""))
        sign, target, label = match["sign"], match["id"], _unescape(match["label"] or "")
        if sign == "@":
            return f"@{(names or {}).get(target) or label or target}"
        if sign == "#":
            return f"#{label or target}"
        return _special(target, label)

    return _TOKEN.sub(written, storable(text)).strip()


def _unescape(text: str) -> str:
    return _ENTITY.sub(lambda match: _CHARACTERS[match[1]], text)


def _link(url: str, caption: str) -> str:
    bare = re.sub(r"^(mailto:|tel:)", "", url)
    if not caption or caption in (url, bare, re.sub(r"^https?://", "", url)):
        return bare
    return f"{caption} ({bare})"


def _special(target: str, label: str) -> str:
    """`<!here>`, `<!subteam^S1|@team>`, `<!date^1|at noon>` as words."""
    if label:
        return label
    return f"@{target.partition('^')[0]}"


def storable(text: str) -> str:
    """The same text without what Postgres cannot keep: NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def mentioned(text: str) -> list[str]:
    """Ids of the users a raw Slack text mentions, each once."""
    return list(dict.fromkeys(_MENTIONED.findall(text)))


def without_mention(text: str, bot_user_id: str) -> str:
    """A raw Slack text without the mention that called us: `<@UBOT>: it broke` -> `it broke`."""
    if not bot_user_id:
        return text.strip()
    ours = rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>"
    return re.sub(rf"[ \t]*{ours}", "", re.sub(rf"^\s*(?:{ours}\s*[:,]?\s*)+", "", text)).strip()
