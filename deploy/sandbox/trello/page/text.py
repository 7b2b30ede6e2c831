"""Text for people: Markdown as safe HTML, and an action as a sentence."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from deploy.sandbox.trello.config import Json

_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]")


def html(markdown: str) -> str:
    """Markdown as HTML without raw HTML and without images, which would fetch from elsewhere."""
    return str(_MARKDOWN.render(markdown))


def sentence(action: Json) -> str:
    """What happened, without who and when: "moved this card from Ready to Doing"."""
    data: Json = action["data"]
    kind: str = action["type"]
    old = data.get("old", {})
    if kind == "updateCard":
        return _change(data, old)
    name = {
        "checklist": data.get("checklist", {}).get("name", ""),
        "item": data.get("checkItem", {}).get("name", ""),
        "file": data.get("attachment", {}).get("name", ""),
        "person": data.get("member", {}).get("name", ""),
        "list": data.get("list", {}).get("name", ""),
    }
    done = data.get("checkItem", {}).get("state") == "complete"
    said = {
        "createCard": f"added this card to {name['list']}",
        "commentCard": "commented",
        "addChecklistToCard": f"added the checklist {name['checklist']}",
        "removeChecklistFromCard": f"removed the checklist {name['checklist']}",
        "createCheckItem": f"added “{name['item']}” to {name['checklist']}",
        "deleteCheckItem": f"removed “{name['item']}” from {name['checklist']}",
        "updateCheckItem": f"reworded “{name['item']}”",
        "updateCheckItemStateOnCard": f"{'ticked' if done else 'unticked'} “{name['item']}”",
        "addAttachmentToCard": f"attached {name['file']}",
        "deleteAttachmentFromCard": f"removed {name['file']}",
        "addMemberToCard": f"put {name['person']} on this card",
        "removeMemberFromCard": f"took {name['person']} off this card",
    }
    return said.get(kind, kind)


def _change(data: Json, old: Json) -> str:
    if "idList" in old:
        return f"moved this card from {data['listBefore']['name']} to {data['listAfter']['name']}"
    if "closed" in old:
        return "sent this card back to the board" if old["closed"] else "archived this card"
    if "name" in old:
        return f"renamed this card, before: {old['name']}"
    plain = {
        "desc": "changed the description",
        "due": "changed the due date",
        "dueComplete": "changed whether it is done in time",
        "pos": "moved this card up or down",
    }
    said = [text for name, text in plain.items() if name in old]
    return said[0] if said else "changed this card"


def _link_addresses(state: StateCore) -> None:
    """Turn bare web addresses outside links and code into links, and let every link open beside the board."""
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        children: list[Token] = []
        depth = 0
        for token in block.children:
            depth += (token.type == "link_open") - (token.type == "link_close")
            children += _split(token) if token.type == "text" and depth == 0 else [token]
        for token in children:
            if token.type == "link_open":
                token.attrs |= {"target": "_blank", "rel": "noopener noreferrer nofollow"}
        block.children = children


def _split(token: Token) -> list[Token]:
    parts: list[Token] = []
    end = 0
    for match in _ADDRESS.finditer(token.content):
        parts += [
            Token("text", "", 0, content=token.content[end : match.start()]),
            Token("link_open", "a", 1, attrs={"href": match[0]}),
            Token("text", "", 0, content=match[0]),
            Token("link_close", "a", -1),
        ]
        end = match.end()
    return [*parts, Token("text", "", 0, content=token.content[end:])]


def _make() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    markdown.disable("image")
    markdown.core.ruler.push("addresses", _link_addresses)
    return markdown


_MARKDOWN = _make()
