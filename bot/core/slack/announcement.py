"""What PMs read in the review channel about one draft; updated in place when it is decided."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.slack import ids
from bot.core.slack.blocks import InChannel, Part, Rendered, Span, fit, link_button, rich, row, words
from bot.core.slack.text import brief

CHANGING = "The thread went on: a change of this ticket waits for you."


@dataclass(frozen=True)
class DraftView:
    """A draft in short. `decision` is empty while it waits, else a sentence such as "Approved by pm.".

    `changing` says that the thread went on and asks for a change, which waits for a decision; `alike` names an earlier
    ticket that looks the same.
    """

    ticket_id: int
    title: str
    kind: str
    priority: str
    priority_reason: str
    reporter: str
    channel_id: str
    channel_name: str
    messages: int
    answers: int
    related: int
    unsourced: int
    open_questions: int
    desk_url: str
    decision: str = ""
    changing: bool = False
    alike: str = ""


def announcement(draft: DraftView) -> Rendered:
    """The message: title with kind and priority, where it comes from and how sure it is, the decision, a link."""

    def build(room: int) -> Rendered:
        head: list[Part] = [
            Span(brief(draft.title, min(room, 200)), "bold"),
            Span(f" · {draft.kind} · {draft.priority} proposed: {brief(draft.priority_reason, room)}"),
        ]
        lines: list[Sequence[Part]] = [head, [*_source(draft, room), Span(_sureness(draft))]]
        if draft.alike and not draft.decision:
            lines.append([Span(brief(draft.alike, room))])
        if draft.decision:
            lines.append([Span(brief(draft.decision, room))])
        if draft.changing:
            lines.append([Span(CHANGING)])
        style = None if draft.decision and not draft.changing else "primary"
        link = link_button("Open", ids.OPEN_DRAFT, draft.desk_url, style=style)
        # Sections of one block run together in Slack, so each line is its own block.
        return Rendered(
            words(*lines), [*(rich(line) for line in lines), *row(link, f"inkling.draft.{draft.ticket_id}")]
        )

    return fit(build)


def _source(draft: DraftView, room: int) -> list[Part]:
    counts = f", {_count(draft.messages, 'message')}, {_count(draft.answers, 'answer')}."
    who = Span(f"From {brief(draft.reporter, min(room, 80))} in ")
    if re.fullmatch(r"[CG][A-Z0-9]{2,20}", draft.channel_id) and not draft.channel_name:
        return [who, InChannel(draft.channel_id), Span(counts)]
    if draft.channel_name:
        return [who, Span(f"#{brief(draft.channel_name, 80)}{counts}")]
    return [who, Span(f"a direct message{counts}")]


def _sureness(draft: DraftView) -> str:
    related = f" {_count(draft.related, 'related ticket')}." if draft.related else ""
    sourced = f"{_count(draft.unsourced, 'statement')} without a source" if draft.unsourced else "Everything sourced"
    return f"{related} {sourced}; {_count(draft.open_questions, 'open question')}."


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
