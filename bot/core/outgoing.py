"""The one gate for text that leaves for people: drafts, cards, Slack; whoever wrote it. It knows no Slack, no Trello.

What passes can call nobody, hide no address behind other words, load nothing, and hold nothing that nobody sees.
"""

import re
from collections.abc import Callable

from bot.core.tickets.content import DraftContent

# Read by machines and seen by nobody: zero-width spaces, direction overrides, tags. Joiners of emoji and scripts stay.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
# Slack's own tokens: <!channel>, <!subteam^S1|@team>, <@U1>, <https://x|words>.
_SPECIAL = re.compile(r"<!([a-z]+)(?:\^[^|>]*)?(?:\|([^>]*))?>", re.I)
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")
_LABELLED = re.compile(
    r"<((?:https?|mailto|tel|ftp|slack|javascript|data|vbscript|file):[^|>\s]*)(?:\|([^>]*)>)?", re.I
)
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\s?(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])")
# What is taken is not given back (`*+`, `?>`): a link without an end would be tried in every way.
_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*+<?+((?>[^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*))>?[^()]*\)")
_DEFINITION = re.compile(r"^(?:[ \t]*\[[^\]\n]+\]:)+[ \t]*(?=\S)", re.MULTILINE)
_RUNS = re.compile(r"\b(?:javascript|vbscript|livescript):\S*|\bdata:[\w.+-]+/[\w.+-]+[;,]\S*", re.I)
_MASS = re.compile(r"[@\uff20\ufe6b](?=(?:channel|here|everyone|group|board|card|all)\b)", re.I)
_WEB = re.compile(r"(?:https?://|mailto:)\S+", re.I)
BROKEN = "@\u200b"
_ROUNDS = 40


def tame(text: str) -> str:
    """`text` without mass mentions, masked links, images, hidden comments and hidden characters; twice is once.

    A link shows its address beside its words; the address of an image goes with the image. What is nested deeper than
    anybody writes loses its brackets: a round for each of thousands of layers would take minutes.
    """
    for _ in range(_ROUNDS):
        before, text = text, _round(text)
        if before == text:
            break
    else:
        text = _RUNS.sub("", re.sub(r"[<>\[\]]", "", text))
    return _MASS.sub(BROKEN, text)


def _round(text: str) -> str:
    """`text` without one layer of what must not leave."""
    text = _without_comments(_UNSEEN.sub("", text))
    text = _tokens(_SPECIAL, lambda found: found[2] or f"@{found[1]}", text)
    text = _tokens(_PERSON, lambda found: f"@{found[2] or found[1]}", text)
    # An address without words stays; it is found all the same, or it would be read again from each "<" in it.
    text = _tokens(_LABELLED, lambda found: found[0] if found[2] is None else _open(found[2], found[1]), text)
    text = _IMAGE.sub(lambda found: found[1], text)
    text = _LINK.sub(lambda found: _open(found[1], found[2]), text)
    text = _RUNS.sub("", _DEFINITION.sub("", text))
    # What is left of markup that was not whole must not become whole in another place.
    return text.replace("](", "] (").replace("][", "] [")


def _tokens(pattern: re.Pattern[str], words: Callable[[re.Match[str]], str], text: str) -> str:
    """`text` with tokens of one kind in words; behind the last ">" is none, and many openings there cost nothing."""
    tokens, end, rest = text.rpartition(">")
    return pattern.sub(words, tokens + end) + rest


def _without_comments(text: str) -> str:
    """Not by a pattern: many openings without an end would take it minutes."""
    begin = text.find("<!--")
    while begin >= 0 and (end := text.find("-->", begin + 4)) >= 0:
        text = text[:begin] + text[end + 3 :]
        begin = text.find("<!--", begin)
    return text.replace("<!--", "").replace("-->", "")


def silent(text: str) -> str:
    """`text` tamed, and calling no single person either: for places where any @word is a mention."""
    return re.sub(r"@(?=\w)", BROKEN, tame(text))


def _open(words: str, address: str) -> str:
    """Words with their address in the open; words that look like an address are no words, code stays code."""
    words = words.strip()
    if not _WEB.fullmatch(address):
        return words if not address or re.search(r"[:/.#?]", address) else f"[{words}] ({address})"
    if not words or (not re.search(r"\s", words) and re.search(r"[\w-]\.[a-z]{2,}|^\w+://", words, re.I)):
        return address
    return f"{words} ({address})"


def tamed(content: DraftContent) -> DraftContent:
    """A draft in which nothing calls anybody or leads astray, wherever it is shown."""
    texts = content.model_dump(exclude={"evidence", "removed", "masked", "kind", "priority"})
    return DraftContent.model_validate(content.model_dump() | {name: _each(node) for name, node in texts.items()})


def _each(node: object) -> object:
    if isinstance(node, str):
        return tame(node)
    if isinstance(node, list):
        return [_each(item) for item in node]
    return {name: _each(item) for name, item in node.items()} if isinstance(node, dict) else node
