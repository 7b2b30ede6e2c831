"""A draft as Markdown for a Trello card, and as lines a person edits; pure text, nothing is stored."""

import re
from collections.abc import Sequence
from typing import Literal

from bot.core.errors import Invalid
from bot.core.outgoing import silent, tame
from bot.core.tickets.content import (
    KINDS,
    SECTIONS,
    DraftContent,
    Evidence,
    Own,
    Statement,
    split_marks,
    with_kind,
    with_marks,
)

_NAMED = 10
_WEB = re.compile(r"https?://[^\s()<>\[\]]+")
# What a list in Markdown or a heading would turn into structure.
_STRUCTURE = re.compile(r"^(\s*)([#>*+\-=|]|\d+[.)])(?=\s|$|[-=#*])", re.MULTILINE)


def named_link(title: str, url: str) -> str:
    """A title as a Markdown link, whatever stands in it."""
    return f"[{_safe(title)}]({url})"


def _safe(text: str) -> str:
    """Outside text as one line of Markdown that cannot become a heading, an image, a masked link, HTML or a mention."""
    line = _STRUCTURE.sub(r"\1\\\2", " ".join(tame(text).split()))
    return silent(re.sub(r"([\[\]<>`*_~])", r"\\\1", line))


def _marked(statement: Statement, links: dict[str, Evidence]) -> str:
    """A statement with its marks as links where there is an address, and without marks where there is none."""
    marks = [
        f"[{mark}]({links[mark].url})" for mark in statement.marks if mark in links and _WEB.fullmatch(links[mark].url)
    ]
    assumed = " *(assumed)*" if statement.assumed else ""
    return f"{_safe(statement.text)}{assumed}{' ' + ' '.join(marks) if marks else ''}"


def card_body(
    content: DraftContent, *, thread_url: str, desk_url: str, related: str = "", unattached: Sequence[str] = ()
) -> str:
    """The Markdown description of the card, acceptance criteria apart (they become a checklist).

    `related` names the other tickets of the report, as Markdown; `unattached` are files that only the desk has.
    """
    links = {item.mark: item for item in content.evidence}
    parts: list[str] = []
    for name, heading in SECTIONS.items():
        statements = content.sections.get(name, [])
        if not statements:
            continue
        lines = [_marked(statement, links) for statement in statements]
        if name == "steps":
            body = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
        elif name == "summary":
            body = " ".join(lines)
        else:
            body = lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
        parts.append(f"**{heading}**\n\n{body}" if heading else body)
    if content.open_questions:
        parts.append("**Open questions**\n\n" + "\n".join(f"- {_safe(line)}" for line in content.open_questions))
    if content.assumptions:
        parts.append("**Assumptions**\n\n" + "\n".join(f"- {_safe(line)}" for line in content.assumptions))
    parts.append(f"**Priority {content.priority}**, proposed: {_safe(content.priority_reason)}")
    parts += [related] if related else []
    where = [f"[Thread in Slack]({thread_url})"] if thread_url else []
    more = [_more(unattached)] if unattached else []
    parts.append(" · ".join([*where, f"[Draft and evidence]({desk_url})", *more]))
    return "\n\n".join(parts)


def _more(names: Sequence[str]) -> str:
    """`3 more files there: a.png, b.png, c.png`, as far as names help."""
    shown = ", ".join(_safe(name[:60]) for name in names[:_NAMED])
    return f"{len(names)} more file{'s' if len(names) > 1 else ''} there: {shown}{', …' if len(names) > _NAMED else ''}"


def card_comment(before: DraftContent, after: DraftContent, accepted_by: str) -> str:
    """A comment for a card whose description is somebody's own: each field that changed, as it was and as it is."""
    headings = {**SECTIONS, "summary": "Summary", "criteria": "Acceptance criteria"}
    old, new = to_fields(before), to_fields(after)
    parts = [f"The thread went on, and {_safe(accepted_by)} accepted a change. Your own words on this card stay."]
    for name in new:
        if old[name] == new[name]:
            continue
        was, now = (fields[name].splitlines() for fields in (old, new))
        lines = [f"- was: {_safe(split_marks(line)[0])}" for line in was if line not in now]
        lines += [f"- now: {_safe(split_marks(line)[0])}" for line in now if line not in was]
        parts.append("\n".join([f"**{headings.get(name) or name.replace('_', ' ').capitalize()}**", "", *lines]))
    return "\n\n".join(parts)


def to_fields(content: DraftContent) -> dict[str, str]:
    """The editable fields of a draft: one statement or line per line, marks in brackets."""
    fields = {"title": content.title, "kind": content.kind, "priority": content.priority}
    for name in SECTIONS:
        fields[name] = "\n".join(with_marks(statement) for statement in content.sections.get(name, []))
    fields["criteria"] = "\n".join(with_marks(statement) for statement in content.criteria)
    fields["open_questions"] = "\n".join(content.open_questions)
    fields["assumptions"] = "\n".join(content.assumptions)
    return fields


def from_fields(content: DraftContent, changes: dict[str, str]) -> DraftContent:
    """`content` with a person's changes; lines left as they were keep their origin, new lines are the person's.

    Raises Invalid with a sentence when a field does not exist or its value cannot be used.
    """
    known = to_fields(content)
    if unknown := set(changes) - set(known):
        raise Invalid(f"A draft has no field called {sorted(unknown)[0]}. Fields: {', '.join(known)}.")
    fields = known | {name: tame(value) for name, value in changes.items()}
    title = " ".join(fields["title"].split())
    if not title:
        raise Invalid("The title is empty. Nothing was saved; give the ticket a title.")
    if len(title) > 500:
        raise Invalid("The title is longer than 500 characters. Nothing was saved; shorten it.")
    if fields["kind"] not in KINDS:
        raise Invalid(f"The kind must be one of {', '.join(KINDS)}.")
    if fields["priority"] not in ("P1", "P2", "P3", "P4"):
        raise Invalid("The priority must be P1, P2, P3 or P4.")
    before = {with_marks(statement): statement for statement in content.statements()}
    marks = {item.mark for item in content.evidence}

    def statements(value: str) -> list[Statement]:
        found = []
        for line in filter(None, (raw.strip() for raw in value.splitlines())):
            text, cited = split_marks(line)
            fresh = Statement(text=text, marks=[mark for mark in cited if mark in marks], by="person")
            found.append(before.get(line, fresh))
        return found

    def lines(value: str) -> list[str]:
        return [line.strip() for line in value.splitlines() if line.strip()]

    sections = {name: statements(fields[name]) for name in SECTIONS if fields[name].strip()}
    reason = content.priority_reason if fields["priority"] == content.priority else "set by the reviewer"
    return content.model_copy(
        update={
            "title": title,
            "kind": fields["kind"],
            "labels": with_kind(content.labels, content.kind, fields["kind"]),
            "priority": fields["priority"],
            "priority_reason": reason,
            "sections": sections,
            "criteria": statements(fields["criteria"]),
            "open_questions": lines(fields["open_questions"]),
            "assumptions": lines(fields["assumptions"]),
            "own": _own(content.own, known, fields),
        }
    )


def faults(content: DraftContent, changes: dict[str, str]) -> dict[str, str]:
    """What is wrong with each changed field by itself; empty when all can be used."""
    found = {}
    for name, value in changes.items():
        try:
            from_fields(content, {name: value})
        except Invalid as error:
            found[name] = error.message
    return found


def _own(own: Own, before: dict[str, str], after: dict[str, str]) -> Own:
    """What of a draft belongs to people after this change of its fields."""

    def texts(fields: dict[str, str], *names: str) -> list[str]:
        return [split_marks(line)[0] for name in names for line in fields[name].splitlines() if line.strip()]

    plain, told = ("open_questions", "assumptions"), (*SECTIONS, "criteria")
    old, new = texts(before, *told, *plain), texts(after, *told, *plain)
    single: tuple[Literal["title", "kind", "priority"], ...] = ("title", "kind", "priority")
    return Own(
        fields=[name for name in single if name in own.fields or after[name] != before[name]],
        lines=[line for line in texts(after, *plain) if line in own.lines or line not in old],
        struck=[text for text in dict.fromkeys([*own.struck, *old]) if text not in new],
    )
