"""What PMs read in the review channel about one draft, and the buttons to decide it; updated in place when decided."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import ButtonElement

from bot.core.slack import ids
from bot.core.slack.blocks import InChannel, Part, Rendered, Span, button, fit, link_button, rich, row, words
from bot.core.slack.text import brief

# A few lines say what it is about; all of it is one click away.
MOST_LINES, MOST_LINE = 3, 300
_VERBS = {ids.APPROVE: "Approve", ids.EDIT: "Edit", ids.DECLINE: "Decline", ids.AGAIN: "Ask again"}
PRIVATE = "Said in private, so the text is on the desk only."
CHANGING = "The thread went on: a change of this ticket waits for you."


@dataclass(frozen=True)
class DraftView:
    """A draft in short. `decision` is empty while it waits, else a sentence such as "Approved by pm.".

    `number` is the version shown, which the buttons carry; `body` are its first statements, `criteria` how many it has.
    Of a `private` one the text is not shown: not everybody who reads the channel is a reviewer.
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
    open_questions: Sequence[str]
    desk_url: str
    number: int
    body: Sequence[str] = ()
    criteria: int = 0
    decision: str = ""
    changing: bool = False
    private: bool = False
    alike: str = ""


def announcement(draft: DraftView) -> Rendered:
    """The message: title with kind and priority, where it is from and how sure, the text in short, and the verbs.

    Once there is a decision, only the link is left of the buttons.
    """

    def build(room: int) -> Rendered:
        head: list[Part] = [
            Span(brief(draft.title, min(room, 200)), "bold"),
            Span(f" · {draft.kind} · {draft.priority} proposed: {brief(draft.priority_reason, room)}"),
        ]
        lines: list[Sequence[Part]] = [head, [*_source(draft, room), Span(_sureness(draft))]]
        if draft.decision:
            lines.append([Span(brief(draft.decision, room))])
        else:
            lines += _text(draft, room)
        if draft.changing:
            lines.append([Span(CHANGING)])
        # Sections of one block run together in Slack, so each line is its own block.
        return Rendered(
            words(*lines), [*(rich(line) for line in lines), *row(_buttons(draft), f"inkling.draft.{draft.ticket_id}")]
        )

    return fit(build)


def _text(draft: DraftView, room: int) -> list[list[Part]]:
    """What a draft that waits says, and what it leaves open."""
    lines = _statements(draft, min(room, MOST_LINE))
    if draft.private:
        lines = [[Span(PRIVATE, "italic")]]
    if draft.alike:
        lines.append([Span(brief(draft.alike, room))])
    return lines


def _statements(draft: DraftView, most: int) -> list[list[Part]]:
    lines: list[list[Part]] = [[Span(brief(line, most))] for line in draft.body[:MOST_LINES]]
    left = len(draft.body) - MOST_LINES
    if left > 0:
        lines.append([Span(f"… and {_count(left, 'more statement')}.", "italic")])
    lines += [[Span("Open: ", "bold"), Span(brief(line, most))] for line in draft.open_questions[:MOST_LINES]]
    return lines


def _buttons(draft: DraftView) -> list[ButtonElement]:
    if draft.decision:
        return link_button("Open", ids.OPEN_DRAFT, draft.desk_url, style="primary" if draft.changing else None)
    verbs = [
        button(
            label, ids.Verb(name, draft.ticket_id, draft.number).id, style="primary" if name == ids.APPROVE else None
        )
        for name, label in _VERBS.items()
    ]
    return [*verbs, *link_button("Open", ids.OPEN_DRAFT, draft.desk_url)]


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
    asked = f"{_count(draft.criteria, 'criterion', 'criteria')}, {_count(len(draft.open_questions), 'open question')}"
    return f"{related} {sourced}; {asked}."


def _count(number: int, noun: str, several: str = "") -> str:
    return f"{number or 'no'} {noun if number == 1 else several or noun + 's'}"
