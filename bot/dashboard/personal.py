"""What is masked on a ticket's page, and what a reviewer who asks for it may read there; nothing is stored.

Whoever may see the ticket reads placeholders. Personal data is shown to reviewers and admins of the ticket's workspace
(those who decide what leaves for the board), each time as an event of the trail. Secrets are shown to nobody: whoever
needs one asks the person who has it.
"""

from dataclasses import dataclass, replace

from bot.core.redact import Masker, restored
from bot.core.redact.masker import PLACEHOLDER
from bot.core.tickets.content import DraftContent
from bot.dashboard.thread import Thread


@dataclass(frozen=True)
class Side:
    """Both sides of a ticket as one person reads them; `held` are the placeholders that could be put back."""

    thread: Thread
    content: DraftContent | None
    title: str
    held: list[str]
    shown: bool = False


def both_sides(thread: Thread, content: DraftContent | None, title: str, *, show: bool) -> Side:
    """Thread, draft and title with everything masked, or with `show` with personal data put back."""
    masker = Masker(content.masked if content else None)
    # In the order of the chain, so that a thread without a draft gets the placeholders its draft will have.
    masked = thread.reads(masker.mask)
    values = masker.values
    used = PLACEHOLDER.findall(f"{title}\n{content.model_dump_json() if content else ''}")
    held = [name for name in dict.fromkeys([*values, *used]) if name in values]
    side = Side(masked, content, title, held)
    if not show:
        return side
    open_content = _with(content, values) if content else None
    thread = masked.reads(lambda text: restored(text, values))
    return replace(side, thread=thread, content=open_content, title=restored(title, values), shown=True)


def _with(content: DraftContent, values: dict[str, str]) -> DraftContent:
    """The draft as it reads with personal data in it; made for one page and thrown away."""

    def put_back(node: object) -> object:
        if isinstance(node, str):
            return restored(node, values)
        if isinstance(node, list):
            return [put_back(item) for item in node]
        if isinstance(node, dict):
            return {name: put_back(item) for name, item in node.items()}
        return node

    texts = content.model_dump(include={"title", "sections", "criteria", "open_questions", "assumptions", "removed"})
    return DraftContent.model_validate(content.model_dump() | {name: put_back(item) for name, item in texts.items()})
